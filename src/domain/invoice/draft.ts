// Reads a document as it is asked for, checks that it fits together, and changes one that exists.
import { isTimeZone } from '../calendar.ts';
import { isCurrency } from '../money.ts';
import { type Fields, type Reader, reader } from '../reader.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import { readLines } from './draft-lines.ts';
import {
  linesMax,
  longText,
  readAttachments,
  readDiscounts,
  readDocumentTaxRates,
  readFixedTaxes,
  readMetadata,
  shortText,
} from './draft-parts.ts';
import { checkInstallments } from './installments.ts';
import type { Draft, Invoice, Policy } from './invoice.ts';
import { earlyPaymentInWords, readEarlyPayment, readInstallments, readTips } from './payment-terms.ts';
import { versionOf } from './reminder-policy.ts';
import { defaultReminderSteps } from './reminder.ts';
import { readLateFeePolicy, readLateFeeTerms, readReminderTerms } from './terms.ts';
import { reckon } from './totals.ts';

export type DraftDefaults = {
  readonly currency: string;
  readonly timeZone: string;
  /** The customer's own, where that is known. */
  readonly recipientTimeZone?: string | null;
  readonly newId: () => string;
};

/** What `earlyPayment` says; else what new words of `terms` say, where the old ones had said what was in force. */
function readEarly(body: Reader, base: Draft, terms: string | null): Draft['earlyPayment'] {
  const early = readEarlyPayment(body);
  if (body.has('earlyPayment')) return early;
  if (!body.has('terms')) return base.earlyPayment;
  const before = earlyPaymentInWords(base.terms);
  const followsWords =
    before?.percentage === base.earlyPayment?.percentage && before?.days === base.earlyPayment?.days;
  return followsWords ? earlyPaymentInWords(terms) : base.earlyPayment;
}

/** The parts that are about money, beside the lines. What is not named keeps its value, null takes it away. */
function readMoney(body: Reader, base: Draft, terms: string | null) {
  const over = <K extends keyof Draft>(
    key: K,
    field: string,
    read: Draft[K] | null,
    none: Draft[K],
  ): Draft[K] => (body.has(field) ? (read ?? none) : base[key]);
  return {
    fixedTaxes: over('fixedTaxes', 'taxes', readFixedTaxes(body), []),
    taxRates: over('taxRates', 'taxRates', readDocumentTaxRates(body), null),
    discounts: readDiscounts(body, 'invoice') ?? base.discounts,
    tips: over('tips', 'tips', readTips(body), null),
    installments: over('installments', 'installments', readInstallments(body), null),
    earlyPayment: readEarly(body, base, terms),
    lateFeeTerms: over('lateFeeTerms', 'lateFees', readLateFeeTerms(body), null),
    lateFeePolicy: over('lateFeePolicy', 'lateFees', versionOf(readLateFeePolicy(body)), null),
  };
}

/** Fields that both a new document and a change of one may carry; what is not named keeps its value. */
function readDocument(body: Reader, base: Draft, newId: () => string): Draft {
  const text = (
    key: 'terms' | 'memo' | 'noteToCustomer' | 'purchaseOrder' | 'shipToRef',
    max: number,
  ): string | null => {
    const value = body.text(key, max);
    return body.has(key) ? value : base[key];
  };
  const date = (key: 'issueDate' | 'dueDate') => {
    const value = body.date(key);
    return body.has(key) ? value : base[key];
  };
  const number = body.text('invoiceNumber', 50);
  if (number !== null && !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(number)) {
    body.blame('invoiceNumber');
  }
  const customerId = body.text('customerId', shortText) ?? base.customerId;
  if (customerId === '') body.blame('customerId');
  const recipientTimeZone = body.text('recipientTimeZone', shortText);
  // Another customer lives elsewhere; a new document has none yet.
  const isAnother = base.customerId !== '' && customerId !== base.customerId;
  const ownZone = isAnother ? null : base.recipientTimeZone;
  const terms = text('terms', shortText);
  const attachments = readAttachments(body);
  const reminders = readReminderTerms(body);
  return {
    customerId,
    currency: body.text('currency', 3) ?? base.currency,
    timeZone: body.text('timeZone', shortText) ?? base.timeZone,
    recipientTimeZone: body.has('recipientTimeZone') ? recipientTimeZone : ownZone,
    requestedNumber: body.has('invoiceNumber') ? number : base.requestedNumber,
    issueDate: date('issueDate'),
    dueDate: date('dueDate'),
    terms,
    memo: text('memo', longText),
    noteToCustomer: text('noteToCustomer', longText),
    purchaseOrder: text('purchaseOrder', shortText),
    shipToRef: text('shipToRef', shortText),
    metadata: body.has('metadata') ? readMetadata(body) : base.metadata,
    lines: readLines(body, base.lines, newId),
    ...readMoney(body, base, terms),
    attachments: body.has('attachments') ? (attachments ?? []) : base.attachments,
    reminderSteps: body.has('reminders') ? (reminders?.steps ?? []) : base.reminderSteps,
    reminderPolicy: body.has('reminders') ? versionOf(reminders?.policy ?? null) : base.reminderPolicy,
  };
}

