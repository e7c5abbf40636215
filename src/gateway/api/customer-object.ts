// A customer as the API takes and answers it.
import { z } from 'zod';
import type { CustomerDocument } from '../../store/documents.ts';
import { currency, email, id, line, metadata, phone, timeZone } from './fields.ts';
import { address } from './invoice-parts.ts';

const contact = z.strictObject({
  name: line().min(1),
  email: email.nullish(),
  phone: phone.nullish(),
  roles: z.array(line(50).min(1)).max(10).optional(),
});

export const locale = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
  .meta({ description: 'BCP 47', example: 'en-US' });

const optionalFields = {
  company_name: line().nullish(),
  email: email.nullish(),
  phone: phone.nullish(),
  contacts: z.array(contact).max(20).optional(),
  sms_consent: z.boolean().nullish().meta({ description: 'null: a person may text, machines may not.' }),
  email_opt_out: z.boolean().optional(),
  credit_hold: z.boolean().optional().meta({ description: 'true: nothing more is issued to the customer.' }),
  time_zone: timeZone.nullish(),
  locale: locale.nullish(),
  currency: currency.nullish(),
  payment_terms: line().nullish(),
  reminder_policy_id: id
    .nullish()
    .meta({ description: 'Of `/reminder_policies`. null: the default policy.' }),
  late_fee_policy_id: id
    .nullish()
    .meta({ description: 'Of `/late_fee_policies`. null: the default policy.' }),
  address: address.nullish(),
  metadata: metadata.nullish(),
};

export const customerCreate = z
  .strictObject({ display_name: line().min(1), ...optionalFields })
  .meta({ id: 'CustomerCreate' });

export const customerUpdate = z
  .strictObject({ display_name: line().min(1).optional(), ...optionalFields })
  .meta({ id: 'CustomerUpdate' });

export const customerObject = z
  .strictObject({
    id: z.string(),
    display_name: z.string(),
    company_name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    contacts: z.array(
      z.strictObject({
        name: z.string(),
        email: z.string().nullable(),
        phone: z.string().nullable(),
        roles: z.array(z.string()),
      }),
    ),
    sms_consent: z.boolean().nullable(),
    email_opt_out: z.boolean(),
    time_zone: z.string().nullable(),
    locale: z.string().nullable(),
    currency: z.string().nullable(),
    payment_terms: z.string().nullable(),
    address: z.record(z.string(), z.string()).nullable(),
    credit_hold: z.boolean(),
    autopay: z.boolean(),
    reminder_policy_id: z.string().nullable(),
    late_fee_policy_id: z.string().nullable(),
    metadata,
    created_at: z.string().meta({ format: 'date-time' }),
    updated_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'Customer' });

export type CustomerObject = z.infer<typeof customerObject>;

export function presentCustomer(customer: CustomerDocument): CustomerObject {
  const { _id, organization_id: _organization, ...fields } = customer;
  return {
    id: _id,
    ...fields,
    autopay: false,
    reminder_policy_id: fields.reminder_policy_id ?? null,
    late_fee_policy_id: fields.late_fee_policy_id ?? null,
  };
}
