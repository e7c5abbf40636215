// A customer of whom nothing is known but the name.
import type { Instant } from '../domain/calendar.ts';
import type { CustomerDocument } from './documents.ts';

export function plainCustomer(
  named: Pick<CustomerDocument, '_id' | 'organization_id' | 'display_name'>,
  at: Instant,
): CustomerDocument {
  return {
    ...named,
    company_name: null,
    email: null,
    phone: null,
    contacts: [],
    sms_consent: null,
    email_opt_out: false,
    credit_hold: false,
    time_zone: null,
    locale: null,
    currency: null,
    payment_terms: null,
    reminder_policy_id: null,
    late_fee_policy_id: null,
    address: null,
    metadata: {},
    created_at: at,
    updated_at: at,
  };
}
