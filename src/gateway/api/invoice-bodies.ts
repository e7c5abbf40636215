// What the routes of an invoice take.
import { z } from 'zod';
import {
  channels,
  dispositionTypes,
  holdKinds,
  paymentMethodAliases,
  paymentMethods,
} from '../../domain/invoice/invoice.ts';
import {
  cents,
  currency,
  date,
  dateOrInstant,
  email,
  id,
  line,
  longText,
  metadata,
  phone,
  positiveCents,
  text,
  timeZone,
} from './fields.ts';
import {
  address,
  discount,
  discounts,
  earlyPayment,
  fileReference,
  fixedTax,
  installments,
  lateFees,
  lineChange,
  lineCreate,
  reminderTerms,
  tips,
} from './invoice-parts.ts';

const linesMax = 500;
const recipientsMax = 20;
const ratesMax = 20;
const attachmentsMax = 20;
const dispositionsMax = 20;

const documentFields = {
  invoice_number: line(50).nullish().meta({ description: 'Else the series gives the next at issue.' }),
  issue_date: date.nullish(),
  due_date: date.nullish().meta({
    description:
      'Else by the days in `terms`, else with the last of the `installments`, else after `default_net_days`.',
  }),
  terms: line().nullish().meta({ description: 'Payment terms.', example: 'NET 14' }),
  note_to_customer: text(longText).nullish(),
  memo: text(longText).nullish().meta({ description: 'Internal.' }),
  purchase_order: line().nullish(),
  ship_to: address.nullish(),
  currency: currency.nullish(),
  time_zone: timeZone.nullish(),
  discount: discount.nullish().meta({ description: 'The short form of `discounts`.' }),
  discounts: discounts.nullish(),
  taxes: z.array(fixedTax).max(ratesMax).nullish().meta({ description: 'Spread over the taxable lines.' }),
  tax_rate_ids: z
    .array(id)
    .max(ratesMax)
    .nullish()
    .meta({ description: 'For taxable lines without rates of their own; else the default rate is.' }),
  tips: tips.nullish(),
  installments: installments.nullish(),
  early_payment: earlyPayment.nullish(),
  late_fees: lateFees.nullish(),
  reminders: reminderTerms.nullish(),
  attachments: z.array(fileReference).max(attachmentsMax).nullish(),
  metadata: metadata.nullish(),
};

/** A date and a time of the wall clock, to the minute. Which there are and which have passed is for the core. */
const localDateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00(\.0+)?)?$/, {
    error: 'write a local date and time such as 2026-12-01T09:00',
  })
  .transform((written) => written.slice(0, 'YYYY-MM-DDTHH:MM'.length))
  .meta({ type: 'string', description: 'Local date and time.', example: '2026-12-01T09:00' });

export const createBody = z
  .strictObject({
    customer_id: id,
    ...documentFields,
    late_fees: lateFees.nullish().meta({
      description:
        'Terms of its own, or those of a policy. Left out: those of the customer’s policy, else of the default one. null: none.',
    }),
    line_items_attributes: z.array(lineCreate).min(1).max(linesMax),
    action: z.enum(['draft', 'issue', 'send', 'text2pay']).optional().meta({
      description: 'What happens at once. Default draft.',
    }),
    send_at: localDateTime
      .nullish()
      .meta({ description: 'Local date and time, in the invoice’s zone, at which it is sent.' }),
    live_mode: z.boolean().optional().meta({ description: 'Must fit the key, which decides.' }),
  })
  .meta({ id: 'InvoiceCreate' });

export const updateBody = z
  .strictObject({
    customer_id: id.optional(),
    ...documentFields,
    line_items_attributes: z.array(lineChange).max(linesMax).optional().meta({
      description: 'A known id changes that line, `_destroy` removes it, no id adds one; other lines stay.',
    }),
  })
  .meta({ id: 'InvoiceUpdate' });

const reason = text(longText).nullish();
const recipients = z.array(email).max(recipientsMax).optional();

export const sendBody = z
  .strictObject({
    deliver: z
      .boolean()
      .optional()
      .meta({ description: 'false: issue and post, send nothing. Default true.' }),
    to: recipients,
    cc: recipients,
    bcc: recipients,
    subject: line().optional(),
    message: text(longText).optional(),
  })
  .meta({ id: 'InvoiceSend' });

