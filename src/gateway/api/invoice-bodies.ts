// What the routes of an invoice take.
import { z } from 'zod';
import { channels, paymentMethodAliases, paymentMethods } from '../../domain/invoice/invoice.ts';
import {
  currency,
  date,
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
import { address, fixedTax, lateFeeTerms, lineChange, lineCreate, reminderTerms } from './invoice-parts.ts';

const linesMax = 500;
const recipientsMax = 20;

const documentFields = {
  invoice_number: line(50).nullish().meta({ description: 'Else the series gives the next at issue.' }),
  issue_date: date.nullish(),
  due_date: date.nullish(),
  terms: line().nullish().meta({ description: 'Payment terms.', example: 'NET 14' }),
  note_to_customer: text(longText).nullish(),
  memo: text(longText).nullish().meta({ description: 'Internal.' }),
  purchase_order: line().nullish(),
  ship_to: address.nullish(),
  currency: currency.nullish(),
  time_zone: timeZone.nullish(),
  taxes: z.array(fixedTax).max(20).nullish(),
  late_fees: lateFeeTerms.nullish(),
  reminders: reminderTerms.nullish(),
  metadata: metadata.nullish(),
};

export const createBody = z
  .strictObject({
    customer_id: id,
    ...documentFields,
    line_items_attributes: z.array(lineCreate).min(1).max(linesMax),
    action: z.enum(['draft', 'issue', 'send', 'text2pay']).optional().meta({
      description: 'What happens at once. Default draft.',
    }),
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
    amount_cents: positiveCents.nullish().meta({ description: 'Default: the amount due.' }),
    date: date.nullish().meta({ description: 'Default: today in the invoice’s zone.' }),
    payment_method: paymentMethod.nullish(),
    deposit_to_account_id: id
      .nullish()
      .meta({ description: 'An asset account. Default: Undeposited funds.' }),
    reference: line().nullish(),
    note: text(longText).nullish(),
    overpayment: z.enum(['credit', 'refuse']).nullish(),
  })
  .meta({ id: 'PaymentRecord' });

export const voidBody = z.strictObject({ reason: text(longText).nullish() }).meta({ id: 'InvoiceVoid' });
