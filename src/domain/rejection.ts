// The catalogue of refusals: a stable code, its HTTP status, and a sentence that says what to do.
// Refusals are values. Nothing in the domain throws one.
import type { Instant } from './calendar.ts';

const catalogue = {
  wrong_status: [409, 'The invoice is {status}, and {command} is accepted in {accepted} only.'],
  wrong_schedule_status: [409, 'The schedule is {status}, and {command} is accepted in {accepted} only.'],
  already_paid: [409, 'The invoice is paid; nothing more is due. Refund or credit instead.'],
  already_void: [409, 'The invoice is void, and a void is final. Create a new invoice.'],
  not_on_hold: [409, 'No such hold stands on the invoice, so there is nothing to resume.'],
  already_waived: [409, 'The late fee was waived. Nothing of it is left.'],
  already_refunded: [409, 'All that was paid has been refunded. Nothing of it is left.'],
  already_deleted: [409, 'The draft was deleted. Create a new invoice.'],
  issued_delete: [409, 'The invoice was issued and keeps its number. Void it instead of deleting it.'],
  draft_void: [409, 'A draft was never issued. Delete it instead of voiding it.'],
  net_paid_not_zero: [
    409,
    'Payments lie on the invoice (net paid {net_paid}: {payments}). Say what becomes of them in `disposition`, or refund them first.',
  ],
  payment_in_flight: [
    409,
    'Money is on its way for this invoice, and {command} has to wait. Try again when that has ended.',
  ],
  refund_refused: [
    409,
    'The processor refused a refund ({code}), and nothing more was done. Given back before: {refunded} of {wanted}.',
  ],
  disposition_mismatch: [
    422,
    'The disposition comes to {sum}, but {net_paid} lies on the invoice. Make its amounts sum to that.',
  ],
  reminder_cap: [
    429,
    'This address has had its {messages} reminders in {days} days. Try again at {retry_at}, or send the invoice.',
  ],
  sms_not_consented: [409, 'The customer has not agreed to text messages on this phone. Send an e-mail.'],
  opted_out: [409, 'The customer has opted out of this channel. Use another channel.'],
  covered_by_credit: [409, 'The customer has enough credit for what is due. Apply it instead of reminding.'],
  no_email_address: [422, 'There is no e-mail address. Give one in `to` or add it to the customer.'],
  no_phone_number: [422, 'There is no E.164 phone number. Give one in `phone` or add it to the customer.'],
  invalid_phone_number: [422, 'The phone number is not E.164. Write it like +14155552671.'],
  invalid_amount: [422, 'The amount must be a whole number of minor units, from 1 to 9999999999999.'],
  amount_exceeds_due: [
    422,
    'The amount is above what is due ({due}). Pay at most that, or allow overpayment.',
  ],
  amount_exceeds_total: [
    422,
    'Credit notes cannot come to more than the total, of which {left} is left. Credit at most that.',
  ],
  amount_exceeds_paid: [
    422,
    'The amount is above what can still be refunded ({refundable}). Refund at most that.',
  ],
  below_paid: [
    422,
    'The new total would be below what was paid and credited ({paid}). Refund or reverse some of it first.',
  ],
  too_many_decimals: [422, 'The number has more decimals than allowed.'],
  amount_too_large: [422, 'A line or a total is above 9999999999999 minor units. Split the invoice.'],
  date_in_future: [422, 'The date is in the future. Give today or an earlier date.'],
  date_in_past: [422, 'The date and time have passed. Give one that is still to come.'],
  invalid_date: [422, 'The date is not a day of the calendar written as YYYY-MM-DD.'],
  due_before_issue: [422, 'The due date is before the issue date. Move one of them.'],
  end_before_start: [422, 'The end date is before the start date. Move one of them.'],
  starts_too_early: [
    422,
    'So many occurrences lie behind already: {behind}. At most {limit} are made at once. Start later.',
  ],
  no_such_occurrence: [422, 'The schedule has no occurrence on this date that is still to come.'],
  invalid_time_zone: [422, 'The time zone is not an IANA name such as Europe/Paris.'],
  invalid_currency: [422, 'The currency is not an ISO 4217 code that Duewell can count in.'],
  currency_mismatch: [
    422,
    'The currency differs from the customer’s. Use one currency per customer and invoice.',
  ],
  no_line_items: [422, 'An invoice needs at least one line item.'],
  too_many_lines: [422, 'An invoice has at most 500 line items.'],
  unknown_line_item: [422, 'There is no line item with this id on the invoice.'],
  unknown_late_fee: [404, 'There is no late fee with this occurrence on the invoice.'],
  mixed_tax_inclusion: [422, 'A line has inclusive and exclusive taxes. Use one kind on a line.'],
  tax_without_base: [422, 'A fixed tax needs at least one taxable line to be spread over.'],
  too_many_taxes: [422, 'An invoice has at most {limit} different taxes. Put them together or split it.'],
  invalid_late_fee_terms: [422, 'The late-fee terms do not fit together: {reason}.'],
  invalid_installments: [422, 'The instalments do not fit together: {reason}.'],
  invalid_reminder_terms: [422, 'The reminder steps do not fit together: {reason}.'],
  field_frozen: [422, 'This field cannot change any more.'],
  number_taken: [422, 'This invoice number is taken. Choose another or leave it out.'],
  unknown_customer: [422, 'There is no customer with this id in the organization.'],
  unknown_account: [422, 'There is no such account of the right type in the chart of accounts.'],
  unknown_invoice: [422, 'There is no invoice with this id in the organization and mode.'],
  wrong_customer: [422, 'The invoice is another customer’s. A payment is for the invoices of one customer.'],
  duplicate_invoice: [422, 'The invoice stands twice in the allocations. Give it once.'],
  allocations_exceed_amount: [
    422,
    'The allocations sum up to {allocated}, which is above the payment’s amount. Allocate at most {amount}.',
  ],
  provider_id_taken: [422, 'A payment with this id of the processor is recorded already.'],
  insufficient_credit: [422, 'The customer’s credit is too small for this (available {available}).'],
  unknown_payment: [404, 'There is no payment with this id.'],
  already_reversed: [409, 'The payment was reversed already.'],
  unknown_late_fee_policy: [422, 'There is no such late-fee policy. List them with GET /late_fee_policies.'],
  unknown_reminder_policy: [422, 'There is no such reminder policy. List them with GET /reminder_policies.'],
  unknown_tax_rate: [422, 'There is no tax rate with this id in the organization.'],
  unknown_file: [422, 'There is no file with this id. Upload it first.'],
  unknown_product: [422, 'There is no item with this id in the catalogue.'],
  customer_on_credit_hold: [
    409,
    'The customer is on credit hold: nothing more is issued to it. Lift the hold first.',
  ],
  reminder_policy_in_use: [
    409,
    'The policy is needed (the default: {default}; customers that have it: {customers}; on its way to invoices: {applying}). Make it no longer the default, give those customers another, or wait.',
  ],
  customer_in_use: [409, 'The customer has invoices and is kept for the books.'],
  account_code_taken: [422, 'There is an account with the code {code}. Choose another.'],
  account_in_use: [409, 'Something was posted to the account, or refers to it. It is kept for the books.'],
  numbers_only_forward: [422, 'Numbers up to {last} were given. The next one can only be above that.'],
  invalid_value: [422, 'The value is not accepted here.'],
  invalid_argument: [422, 'The argument does not have the documented shape: {reason}.'],
  conflicting_fields: [422, 'Give either `{one}` or `{other}`, not both: they say the same.'],
  unknown_field: [422, 'This field is not known here. Remove it or correct its name.'],
  duplicate_field: [422, 'This field stands twice in the same object. Give it once.'],
  unknown_command: [422, 'There is no command with this name. The commands are: {commands}.'],
  nothing_to_do: [409, 'The command changed nothing: it had run before, or there was nothing left to do.'],
  cancel_ignored: [
    409,
    'Cancel does not end an invoice. It goes on; use void (issued) or delete (draft) to end it.',
  ],
  unknown_parameter: [400, 'This query parameter is not known here. Remove it.'],
  bad_cursor: [400, 'The cursor is not one that this list gave out. Start again without it.'],
  malformed_json: [400, 'The body is not valid JSON.'],
  malformed_header: [400, 'A header is not well formed: {reason}.'],
  idempotency_key_required: [400, 'This request moves money and needs an Idempotency-Key header.'],
  idempotency_mismatch: [422, 'This key was used with another body. Use a new key for a new request.'],
  idempotency_in_flight: [409, 'The request with this key is still running. Repeat it in a moment.'],
  version_mismatch: [412, 'The invoice has changed (it is at version {version}). Read it again.'],
  unauthenticated: [401, 'The bearer token is missing, unknown, expired or revoked.'],
  insufficient_scope: [403, 'The token lacks the scope {scope}.'],
  test_mode_only: [403, 'Only a test key can do this.'],
  live_mode_only: [403, 'Only a live key can do this.'],
  bad_signature: [403, 'The signature does not fit the request.'],
  not_found: [404, 'There is nothing at this address that this token may see.'],
  method_not_allowed: [405, 'This address does not take this method.'],
  payload_too_large: [413, 'The body is above what is accepted: 1 MB, and 10 MB for a file.'],
  malformed_upload: [400, 'The body is not well-formed multipart/form-data.'],
  unsupported_upload_type: [415, 'Send the file as multipart/form-data, in a part named `file`.'],
  unsupported_media_type: [415, 'Send the body as application/json.'],
  rate_limited: [429, 'Too many requests with this token. Slow down and repeat after Retry-After seconds.'],
  clock_backwards: [422, 'The test clock only moves forward. Give an instant after {now}.'],
  clock_busy: [409, 'The test clock is being advanced. Wait until that ends.'],
  clock_limit: [
    422,
    'The advance needs more steps than one request may run. Advance to an earlier instant first.',
  ],
  command_expired: [503, 'The command was not run in time and had no effect. Send it again.'],
  engine_unavailable: [503, 'The engine is away and nothing was done. Send the request again in a moment.'],
  outcome_unknown: [
    503,
    'No answer came in time (command {command_id}). Repeat the request with the same Idempotency-Key: it cannot run twice.',
  ],
  internal_error: [500, 'Something broke on our side. Give the request id to whoever runs this server.'],
} as const satisfies Record<string, readonly [number, string]>;

