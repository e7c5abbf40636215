// The invoice object as the API answers it: S001's fields, unchanged in name and type, and ours.
import { z } from 'zod';
import { messageKinds } from '../../domain/invoice/invoice.ts';
import { actionSchema } from './actions.ts';
import { customerObject } from './customer-object.ts';
import { entryObject } from './entry-object.ts';
import { metadata } from './fields.ts';
import {
  amount,
  attachmentObject,
  creditApplicationObject,
  creditNoteObject,
  discountObject,
  earlyPaymentObject,
  fixedTaxObject,
  holdObject,
  installmentsObject,
  instant,
  refundingObject,
  refundObject,
  taxRateOnLine,
  taxRateTaken,
  tipsObject,
  voidingObject,
} from './invoice-object-parts.ts';
import { reminderRow, stepObject } from './reminder-object.ts';
import { timelineEntryObject } from './timeline-object.ts';

/** The short form of `discounts`. */
const onlyDiscount = discountObject
  .nullable()
  .meta({ description: 'The discount where there is exactly one; all of them are in `discounts`.' });

export const lineObject = z
  .strictObject({
    id: z.string(),
    product_id: z.string().nullable(),
    account_id: z.string().nullable(),
    description: z.string(),
    quantity: z.number(),
    rate_cents: amount,
    amount_cents: amount.meta({ description: 'Before discounts: quantity × rate, or as given.' }),
    discount_cents: amount.meta({
      description: 'All that is taken off the line, its share of the invoice’s discounts included.',
    }),
    tax_cents: amount,
    taxable: z.boolean(),
    discountable: z.boolean().meta({ description: 'false: the invoice’s discounts pass the line by.' }),
    discount: onlyDiscount,
    discounts: z.array(discountObject),
    taxes: z.array(fixedTaxObject).meta({ description: 'Fixed amounts that lie on this line alone.' }),
    tax_rates: z.array(taxRateOnLine).meta({ description: 'Its own; empty: those of the invoice.' }),
    metadata,
  })
  .meta({ id: 'LineItem' });

export const paymentObject = z
  .strictObject({
    id: z.string(),
    amount_cents: amount,
    tip_cents: amount,
    unapplied_cents: amount.meta({ description: 'What of it became customer credit.' }),
    refunded_cents: amount,
    date: z.string(),
    payment_method: z.string(),
    deposit_to_account_id: z.string().nullable(),
    reference: z.string().nullable(),
    note: z.string().nullable(),
    status: z.enum(['succeeded', 'pending', 'failed', 'reversed', 'refunded']),
    provider: z.string().nullable(),
    provider_payment_id: z.string().nullable(),
    created_at: instant,
  })
  .meta({ id: 'Payment' });

