// Refusals that several routes of an invoice share, for the document.
import type { RejectionCode } from '../../domain/rejection.ts';

export const draftRefusals: RejectionCode[] = [
  'unknown_customer',
  'unknown_account',
  'unknown_product',
  'no_line_items',
  'too_many_lines',
  'invalid_amount',
  'amount_too_large',
  'too_many_decimals',
  'invalid_date',
  'due_before_issue',
  'invalid_currency',
  'currency_mismatch',
  'invalid_time_zone',
  'unknown_tax_rate',
  'mixed_tax_inclusion',
  'tax_without_base',
  'too_many_taxes',
  'conflicting_fields',
  'invalid_installments',
  'unknown_file',
  'invalid_late_fee_terms',
  'invalid_reminder_terms',
  'unknown_reminder_policy',
  'unknown_late_fee_policy',
  'number_taken',
];
export const engineRefusals: RejectionCode[] = ['engine_unavailable', 'command_expired', 'outcome_unknown'];
export const emailRefusals: RejectionCode[] = ['no_email_address', 'opted_out'];
export const smsRefusals: RejectionCode[] = ['no_phone_number', 'invalid_phone_number', 'sms_not_consented'];
