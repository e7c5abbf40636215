// Names that both sides of Temporal agree on. Types and constants only, no SDK.

export const invoiceWorkflowType = 'invoice';
export const testClockWorkflowType = 'testClock';

export function invoiceWorkflowId(organizationId: string, invoiceId: string): string {
  return `invoice:${organizationId}:${invoiceId}`;
}

export function testClockWorkflowId(organizationId: string): string {
  return `test-clock:${organizationId}`;
}

/** The commands of an invoice: each is an update and a signal of the same name. */
export const commandNames = [
  'update',
  'send',
  'schedule',
  'unschedule',
  'text2pay',
  'remind',
  'recordPayment',
  'reversePayment',
  'refundPayment',
  'void',
  'writeOff',
  'hold',
  'resume',
  'waiveLateFee',
  'applyCredit',
  'issueCreditNote',
  'attach',
  'setLateFees',
  'setReminders',
  'delete',
  'markViewed',
] as const;
export type CommandName = (typeof commandNames)[number];

/** What each command is for, as the operator reads it in the dialogs of the Temporal UI. */
export const commandDescriptions: Readonly<Record<CommandName, string>> = {
  update:
    'Change the draft, or revise the open invoice. Fields as in PATCH /invoices, in camelCase: {"dueDate": "2026-12-31"}.',
  send: 'Issue on first use, then e-mail the invoice. {} or {"deliver": false, "to": ["a@b.example"]}. Again = resend.',
  schedule:
    'Send the draft later. {"sendAt": "2026-12-01T09:00", "timeZone": "Europe/Paris"}. Again = move it.',
  unschedule: 'Take the scheduled send back: a draft again. {}.',
  text2pay:
    'Text the payment link. {} or {"phone": "+14155552671", "message": "…"}. A draft is issued first.',
  remind: 'One reminder now. {} or {"channel": "sms"}.',
  recordPayment:
    'Record money that came in. {"amount": 5115, "method": "check", "note": "…"}; no amount = all that is due.',
  reversePayment:
    'The money never came or was taken back: what it settled is due again. {"paymentId": "…", "reason": "…"}.',
  refundPayment:
    'Money goes back. {"paymentId": "…", "amount": 500, "mode": "reopen"}; mode "credit" takes it from the customer’s credit. No paymentId = the newest first.',
  void: 'Final: reverse the books and stop every timer. {"reason": "…"}. With money paid: {"disposition": [{"type": "credit", "amount": 500}]}; types refund, credit, leave_unapplied.',
  writeOff: 'Give it up as bad debt: uncollectible. {"reason": "…"}. A later payment is a recovery.',
  hold: 'No reminder, fee or charge meanwhile. {"kind": "promise", "until": "2026-12-24"} or {"kind": "dispute", "note": "…"}.',
  resume: 'End the hold. {} ends all, {"kind": "dispute"} one.',
  waiveLateFee: 'Let a late fee go. {"occurrence": 1, "reason": "…"}.',
  applyCredit: 'Pay with what the customer has in hand. {"amount": 500}; no amount = all that is due.',
  issueCreditNote:
    'Take back part of the total: what is due first, the rest becomes credit. {"amount": 500, "reason": "…"} or {"lineItems": [{"id": "…", "amount": 500}]}.',
  attach:
    'Attach files that were uploaded. {"attachments": [{"fileId": "…", "name": "…", "type": "…", "size": 1}]}.',
  setLateFees:
    'Other late-fee terms from now on. {"lateFees": {"type": "fixed", "value": 500, "frequency": {"interval": "month"}}}; null removes them.',
  setReminders:
    'Other reminder steps from now on. {"reminders": [{"anchor": "due_date", "offsetDays": 3}]}; null removes them.',
  delete: 'Remove a draft. {}.',
  markViewed: 'The customer has seen it. {}.',
};

/** Appended to every description in the UI. */
export const commandIdNote =
  ' Optional commandId: the same id runs once. A signal without one is not deduplicated.';

/** Internal update of the test clock: run everything that is due at an instant. */
export const runDueUpdate = 'runDue';
export const advanceClockUpdate = 'advance';
/** Internal signal: the stored invoice may be ahead of the workflow, which looks. */
export const refreshSignal = 'refresh';
/** Internal signal: what a provider reported about a message after accepting it. */
export const messageStatusSignal = 'messageStatus';

export const invoiceQuery = 'invoice';
export const timelineQuery = 'timeline';

/** Search attributes with their Temporal types. Registered before a worker starts. */
export const searchAttributes = {
  InvoiceStatus: 'KEYWORD',
  OrganizationId: 'KEYWORD',
  CustomerId: 'KEYWORD',
  InvoiceNumber: 'KEYWORD',
  Currency: 'KEYWORD',
  DunningStage: 'KEYWORD',
  DueAt: 'DATETIME',
  OnHold: 'BOOL',
} as const;

export const defaultTaskQueue = 'duewell';

/** How long a command from the gateway may wait before it refuses itself, in milliseconds. */
export const commandPatience = 5_000;