export type RejectionCode = keyof typeof catalogue;

/** Plain facts that belong to a refusal: they fill the sentence and go to the caller. */
export type RejectionData = Readonly<Record<string, string | number | boolean | null>>;

/** A refusal. `pointer` is a JSON pointer to the field at fault, in the canonical API's names. */
export type Rejection = {
  readonly rejected: RejectionCode;
  readonly message: string;
  readonly data?: RejectionData;
  readonly pointer?: string;
};

export function reject(code: RejectionCode, data?: RejectionData, pointer?: string): Rejection {
  return {
    rejected: code,
    message: sentence(code, data),
    ...(data === undefined ? {} : { data }),
    ...(pointer === undefined ? {} : { pointer }),
  };
}

/** The catalogue's sentence with its blanks filled. */
export function sentence(code: RejectionCode, data: RejectionData = {}): string {
  return catalogue[code][1].replace(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? name));
}

export function httpStatus(code: RejectionCode): number {
  return catalogue[code][0];
}

export function isRejectionCode(code: unknown): code is RejectionCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code);
}

export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'rejected' in value;
}

export const rejectionCodes = Object.keys(catalogue) as RejectionCode[];

/** The instant from which a capped command is possible, where the refusal names one. */
export function retryAt(rejection: Rejection): Instant | null {
  const at = rejection.data?.['retry_at'];
  return typeof at === 'string' ? at : null;
}