/**
 * A new document from the body of create in camelCase (`_cents` dropped). Fields: interface.md section 3.
 * `customerId` and at least one line are required; everything else has its default.
 */
export function readDraft(args: Fields, defaults: DraftDefaults): Draft | Rejection {
  const body = reader(args);
  const blank: Draft = {
    customerId: '',
    currency: defaults.currency,
    timeZone: defaults.timeZone,
    recipientTimeZone: defaults.recipientTimeZone ?? null,
    requestedNumber: null,
    issueDate: null,
    dueDate: null,
    terms: null,
    memo: null,
    noteToCustomer: null,
    purchaseOrder: null,
    shipToRef: null,
    metadata: {},
    lines: [],
    fixedTaxes: [],
    taxRates: null,
    discounts: [],
    tips: null,
    installments: null,
    earlyPayment: null,
    attachments: [],
    lateFeeTerms: null,
    lateFeePolicy: null,
    reminderSteps: defaultReminderSteps,
    reminderPolicy: null,
  };
  const draft = readDocument(body, blank, defaults.newId);
  return body.finish() ?? draft;
}

/** The document of a draft after a change, and the names of the fields that the change names. */
export function changeDraft(
  invoice: Invoice,
  args: Fields,
  newId: () => string,
): { readonly draft: Draft; readonly changed: readonly string[] } | Rejection {
  const body = reader(args);
  if (body.has('currency') && args['currency'] !== invoice.currency) body.blame('currency', 'field_frozen');
  const draft = readDocument(body, draftOf(invoice), newId);
  return body.finish() ?? { draft, changed: Object.keys(args) };
}

/** The document inside an invoice, as it was asked for. */
export function draftOf(invoice: Invoice): Draft {
  return {
    customerId: invoice.customerId,
    currency: invoice.currency,
    timeZone: invoice.timeZone,
    recipientTimeZone: invoice.recipientTimeZone,
    requestedNumber: invoice.requestedNumber,
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    terms: invoice.terms,
    memo: invoice.memo,
    noteToCustomer: invoice.noteToCustomer,
    purchaseOrder: invoice.purchaseOrder,
    shipToRef: invoice.shipToRef,
    metadata: invoice.metadata,
    lines: invoice.lines.map(
      ({ amount: _amount, discount: _discount, tax: _tax, taxParts: _parts, net: _net, ...line }) => line,
    ),
    fixedTaxes: invoice.fixedTaxes,
    taxRates: invoice.taxRates,
    discounts: invoice.discounts,
    tips: invoice.tips,
    installments: invoice.installments,
    earlyPayment: invoice.earlyPayment,
    attachments: invoice.attachments,
    lateFeeTerms: invoice.lateFeeTerms,
    lateFeePolicy: invoice.lateFeePolicy,
    reminderSteps: invoice.reminderSteps,
    reminderPolicy: invoice.reminderPolicy,
  };
}

/** Whether the document fits together: money, dates, zone, lines. The authority on it; null when it does. */
export function checkDraft(draft: Draft, policy: Policy): Rejection | null {
  if (!isCurrency(draft.currency)) return reject('invalid_currency', undefined, '/currency');
  if (!isTimeZone(draft.timeZone)) return reject('invalid_time_zone', undefined, '/time_zone');
  if (draft.recipientTimeZone !== null && !isTimeZone(draft.recipientTimeZone)) {
    return reject('invalid_time_zone', undefined, '/recipient_time_zone');
  }
  if (draft.lines.length === 0) return reject('no_line_items', undefined, '/line_items_attributes');
  if (draft.lines.length > linesMax) return reject('too_many_lines', undefined, '/line_items_attributes');
  const { issueDate, dueDate } = draft;
  if (issueDate !== null && dueDate !== null && dueDate < issueDate) {
    return reject('due_before_issue', undefined, '/due_date');
  }
  const reckoned = reckon(draft, policy);
  return isRejection(reckoned) ? reckoned : checkInstallments(draft, reckoned.totals.total);
}
