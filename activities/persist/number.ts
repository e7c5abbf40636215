// The organization's number series: the counter that a transaction takes its numbers from.
import type { PersistRequest } from '../../src/contract/invoice.ts';
import type { Session, Store } from '../../src/store/store.ts';

export type Series = {
  readonly organizationId: string;
  readonly liveMode: boolean;
  readonly prefix: string;
  readonly padding: number;
};

export function seriesOf(request: PersistRequest): Series | null {
  if (request.series === null) return null;
  const { organizationId, liveMode, series } = request;
  return { organizationId, liveMode, prefix: series.prefix, padding: series.padding };
}

export function seriesKey(series: Series): string {
  return `${series.organizationId}:${series.liveMode ? 'live' : 'test'}:${series.prefix}`;
}

/**
 * The next numbers, in order. Rolled back with the transaction, so an abandoned one leaves no gap. Numbers that
 * callers gave to invoices of their own are in the way only now and then: the first try does without looking,
 * and where the write then finds one taken, the next try looks and passes over it.
 */
export async function takeNumbers(
  store: Store,
  session: Session,
  series: Series,
  count: number,
  passOverTaken: boolean,
): Promise<string[]> {
  const numbers: string[] = [];
  while (numbers.length < count) {
    const next = await advance(store, session, series, count - numbers.length);
    numbers.push(...(passOverTaken ? await free(store, session, series, next) : next));
  }
  return numbers;
}

async function advance(store: Store, session: Session, series: Series, count: number): Promise<string[]> {
  const counter = await store.numberSeries.findOneAndUpdate(
    { _id: seriesKey(series) },
    { $inc: { last: count } },
    { session, upsert: true, returnDocument: 'after' },
  );
  if (counter === null) throw new Error('The number series was not counted up');
  const first = counter.last - count + 1;
  return Array.from({ length: count }, (_, index) => {
    return series.prefix + String(first + index).padStart(series.padding, '0');
  });
}

async function free(store: Store, session: Session, series: Series, numbers: string[]): Promise<string[]> {
  const rows = await store.invoices
    .find(
      {
        organization_id: series.organizationId,
        live_mode: series.liveMode,
        // The type is that of the index, without which every invoice would be read.
        number: { $type: 'string', $in: numbers },
      },
      { session, projection: { number: 1 } },
    )
    .toArray();
  const taken = new Set(rows.map((invoice) => invoice.number));
  if (taken.size > 0) {
    // Written down, because a draft that has the number may be deleted, and then nothing else explains the hole.
    const skipped = numbers.filter((number) => taken.has(number));
    await store.numberSeries.updateOne(
      { _id: seriesKey(series) },
      { $addToSet: { skipped: { $each: skipped } } },
      { session },
    );
  }
  return numbers.filter((number) => !taken.has(number));
}