const lateFeeRow = z
  .strictObject({
    occurrence: z.int(),
    amount_cents: amount,
    at: instant,
    waived: z.boolean(),
    reversed: z.boolean(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'LateFee' });

export const termsObject = z
  .strictObject({
    type: z.enum(['fixed', 'percentage']),
    value: z.number(),
    frequency: z.strictObject({ interval: z.string(), interval_count: z.int() }),
    grace_days: z.int(),
    cap_cents: amount.nullable(),
    percentage_cap: z.number().nullable(),
    base: z.string(),
    compounding: z.boolean(),
  })
  .meta({ id: 'LateFeeTermsSet' });

const deliveryState = z
  .strictObject({
    state: z.string(),
    at: instant,
    message_id: z.string(),
    kind: z.enum(messageKinds),
    code: z.string().nullable(),
  })
  .meta({ id: 'DeliveryState' });

const flags = {
  is_overdue: z.boolean(),
  is_partially_paid: z.boolean(),
  is_viewed: z.boolean(),
  is_processing: z.boolean(),
  is_disputed: z.boolean(),
  is_promised: z.boolean(),
};

const terms = {
  discount: onlyDiscount,
  discounts: z.array(discountObject),
  tax_rates: z.array(taxRateTaken).meta({ description: 'For lines without rates of their own.' }),
  tax_rate_ids: z.array(z.string()),
  tips: tipsObject.nullable(),
  installments: installmentsObject.nullable(),
  early_payment: earlyPaymentObject.nullable(),
  attachments: z.array(attachmentObject),
  send_at: z
    .string()
    .nullable()
    .meta({ description: 'Local date and time of a scheduled send.', example: '2026-12-01T09:00' }),
  send_time_zone: z.string().nullable().meta({ description: 'The zone of `send_at`.' }),
};

/** What was done to the invoice beside payments and fees. */
const corrections = {
  refunds: z.array(refundObject),
  credit_applications: z.array(creditApplicationObject),
  credit_notes: z.array(creditNoteObject),
  holds: z.array(holdObject),
  voiding: voidingObject
    .nullable()
    .meta({ description: 'A void that waits for refunds of a processor, and where it stands.' }),
  refunding: refundingObject
    .nullable()
    .meta({ description: 'A refund that waits for a processor, and where it stands.' }),
};

/** Fields of what comes later: there, and empty. */
const later = {
  consolidated_into: z.null(),
  attempt_count: z.int(),
  next_payment_attempt: z.null(),
};

const sums = {
  subtotal_cents: amount,
  discount_total_cents: amount,
  tax_amount_cents: amount,
  total_cents: amount.meta({ description: 'Subtotal − discounts + tax.' }),
  amount_paid_cents: amount,
  amount_due_cents: amount.meta({ description: 'What is still owed, late fees included.' }),
  late_fee_total_cents: amount,
  tip_total_cents: amount.meta({ description: 'On top of the payments; never part of what is due.' }),
  credit_applied_cents: amount,
  credit_note_total_cents: amount.meta({ description: 'Early-payment discounts included.' }),
  credited_back_cents: amount.meta({
    description: 'What of the payments was turned into the customer’s credit or set aside later.',
  }),
  written_off_cents: amount.meta({ description: 'Written off and not recovered since.' }),
  recovered_cents: amount,
};

export const statusWords = [
  'draft',
  'sent',
  'paid',
  'partially_paid',
  'overdue',
  'void',
  'scheduled',
  'uncollectible',
] as const;

export const invoiceObject = z
  .strictObject({
    id: z.string().meta({ description: 'UUID' }),
    invoice_number: z.string().nullable().meta({ example: 'INV-0001' }),
    status: z.enum(statusWords),
    display_status: z.string().meta({ description: 'The one word people see.', example: 'viewed' }),
    issue_date: z.string().nullable(),
    due_date: z.string().nullable(),
    currency: z.string(),
    ...sums,
    terms: z.string().nullable(),
    memo: z.string().nullable(),
    note_to_customer: z.string().nullable(),
    purchase_order: z.string().nullable(),
    ship_to: z.record(z.string(), z.string()).nullable(),
    customer: z.union([
      z.strictObject({ id: z.string(), display_name: z.string(), email: z.string().nullable() }),
      customerObject,
    ]),
    line_items: z.array(lineObject),
    taxes: z.array(z.strictObject({ name: z.string(), rate: z.number().nullable(), amount_cents: amount })),
    payments: z.array(paymentObject),
    late_fees: z.array(lateFeeRow),
    late_fee_terms: termsObject.nullable(),
    late_fee_policy: z
      .strictObject({ id: z.string(), version: z.int() })
      .nullable()
      .meta({ description: 'The policy that `late_fee_terms` are from, as it was then.' }),
    reminders: z.array(reminderRow),
    reminder_terms: z.strictObject({ steps: z.array(stepObject) }),
    reminder_policy: z
      .strictObject({ id: z.string(), version: z.int() })
      .nullable()
      .meta({ description: 'The policy that `reminder_terms` are from, as it was then.' }),
    delivery: z.strictObject({ email: deliveryState.nullable(), sms: deliveryState.nullable() }),
    available_actions: z.array(actionSchema),
    ...flags,
    ...terms,
    ...corrections,
    ...later,
    sent_at: instant.nullable().meta({ description: 'First acceptance by a mail server or SMS provider.' }),
    viewed_at: instant.nullable(),
    paid_at: instant.nullable(),
    voided_at: instant.nullable(),
    void_reason: z.string().nullable(),
    closed_at: instant.nullable().meta({ description: 'Paid, void or uncollectible since.' }),
    public_url: z.string().nullable(),
    pdf_url: z.string().nullable(),
    recurring_schedule_id: z.string().nullable().meta({ description: 'The schedule that made it.' }),
    workflow_id: z.string(),
    version: z.int(),
    live_mode: z.boolean(),
    metadata,
    time_zone: z.string(),
    created_at: instant,
    updated_at: instant,
    journal: z.array(entryObject).optional().meta({ description: 'With expand=journal.' }),
    timeline: z.array(timelineEntryObject).optional().meta({ description: 'With expand=timeline.' }),
  })
  .meta({ id: 'Invoice' });

export type InvoiceObject = z.infer<typeof invoiceObject>;
