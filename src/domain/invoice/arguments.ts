// Reads the arguments of a command: the route's body in camelCase with `_cents` dropped, from the gateway
// or from an operator's hand. Shape only; whether the command may happen is for decide().
import { milliseconds } from '../calendar.ts';
import { type Fields, isFields, type Reader, reader } from '../reader.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import type { CommandOn, CommandOnName } from './command.ts';
import {
  readCreditNote,
  readPayment,
  readRefund,
  readReversal,
  readVoid,
  readWaiver,
} from './arguments-money.ts';
import { readHold, readSchedule, under } from './arguments-plan.ts';
import { changeDraft } from './draft.ts';
import { readAttachments } from './draft-parts.ts';
import { channels, holdKinds, type Invoice } from './invoice.ts';
import { readLateFeePolicy, readLateFeeTerms, readReminderTerms } from './terms.ts';

/** Fields that any command may carry beside its own. */
export const envelopeFields = [
  'commandId',
  'actor',
  'reason',
  'notAfter',
  'expectedVersion',
  'clockOffset',
] as const;

/** Recipients and words: kept out of the command, because the core never needs them. */
export const contentFields = ['contentRef', 'to', 'cc', 'bcc', 'subject', 'message', 'phone'] as const;
const textMax = 5_000;
const recipientsMax = 20;

/** The argument as an object: nothing and null count as {}. */
export function readArguments(value: unknown): Fields | Rejection {
  if (value === undefined || value === null) return {};
  if (isFields(value)) return value;
  return reject('invalid_argument', { reason: 'it must be one object' });
}

function readEnvelope(reader: Reader): void {
  reader.text('commandId', 1_000);
  reader.text('actor', 255);
  reader.text('reason', textMax);
  const notAfter = reader.text('notAfter', 40);
  if (notAfter !== null && Number.isNaN(milliseconds(notAfter))) reader.blame('notAfter', 'invalid_date');
  reader.integer('expectedVersion', 0, Number.MAX_SAFE_INTEGER);
  reader.integer('clockOffset', 0, Number.MAX_SAFE_INTEGER);
}

function readContent(reader: Reader, fields: readonly (typeof contentFields)[number][]): void {
  reader.text('contentRef', 255);
  for (const field of fields) {
    if (field !== 'to' && field !== 'cc' && field !== 'bcc') {
      reader.text(field, textMax);
      continue;
    }
    const list = reader.list(field, recipientsMax);
    if (list?.some((address) => typeof address !== 'string') === true) reader.blame(field);
  }
}

/** The arguments as their command reads them. */
function arranged(name: CommandOnName, args: Fields): Fields {
  if (name === 'setLateFees') return under('lateFees', args, envelopeFields);
  if (name === 'setReminders') return under('reminders', args, envelopeFields);
  return args;
}

/** What may name a policy in place of terms. */
export type PolicyField = 'lateFees' | 'reminders';

/** The policy that a field of the arguments names; null where it names none. */
export function policyAsked(name: CommandOnName, args: Fields, field: PolicyField): string | null {
  const { [field]: asked } = arranged(name, args);
  if (!isFields(asked) || Object.keys(asked).length !== 1) return null;
  const { policyId } = asked;
  return typeof policyId === 'string' ? policyId : null;
}

/** The arguments with what that policy says in its place. */
export function withTerms(name: CommandOnName, args: Fields, field: PolicyField, terms: Fields): Fields {
  return { ...arranged(name, args), [field]: terms };
}

/** What is to be looked up is no fault yet. */
function unnamed(name: CommandOnName, args: Fields): Fields {
  const fees = policyAsked(name, args, 'lateFees') === null ? {} : { lateFees: null };
  const reminders = policyAsked(name, args, 'reminders') === null ? {} : { reminders: [] };
  return { ...arranged(name, args), ...fees, ...reminders };
}

function readReminders(reader: Reader): CommandOn {
  const terms = readReminderTerms(reader);
  return {
    name: 'setReminders',
    steps: terms?.steps ?? [],
    policy: terms?.policy ?? null,
    followersOnly: reader.boolean('followersOnly') ?? false,
  };
}

function readOwn(name: Exclude<CommandOnName, 'update'>, reader: Reader): CommandOn {
  switch (name) {
    case 'send':
      readContent(reader, ['to', 'cc', 'bcc', 'subject', 'message']);
      return { name, deliver: reader.boolean('deliver') ?? true };
    case 'text2pay':
      readContent(reader, ['phone', 'message']);
      return { name };
    case 'remind':
      readContent(reader, ['message']);
      return { name, channel: reader.choice('channel', channels) ?? 'email' };
    case 'recordPayment':
      return readPayment(reader);
    case 'void':
      return readVoid(reader);
    case 'refundPayment':
      return readRefund(reader);
    case 'reversePayment':
      return readReversal(reader);
    case 'waiveLateFee':
      return readWaiver(reader);
    case 'issueCreditNote':
      return readCreditNote(reader);
    case 'applyCredit':
      return { name, amount: reader.money('amount') };
    case 'writeOff':
      return { name, reason: reader.text('reason', textMax) };
    case 'hold':
      return readHold(reader);
    case 'resume':
      return { name, kind: reader.choice('kind', holdKinds) };
    case 'schedule':
      return readSchedule(reader);
    case 'attach':
      return { name, attachments: readAttachments(reader) ?? [] };
    case 'setLateFees':
      return { name, terms: readLateFeeTerms(reader), policy: readLateFeePolicy(reader) };
    case 'setReminders':
      return readReminders(reader);
    case 'unschedule':
    case 'delete':
    case 'markViewed':
      return { name };
  }
}

/** What is wrong with the shape of the arguments whatever the invoice is like; null when nothing is. */
export function checkArguments(name: CommandOnName, value: unknown): Rejection | null {
  const args = readArguments(value);
  if (isRejection(args)) return args;
  const body = reader(unnamed(name, args));
  readEnvelope(body);
  if (name === 'update') return body.fault();
  readOwn(name, body);
  return body.finish();
}

/** The command that the arguments ask for. `invoice` is what `update` changes; `newId` names new lines. */
export function readCommand(
  name: CommandOnName,
  args: Fields,
  invoice: Invoice,
  newId: () => string,
): CommandOn | Rejection {
  const body = reader(arranged(name, args));
  readEnvelope(body);
  if (name !== 'update') {
    const command = readOwn(name, body);
    return body.finish() ?? command;
  }
  const fault = body.fault();
  if (fault !== null) return fault;
  const own = Object.fromEntries(
    Object.entries(args).filter(([key]) => !envelopeFields.some((field) => field === key)),
  );
  const change = changeDraft(invoice, own, newId);
  return isRejection(change) ? change : { name, ...change };
}
