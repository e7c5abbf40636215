// Reads what a document and its lines have in common: discounts, taxes, metadata.
import { AMOUNT_MAX, PERCENT_DECIMALS } from '../money.ts';
import { isFields, type Reader } from '../reader.ts';
import type { Attachment, Discount, FixedTax, TaxRate } from './invoice.ts';

export const longText = 5_000;
export const shortText = 255;
export const linesMax = 500;
export const attachmentsMax = 20;
const metadataKeys = 50;
const metadataText = 500;
const discountsMax = 20;
const taxesMax = 20;
const typeMax = 255;

export function readMetadata(reader: Reader): Record<string, string> {
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

/** Minor units when fixed, a percentage up to 100 otherwise. */
export function readShare(reader: Reader, mayBeZero: boolean): Pick<Discount, 'type' | 'value'> {
  const type = reader.choice('type', ['percentage', 'fixed'] as const);
  if (type === null) reader.blame('type');
  const value =
    type === 'percentage'
      ? reader.decimal('value', PERCENT_DECIMALS, 100)
      : reader.integer('value', 0, AMOUNT_MAX);
  if (value === null || (Number(value) === 0 && !mayBeZero)) reader.blame('value');
  return { type: type ?? 'fixed', value: value ?? 0 };
}

function readProductIds(reader: Reader): string[] | null {
  const ids = reader.list('productIds', linesMax);
  if (ids === null) return null;
  const fits =
    ids.length > 0 && ids.every((id) => typeof id === 'string' && id !== '' && id.length <= shortText);
  if (!fits) reader.blame('productIds');
  return fits ? (ids as string[]) : null;
}

/**
 * The discounts in `discount` (one) or `discounts` (a list); null when neither was given. Both say the same, so both
 * are refused. Null, and an empty list, say that there are none. Product ids belong to the document's discounts only.
 */
export function readDiscounts(reader: Reader, level: 'line' | 'invoice'): Discount[] | null {
  const read = (item: Reader): Discount | null => {
    const share = readShare(item, true);
    const productIds = level === 'invoice' ? readProductIds(item) : null;
    return item.finish() === null ? { ...share, productIds } : null;
  };
  const single = reader.object('discount');
  const list = reader.objects('discounts', discountsMax, read);
  if (single !== null && reader.raw('discounts') !== null) {
    reader.blame('discount', 'conflicting_fields', { one: 'discount', other: 'discounts' });
    return null;
  }
  if (single !== null) {
    const one = read(single);
    reader.adopt(single);
    return one === null ? null : [one];
  }
  if (!reader.has('discount') && !reader.has('discounts')) return null;
  return list ?? [];
}

function readRate(reader: Reader): TaxRate {
  const name = reader.text('name', shortText);
  const rate = reader.decimal('rate', PERCENT_DECIMALS, 100);
  const inclusive = reader.boolean('inclusive') ?? false;
  if (name === null) reader.blame('name');
  if (rate === null) reader.blame('rate');
  return { name: name ?? '', rate: rate ?? '0', inclusive };
}

/** A line's own rates; null when there are none, and the document's apply. */
export function readTaxRates(reader: Reader): TaxRate[] | null {
  return reader.objects('taxRates', taxesMax, (item) => {
    const rate = readRate(item);
    return item.finish() === null ? rate : null;
  });
}

/** The document's rates: what the ids of tax rates stand for. */
export function readDocumentTaxRates(reader: Reader): (TaxRate & { readonly id: string | null })[] | null {
  return reader.objects('taxRates', taxesMax, (item) => {
    const rate = { id: item.text('id', shortText), ...readRate(item) };
    return item.finish() === null ? rate : null;
  });
}

export function readFixedTaxes(reader: Reader): FixedTax[] | null {
  return reader.objects('taxes', taxesMax, (item) => {
    const name = item.text('name', shortText);
    const amount = item.money('amount');
    if (name === null) item.blame('name');
    if (amount === null) item.blame('amount', 'invalid_amount', undefined, '_cents');
    return item.finish() === null && name !== null && amount !== null ? { name, amount } : null;
  });
}

/** References to files that were stored before. */
export function readAttachments(reader: Reader): Attachment[] | null {
  return reader.objects('attachments', attachmentsMax, (item) => {
    const fileId = item.text('fileId', shortText);
    const name = item.text('name', shortText);
    if (fileId === null || fileId === '') item.blame('fileId');
    if (name === null || name === '') item.blame('name');
    const type = item.text('type', typeMax) ?? 'application/octet-stream';
    const size = item.integer('size', 0, Number.MAX_SAFE_INTEGER) ?? 0;
    return item.finish() === null ? { fileId: fileId ?? '', name: name ?? '', type, size } : null;
  });
}
