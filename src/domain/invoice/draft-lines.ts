// Reads the lines of a document: new ones, and what changes those that are there.
import { QUANTITY_DECIMALS } from '../money.ts';
import type { Reader } from '../reader.ts';
import {
  linesMax,
  longText,
  readDiscounts,
  readFixedTaxes,
  readMetadata,
  readTaxRates,
  shortText,
} from './draft-parts.ts';
import type { LineInput } from './invoice.ts';

const blank: LineInput = {
  id: '',
  productId: null,
  accountId: null,
  description: '',
  quantity: '1',
  rate: 0,
  amountGiven: null,
  taxable: true,
  taxRates: null,
  fixedTaxes: [],
  discountable: true,
  discounts: [],
  metadata: {},
};

function isNull(reader: Reader, key: string): boolean {
  return reader.has(key) && reader.raw(key) === null;
}

/** What an entry says of its line, over what the line was. Null takes a field back to its blank. */
function changed(reader: Reader, base: LineInput): LineInput {
  const over = <K extends keyof LineInput>(key: K, field: string, read: LineInput[K] | null): LineInput[K] =>
    reader.has(field) ? (read ?? blank[key]) : base[key];
  const amount = reader.money('amount');
  const reprices = reader.has('quantity') || reader.has('rate');
  return {
    id: base.id,
    productId: over('productId', 'productId', reader.text('productId', shortText)),
    accountId: over('accountId', 'accountId', reader.text('accountId', shortText)),
    description: over('description', 'description', reader.text('description', longText)),
    quantity: over('quantity', 'quantity', reader.decimal('quantity', QUANTITY_DECIMALS, 1e9)),
    rate: over('rate', 'rate', reader.money('rate')),
    amountGiven: reader.has('amount') ? amount : reprices ? null : base.amountGiven,
    taxable: over('taxable', 'taxable', reader.boolean('taxable')),
    taxRates: over('taxRates', 'taxRates', readTaxRates(reader)),
    fixedTaxes: over('fixedTaxes', 'taxes', readFixedTaxes(reader)),
    discountable: over('discountable', 'discountable', reader.boolean('discountable')),
    discounts: readDiscounts(reader, 'line') ?? base.discounts,
    metadata: over('metadata', 'metadata', readMetadata(reader)),
  };
}

/** A new line, or the line `known` with what the entry changes. A price is never taken away by a null. */
function readLine(reader: Reader, known: LineInput | null, newId: () => string): LineInput | null {
  const line = changed(reader, known ?? { ...blank, id: newId() });
  if (Number(line.quantity) <= 0) reader.blame('quantity');
  const keepsPrice = known === null ? reader.raw('rate') !== null : !isNull(reader, 'rate');
  if (reader.raw('amount') === null && !keepsPrice) {
    reader.blame('rate', 'invalid_amount', undefined, '_cents');
  }
  return reader.finish() === null ? line : null;
}

/** Entries with a known id change that line, with `_destroy` remove it, without id add one; others stay. */
export function readLines(reader: Reader, present: readonly LineInput[], newId: () => string): LineInput[] {
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