export const scheduleBody = z
  .strictObject({
    send_at: localDateTime,
    time_zone: timeZone.nullish().meta({ description: 'Of `send_at`. Default: the invoice’s.' }),
  })
  .meta({ id: 'InvoiceSchedule' });

export const text2payBody = z
  .strictObject({ phone: phone.optional(), message: text(longText).optional() })
  .meta({ id: 'InvoiceText2Pay' });

export const remindBody = z
  .strictObject({ channel: z.enum(channels).optional(), message: text(longText).optional() })
  .meta({ id: 'InvoiceRemind' });

export const paymentMethod = z
  .enum([...paymentMethods, ...Object.keys(paymentMethodAliases)] as [string, ...string[]])
  .meta({
    description: 'transfer, cheque and credit_card are other words for bank_transfer, check and card.',
  });

export const recordPaymentBody = z
  .strictObject({
    amount_cents: positiveCents.nullish().meta({
      description: 'Default: the amount due; on an uncollectible invoice what has not been recovered.',
    }),
    tip_cents: cents.nullish().meta({ description: 'On top of the amount.' }),
    date: date.nullish().meta({ description: 'Default: today in the invoice’s zone.' }),
    payment_method: paymentMethod.nullish(),
    deposit_to_account_id: id
      .nullish()
      .meta({ description: 'An asset account. Default: Undeposited funds.' }),
    reference: line().nullish(),
    note: text(longText).nullish(),
    overpayment: z
      .enum(['credit', 'refuse'])
      .nullish()
      .meta({ description: 'What becomes of more than is due. Default: the organization’s setting.' }),
    provider: line(50).min(1).nullish().meta({ description: 'The processor that took it.' }),
    provider_payment_id: line().min(1).nullish().meta({ description: 'Its own id: taken once.' }),
  })
  .meta({ id: 'PaymentRecord' });

export const reverseBody = z.strictObject({ reason }).meta({ id: 'PaymentReverse' });

export const refundBody = z
  .strictObject({
    amount_cents: positiveCents.nullish().meta({ description: 'Default: all that can be.' }),
    mode: z.enum(['reopen', 'credit']).nullish().meta({
      description:
        'reopen: the balance is due again. credit: the money comes out of the customer’s credit. Default reopen.',
    }),
    reason,
  })
  .meta({ id: 'PaymentRefund' });

const disposition = z
  .strictObject({ type: z.enum(dispositionTypes), amount_cents: positiveCents })
  .meta({ id: 'Disposition' });

export const voidBody = z
  .strictObject({
    reason,
    disposition: z
      .array(disposition)
      .max(dispositionsMax)
      .nullish()
      .meta({ description: 'What becomes of the money that lies on the invoice; sums to the net paid.' }),
  })
  .meta({ id: 'InvoiceVoid' });

export const writeOffBody = z.strictObject({ reason }).meta({ id: 'InvoiceWriteOff' });

export const holdBody = z
  .strictObject({
    kind: z.enum(holdKinds),
    until: dateOrInstant.nullish().meta({
      description: 'A date means through the end of it in the invoice’s zone. A promise needs one.',
    }),
    note: text(longText).nullish(),
  })
  .meta({ id: 'InvoiceHold' });

export const resumeBody = z
  .strictObject({ kind: z.enum(holdKinds).nullish().meta({ description: 'Left out: every hold.' }) })
  .meta({ id: 'InvoiceResume' });

export const waiveBody = z.strictObject({ reason }).meta({ id: 'LateFeeWaive' });

export const applyCreditBody = z
  .strictObject({
    amount_cents: positiveCents
      .nullish()
      .meta({ description: 'Default: as much as is due and as the customer has.' }),
  })
  .meta({ id: 'CreditApply' });

export const creditNoteBody = z
  .strictObject({
    amount_cents: positiveCents.nullish().meta({
      description: 'Taxes included, spread over the lines. Default: all that is left.',
    }),
    line_items: z
      .array(
        z.strictObject({
          id,
          amount_cents: positiveCents.nullish().meta({ description: 'Default: all that is left of it.' }),
        }),
      )
      .min(1)
      .max(linesMax)
      .nullish()
      .meta({ description: 'Instead of an amount.' }),
    reason,
  })
  .meta({ id: 'CreditNoteIssue' });

export const attachBody = fileReference;

export const lateFeesBody = lateFees.nullable();
export const remindersBody = reminderTerms.nullable();
