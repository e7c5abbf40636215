// Parts of the invoice object: terms with what they come to, what reduced the invoice, what holds it up.
import { z } from 'zod';
import { dispositionTypes, holdKinds } from '../../domain/invoice/invoice.ts';

export const amount = z.int();
export const instant = z.string().meta({ format: 'date-time' });
const date = z.string().meta({ format: 'date' });

export const taxRateOnLine = z
  .strictObject({ name: z.string(), rate: z.number(), inclusive: z.boolean() })
  .meta({ id: 'LineTaxRate' });

export const taxRateTaken = z
  .strictObject({
    id: z.string().nullable().meta({ description: 'The tax rate that it was taken from.' }),
    name: z.string(),
    rate: z.number(),
    inclusive: z.boolean(),
  })
  .meta({ id: 'InvoiceTaxRate', description: 'As it was when the invoice took it.' });

export const discountObject = z
  .strictObject({
    type: z.enum(['percentage', 'fixed']),
    value: z.number().meta({ description: 'Percent, or minor units when fixed.' }),
    product_ids: z
      .array(z.string())
      .nullable()
      .meta({ description: 'null: every line that may be discounted.' }),
  })
  .meta({ id: 'Discount' });

export const fixedTaxObject = z
  .strictObject({ name: z.string(), amount_cents: amount })
  .meta({ id: 'FixedTaxSet' });

export const tipsObject = z
  .strictObject({ enabled: z.boolean(), percentages: z.array(z.number()), allow_custom: z.boolean() })
  .meta({ id: 'Tips' });

const installmentObject = z
  .strictObject({
    type: z.enum(['percentage', 'fixed']),
    value: z.number(),
    due_date: date,
    amount_cents: amount,
    paid_cents: amount.meta({ description: 'The earliest part is filled first.' }),
    status: z.enum(['due', 'partially_paid', 'paid', 'overdue']),
  })
  .meta({ id: 'Installment' });

export const installmentsObject = z
  .strictObject({ deposit: installmentObject.nullable(), schedule: z.array(installmentObject) })
  .meta({ id: 'Installments' });

export const earlyPaymentObject = z
  .strictObject({
    percentage: z.number(),
    days: z.int(),
    until: date.nullable().meta({ description: 'The last day of the term; null before the issue.' }),
    amount_cents: amount.meta({ description: 'What settles the invoice if it is paid today.' }),
  })
  .meta({ id: 'EarlyPayment' });

export const attachmentObject = z
  .strictObject({ file_id: z.string(), name: z.string(), type: z.string(), size: z.int() })
  .meta({ id: 'Attachment' });

export const holdObject = z
  .strictObject({
    kind: z.enum(holdKinds),
    until: z.string().nullable().meta({ description: 'As it was given; null: until it is resumed.' }),
    note: z.string().nullable(),
    since: instant,
  })
  .meta({ id: 'Hold' });

export const refundObject = z
  .strictObject({
    id: z.string(),
    payment_id: z.string(),
    amount_cents: amount,
    reopened_cents: amount.meta({ description: 'What of it is due again.' }),
    from_credit_cents: amount.meta({ description: 'What of it came out of the customer’s credit.' }),
    from_unapplied_cents: amount.meta({ description: 'What of it a void had left unapplied.' }),
    date,
    reason: z.string().nullable(),
    created_at: instant,
  })
  .meta({ id: 'Refund' });

export const creditApplicationObject = z
  .strictObject({ id: z.string(), amount_cents: amount, date })
  .meta({ id: 'CreditApplication' });

export const creditNoteObject = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['credit_note', 'early_payment']),
    amount_cents: amount,
    applied_cents: amount.meta({ description: 'What of it reduced what was due.' }),
    credited_cents: amount.meta({ description: 'What of it became the customer’s credit.' }),
    line_items: z.array(z.strictObject({ id: z.string(), amount_cents: amount })),
    date,
    reason: z.string().nullable(),
    reversed: z
      .boolean()
      .meta({ description: 'The discount of an early payment that bounced: it is due again.' }),
  })
  .meta({ id: 'CreditNote' });

const refundAsked = { id: z.string(), payment_id: z.string(), amount_cents: amount };

/** What is presented of a void that waits for a processor: where it stands. */
export const voidingObject = z
  .strictObject({
    reason: z.string().nullable(),
    disposition: z.array(z.strictObject({ type: z.enum(dispositionTypes), amount_cents: amount })),
    refunds: z.array(z.strictObject({ ...refundAsked, state: z.enum(['pending', 'succeeded']) })),
    since: instant,
  })
  .meta({ id: 'Voiding' });

/** The same of a refund. */
export const refundingObject = z
  .strictObject({
    mode: z.enum(['reopen', 'credit']),
    reason: z.string().nullable(),
    refunds: z.array(
      z.strictObject({
        ...refundAsked,
        state: z
          .enum(['pending', 'succeeded', 'by_hand'])
          .meta({ description: 'by_hand: no processor holds the money of this payment.' }),
      }),
    ),
    since: instant,
  })
  .meta({ id: 'Refunding' });
