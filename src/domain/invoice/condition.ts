// Rules over state that many invoices share. The core declares them, the write tests them in its own transaction,
// and a failed one comes back as a value.
import type { Instant } from '../calendar.ts';

export type Condition =
  /** Someone can be reached: an address or an E.164 phone, no opt-out, consent. Automatic messages need a yes to SMS. */
  | { readonly kind: 'recipient'; readonly messageId: string; readonly automatic: boolean }
  /** The recipient's cap on reminders has room; the claim is freed when the message definitely fails. */
  | {
      readonly kind: 'reminderCap';
      readonly messageId: string;
      readonly at: Instant;
      readonly messages: number;
      readonly days: number;
    }
  /** The customer has less credit in the invoice's currency: so much would pay it, and nobody is reminded of it. */
  | { readonly kind: 'creditBelow'; readonly messageId: string; readonly amount: number }
  | { readonly kind: 'numberFree'; readonly number: string }
  /** The customer has at least so much credit in the invoice's currency before this write. */
  | { readonly kind: 'creditAtLeast'; readonly amount: number }
  /** No payment of the organization carries this id of the processor yet. */
  | { readonly kind: 'providerIdFree'; readonly provider: string; readonly providerPaymentId: string };
