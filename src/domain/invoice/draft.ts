// Reads a document as it is asked for, checks that it fits together, and changes one that exists.
import { isTimeZone } from '../calendar.ts';
import { isCurrency, PERCENT_DECIMALS, QUANTITY_DECIMALS } from '../money.ts';
import { type Fields, isFields, type Reader, reader } from '../reader.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import type { Draft, FixedTax, Invoice, LineInput, Policy, TaxRate } from './invoice.ts';
import { defaultReminderSteps } from './reminder.ts';
import { readLateFeeTerms, readReminderSteps } from './terms.ts';
import { reckon } from './totals.ts';

const longText = 5_000;
const shortText = 255;
const linesMax = 500;
const metadataKeys = 50;
const metadataText = 500;

export type DraftDefaults = {
  readonly currency: string;
  readonly timeZone: string;
  readonly newId: () => string;
};

function readMetadata(reader: Reader): Record<string, string> {
  const value = reader.raw('metadata');
  if (value === null) return {};
  const entries = isFields(value) ? Object.entries(value) : null;
  const fits =
    entries !== null &&
    entries.length <= metadataKeys &&
    entries.every(
      ([key, text]) => key.length <= shortText && typeof text === 'string' && text.length <= metadataText,
    );
  if (!fits) reader.blame('metadata');
  return fits ? (value as Record<string, string>) : {};
}

function readTaxRate(reader: Reader): TaxRate | null {
  const name = reader.text('name', shortText);
  const rate = reader.decimal('rate', PERCENT_DECIMALS, 100);
  const inclusive = reader.boolean('inclusive') ?? false;
  if (name === null) reader.blame('name');
  if (rate === null) reader.blame('rate');
  return reader.finish() === null && name !== null && rate !== null ? { name, rate, inclusive } : null;
}

function readFixedTax(reader: Reader): FixedTax | null {
  const name = reader.text('name', shortText);
  const amount = reader.money('amount');
  if (name === null) reader.blame('name');
  if (amount === null) reader.blame('amount', 'invalid_amount', undefined, '_cents');
  return reader.finish() === null && name !== null && amount !== null ? { name, amount } : null;
}

function isNull(reader: Reader, key: string): boolean {
  return reader.has(key) && reader.raw(key) === null;
}

/** A new line, or the line `known` with what the entry changes. A price is never taken away by a null. */
function readLine(reader: Reader, known: LineInput | null, newId: () => string): LineInput | null {
  const keep = <K extends keyof LineInput>(key: K, read: LineInput[K] | null, otherwise: LineInput[K]) =>
    reader.has(key) ? (read ?? otherwise) : (known?.[key] ?? otherwise);
  const quantity = keep('quantity', reader.decimal('quantity', QUANTITY_DECIMALS, 1e9), '1');
  const rate = keep('rate', reader.money('rate'), 0);
  const amount = reader.money('amount');
  const taxRates = reader.objects('taxRates', 20, readTaxRate);
  const reprices = reader.has('quantity') || reader.has('rate');
  const line: LineInput = {
    id: known?.id ?? newId(),
    productId: keep('productId', reader.text('productId', shortText), null),
    accountId: keep('accountId', reader.text('accountId', shortText), null),
    description: keep('description', reader.text('description', longText), ''),
    quantity,
    rate,
    amountGiven: reader.has('amount') ? amount : reprices ? null : (known?.amountGiven ?? null),
    taxable: keep('taxable', reader.boolean('taxable'), true),
    taxRates: reader.has('taxRates') ? taxRates : (known?.taxRates ?? null),
    fixedTaxes: known?.fixedTaxes ?? [],
    discountable: known?.discountable ?? true,
    discounts: known?.discounts ?? [],
    metadata: reader.has('metadata') ? readMetadata(reader) : (known?.metadata ?? {}),
  };
  if (Number(quantity) <= 0) reader.blame('quantity');
  const priced = amount !== null || (known === null ? reader.raw('rate') !== null : !isNull(reader, 'rate'));
  if (!priced) reader.blame('rate', 'invalid_amount', undefined, '_cents');
  return reader.finish() === null ? line : null;
}

