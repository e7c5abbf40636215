// The one atomic write. A command's events, invoice, journal, payments and messages move together or not at all;
// a repetition writes nothing and answers the same.
import type { PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import type { Store } from '../../src/store/store.ts';
import { createChart } from './accounts.ts';
import { prepare } from './member.ts';
import { createQueue } from './queue.ts';
import { seriesOf } from './number.ts';

export function createPersist(store: Store): (request: PersistRequest) => Promise<PersistResult> {
  const chartOf = createChart(store);
  const queue = createQueue(store);
  return async (request) => {
    const member = await prepare(store, chartOf, request);
    const series = seriesOf(request);
    return series === null ? queue.alone(member) : queue.withNumber(member, series);
  };
}
