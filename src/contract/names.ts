// Names that both sides of Temporal agree on. Types and constants only, no SDK.

export const invoiceWorkflowType = 'invoice';
export const testClockWorkflowType = 'testClock';
export const paymentWorkflowType = 'payment';
export const dunningWorkflowType = 'dunning';
export const reconcileWorkflowType = 'reconcile';

export function invoiceWorkflowId(organizationId: string, invoiceId: string): string {
  return `invoice:${organizationId}:${invoiceId}`;
}

export function testClockWorkflowId(organizationId: string): string {
  return `test-clock:${organizationId}`;
}

/** The Schedule of the daily run; a workflow that it starts has the same id with the time behind it. */
export function dunningScheduleId(organizationId: string): string {
  return `dunning:${organizationId}`;
}

/** The run of one day of test mode, started by the test clock. */
export function testDunningWorkflowId(organizationId: string, date: string): string {
  return `dunning:${organizationId}:test:${date}`;
}

export function dunningDeliveryWorkflowId(organizationId: string, messageId: string): string {
  return `dunning-delivery:${organizationId}:${messageId}`;
}

export function reconcileScheduleId(organizationId: string): string {
  return `reconcile:${organizationId}`;
}

/** One payment over many invoices, or the taking back of it: two lives, because the second may come years later. */
export function paymentWorkflowId(
  organizationId: string,
  paymentId: string,
  kind: 'record' | 'reverse' = 'record',
): string {
  const id = `payment:${organizationId}:${paymentId}`;
  return kind === 'record' ? id : `${id}:reverse`;
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
    'Change a draft, or revise what is open: number, currency and customer stay. Fields as in PATCH /invoices, in camelCase: {"dueDate": "2026-12-31"}.',
  send: 'Issue on first use, then e-mail the invoice. {} or {"deliver": false, "to": ["a@b.example"]}. Again = resend.',
  schedule:
    'Send a draft later. {"sendAt": "2026-12-01T09:00", "timeZone": "Europe/Paris"}; no zone = the invoice’s. Again = move it.',
  unschedule: 'Do not send it later after all: it is a draft again. {}.',
  text2pay:
    'Text the payment link. {} or {"phone": "+14155552671", "message": "…"}. A draft is issued first.',
  remind: 'One reminder now. {} or {"channel": "sms"}.',
  recordPayment:
    'Record money that came in. {"amount": 5115, "method": "check", "note": "…"}; no amount = all that is due. On bad debt: a recovery.',
  reversePayment:
    'The money never came, or was taken back: a bounced cheque, a chargeback. {"paymentId": "…", "reason": "…"}.',
  refundPayment:
    'Give money back. {"paymentId": "…", "amount": 500, "mode": "reopen"}; mode credit takes it out of the customer’s credit; no paymentId = the newest first.',
  void: 'Final: reverse the books and stop every timer. {"reason": "…"}; where money was paid also {"disposition": [{"type": "credit", "amount": 500}]}: refund, credit or leave_unapplied, in all what was paid.',
  writeOff: 'Give it up as bad debt. {"reason": "…"}. What comes in later is a recovery.',
  hold: 'No reminder, fee or charge while it stands. {"kind": "promise", "until": "2026-12-31"} or {"kind": "dispute", "note": "…"}.',
  resume: 'End a hold. {"kind": "dispute"} or {} for all of them.',
  waiveLateFee: 'Take one late fee back. {"occurrence": 1, "reason": "…"}.',
  applyCredit: 'Pay out of the customer’s credit. {"amount": 500} or {} for as much as is due and there.',
  issueCreditNote:
    'Take part of the total back. {"amount": 500} or {"lineItems": [{"id": "…", "amount": 500}]}, {} for all of it. What was paid already becomes credit.',
  attach: 'Add files. {"attachments": [{"fileId": "…", "name": "terms.pdf"}]}.',
  setLateFees:
    'Set the late-fee terms from now on. {"type": "fixed", "value": 1000, "frequency": {"interval": "month"}}, {"lateFees": null} for none.',
  setReminders:
    'Plan the reminders anew. {"steps": [{"offsetDays": 3, "channel": "email"}]}, {"policyId": "…"}, {"steps": []} for none.',
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
/** Internal signal: the customer was written to over all open invoices. */
export const dunnedSignal = 'dunned';

export const invoiceQuery = 'invoice';
export const timelineQuery = 'timeline';
/** Of a run of dunning. */
export const progressQuery = 'progress';
/** Internal query: whether all that follows from an issue at once has been written. */
export const settledQuery = 'settled';

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
