// The parts of an invoice as the API takes them: lines, terms of late fees, steps of reminders.
import { z } from 'zod';
import { feeBases, feeIntervals, stepChannels, stepConditions } from '../../domain/invoice/invoice.ts';
import { cents, date, decimal, id, line, metadata, shortText, text } from './fields.ts';

export const taxRate = z
  .strictObject({
    name: line().min(1),
    rate: decimal.meta({ description: 'Percent, at most 4 decimals.', example: 7.75 }),
    inclusive: z.boolean().optional().meta({ description: 'Whether the tax is inside the amount.' }),
  })
  .meta({ id: 'TaxRateOnLine' });

export const fixedTax = z
  .strictObject({ name: line().min(1), amount_cents: cents })
  .meta({ id: 'FixedTax', description: 'A tax of a fixed amount.' });

const share = {
  type: z.enum(['percentage', 'fixed']),
  value: decimal.meta({ description: 'Percent, or minor units when fixed.', example: 10 }),
};

const lineDiscount = z.strictObject(share).meta({ id: 'LineDiscount' });

export const discount = z
  .strictObject({
    ...share,
    product_ids: z
      .array(id)
      .min(1)
      .max(500)
      .nullish()
      .meta({ description: 'Left out: every line that may be discounted.' }),
  })
  .meta({ id: 'InvoiceDiscount' });

const listMax = 20;
export const discounts = z.array(discount).max(listMax);

export const tips = z
  .strictObject({
    enabled: z.boolean().nullish(),
    percentages: z
      .array(decimal)
      .max(10)
      .nullish()
      .meta({ example: [5, 10, 15] }),
    allow_custom: z.boolean().nullish(),
  })
  .meta({ id: 'TipTerms', description: 'What the customer’s page may offer on top.' });

const installment = z.strictObject({ ...share, due_date: date }).meta({ id: 'InstallmentTerms' });

export const installments = z
  .strictObject({
    deposit: installment.nullish().meta({ description: 'Of the total.' }),
    schedule: z
      .array(installment)
      .min(2)
      .max(12)
      .meta({ description: 'Of what the deposit leaves; the last takes the remainder.' }),
  })
  .meta({ id: 'InstallmentsTerms' });

export const earlyPayment = z
  .strictObject({
    percentage: decimal.meta({ example: 2 }),
    days: z.int().min(0).max(365).meta({ description: 'After the issue date.', example: 10 }),
  })
  .meta({ id: 'EarlyPaymentTerms', description: 'As the words “2% 10 NET 30” in `terms` say it.' });

/** A file that was uploaded before. */
export const fileReference = z
  .strictObject({ file_id: id })
  .meta({ id: 'FileReference', description: 'From `POST /files`.' });

const lineFields = {
  product_id: id.nullish(),
  account_id: id.nullish().meta({ description: 'A revenue account; else Sales.' }),
  description: text().nullish(),
  quantity: decimal.nullish().meta({ description: '> 0, at most 6 decimals.', example: 1.5 }),
  rate_cents: cents.nullish(),
  amount_cents: cents.nullish().meta({ description: 'Overrides quantity × rate.' }),
  taxable: z.boolean().nullish().meta({ description: 'Whether tax applies. Default true.' }),
  discountable: z
    .boolean()
    .nullish()
    .meta({ description: 'false: the invoice’s discounts pass the line by. Default true.' }),
  discount: lineDiscount.nullish().meta({ description: 'The short form of `discounts`.' }),
  discounts: z.array(lineDiscount).max(listMax).nullish(),
  tax_rates: z
    .array(taxRate)
    .max(listMax)
    .nullish()
    .meta({ description: 'Its own, in place of the invoice’s.' }),
  taxes: z.array(fixedTax).max(listMax).nullish().meta({ description: 'Fixed amounts on this line alone.' }),
  metadata: metadata.nullish(),
};

export const lineCreate = z.strictObject(lineFields).meta({ id: 'LineItemCreate' });

export const lineChange = z
  .strictObject({
    id: id.optional().meta({ description: 'The line to change; left out: a new line.' }),
    _destroy: z.boolean().optional().meta({ description: 'Removes the line.' }),
    ...lineFields,
  })
  .meta({ id: 'LineItemChange' });

export const lateFeeTerms = z
  .strictObject({
    type: z.enum(['fixed', 'percentage']),
    value: decimal.meta({ description: 'Minor units when fixed, percent when a percentage.', example: 1.5 }),
    frequency: z.strictObject({
      interval: z.enum(feeIntervals),
      interval_count: z.int().min(1).max(1_000).optional(),
    }),
    grace_days: z.int().min(0).max(365).nullish(),
    cap_cents: cents.nullish(),
    percentage_cap: decimal.nullish(),
    base: z.enum(feeBases).nullish(),
    compounding: z.boolean().nullish(),
  })
  .meta({ id: 'LateFeeTerms' });

export const lateFees = z
  .union([lateFeeTerms, z.strictObject({ policy_id: id })])
  .meta({ id: 'LateFees', description: 'Terms, or a policy’s.' });

const reminderStep = z
  .strictObject({
    id: line(100).min(1).optional(),
    anchor: z.enum(['due_date', 'issue_date']).optional(),
    offset_days: z.int().min(-365).max(365).meta({ description: 'Days after the anchor.', example: -3 }),
    local_time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional()
      .meta({ example: '09:00' }),
    channel: z.enum(stepChannels).optional().meta({
      description: '`task` and `webhook` tell the merchant; nothing goes to the customer.',
    }),
    template: z.string().max(shortText).optional().meta({ example: 'reminder_overdue' }),
    condition: z
      .strictObject({
        min_due_cents: cents.nullish(),
        only_if: z.enum(stepConditions).nullish(),
      })
      .nullish()
      .meta({ description: 'What has to hold when its time has come, else it is skipped.' }),
  })
  .meta({ id: 'ReminderStep' });

export const reminderSteps = z.array(reminderStep).max(50);

export const reminderTerms = z
  .union([z.strictObject({ steps: reminderSteps }), reminderSteps, z.strictObject({ policy_id: id })])
  .meta({ id: 'ReminderTerms', description: 'Steps, `[]` for no reminders at all, or a policy’s.' });

export const address = z
  .record(z.string().min(1).max(100), z.string().max(500))
  .refine((value) => Object.keys(value).length <= 30, { error: 'at most 30 fields are accepted' })
  .meta({
    id: 'Address',
    example: { name: 'Alex Doe', line1: '12 Main St', city: 'Springfield', country: 'US' },
  });