/** Entries with a known id change that line, with `_destroy` remove it, without id add one; others stay. */
function readLines(reader: Reader, present: readonly LineInput[], newId: () => string): LineInput[] {
  const lines = [...present];
  const read = (entry: Reader): LineInput | null => {
    const id = entry.text('id', shortText);
    const destroy = entry.boolean('_destroy') ?? false;
    const index = lines.findIndex((line) => line.id === id);
    if (id !== null && index < 0) return entry.blame('id', 'unknown_line_item');
    if (destroy && id === null) return entry.blame('_destroy');
    const line = readLine(entry, lines[index] ?? null, newId);
    if (line === null) return null;
    if (destroy) lines.splice(index, 1);
    else if (index < 0) lines.push(line);
    else lines[index] = line;
    return line;
  };
  const items = reader.raw('lineItemsAttributes');
  if (Array.isArray(items) && items.length > linesMax) reader.blame('lineItemsAttributes', 'too_many_lines');
  reader.objects('lineItemsAttributes', linesMax, read);
  return lines;
}

/** Fields that both a new document and a change of one may carry; what is not named keeps its value. */
function readDocument(reader: Reader, base: Draft, newId: () => string): Draft {
  const text = (key: 'terms' | 'memo' | 'noteToCustomer' | 'purchaseOrder', max: number) => {
    const value = reader.text(key, max);
    return reader.has(key) ? value : base[key];
  };
  const date = (key: 'issueDate' | 'dueDate') => {
    const value = reader.date(key);
    return reader.has(key) ? value : base[key];
  };
  const number = reader.text('invoiceNumber', 50);
  if (number !== null && !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(number))
    reader.blame('invoiceNumber');
  const shipTo = reader.text('shipToRef', shortText);
  const taxes = reader.objects('taxes', 20, readFixedTax);
  const fees = readLateFeeTerms(reader);
  const steps = readReminderSteps(reader);
  const customerId = reader.text('customerId', shortText) ?? base.customerId;
  if (customerId === '') reader.blame('customerId');
  return {
    customerId,
    currency: reader.text('currency', 3) ?? base.currency,
    timeZone: reader.text('timeZone', shortText) ?? base.timeZone,
    requestedNumber: reader.has('invoiceNumber') ? number : base.requestedNumber,
    issueDate: date('issueDate'),
    dueDate: date('dueDate'),
    terms: text('terms', shortText),
    memo: text('memo', longText),
    noteToCustomer: text('noteToCustomer', longText),
    purchaseOrder: text('purchaseOrder', shortText),
    shipToRef: reader.has('shipToRef') ? shipTo : base.shipToRef,
    metadata: reader.has('metadata') ? readMetadata(reader) : base.metadata,
    lines: readLines(reader, base.lines, newId),
    fixedTaxes: reader.has('taxes') ? (taxes ?? []) : base.fixedTaxes,
    taxRates: base.taxRates,
    discounts: base.discounts,
    tips: base.tips,
    installments: base.installments,
    earlyPayment: base.earlyPayment,
    attachments: base.attachments,
    lateFeeTerms: reader.has('lateFees') ? fees : base.lateFeeTerms,
    reminderSteps: reader.has('reminders') ? (steps ?? []) : base.reminderSteps,
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
    reminderSteps: defaultReminderSteps,
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
function draftOf(invoice: Invoice): Draft {
  return {
    customerId: invoice.customerId,
    currency: invoice.currency,
    timeZone: invoice.timeZone,
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
    reminderSteps: invoice.reminderSteps,
  };
}

/** Whether the document fits together: money, dates, zone, lines. The authority on it; null when it does. */
export function checkDraft(draft: Draft, policy: Policy): Rejection | null {
  if (!isCurrency(draft.currency)) return reject('invalid_currency', undefined, '/currency');
  if (!isTimeZone(draft.timeZone)) return reject('invalid_time_zone', undefined, '/time_zone');
  if (draft.lines.length === 0) return reject('no_line_items', undefined, '/line_items_attributes');
  if (draft.lines.length > linesMax) return reject('too_many_lines', undefined, '/line_items_attributes');
  const { issueDate, dueDate } = draft;
  if (issueDate !== null && dueDate !== null && dueDate < issueDate) {
    return reject('due_before_issue', undefined, '/due_date');
  }
  const reckoned = reckon(draft, policy);
  return isRejection(reckoned) ? reckoned : null;
}
