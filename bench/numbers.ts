// Many invoices issued at once: how long they take, and whether their numbers leave a gap or come twice.
import { setTimeout as pause } from 'node:timers/promises';
import { type Caller, invoiceBody } from './caller.ts';
import type { Product, Stand } from './stand.ts';
import { percentile } from './statistics.ts';

export type Numbers = {
  readonly invoices: number;
  readonly milliseconds: number;
  readonly p50: number;
  readonly p95: number;
  readonly gaps: number;
  readonly duplicates: number;
  /** Requests that were turned away and asked again; what they asked for was done once. */
  readonly repeated: number;
};

/** Under the rate limit, and as many at once as callers with five hundred invoices would have under way. */
const parallel = 50;
const retryPause = 1_000;

async function numbersOf(stand: Stand, caller: Caller): Promise<number[]> {
  const rows = await stand.store.invoices
    .find({ organization_id: caller.organizationId }, { projection: { number: 1 } })
    .toArray();
  return rows.map(({ number }) => Number(/(\d+)$/.exec(number ?? '')?.[1] ?? Number.NaN));
}

/** One invoice under one key, asked until it is made. */
async function issueOne(caller: Caller): Promise<{ milliseconds: number; repeated: number }> {
  const began = performance.now();
  for (let repeated = 0; ; repeated += 1) {
    const draft = await caller.ask('POST', '/invoices', invoiceBody(caller, { action: 'issue' }));
    if (draft.status === 201) return { milliseconds: performance.now() - began, repeated };
    if (draft.status !== 503 || repeated > 20) {
      throw new Error(`An issue was answered ${draft.status}: ${JSON.stringify(draft.body)}`);
    }
    await pause(retryPause);
  }
}

export async function measureNumbers(
  { stand, product, say }: { stand: Stand; product: Product; say: (line: string) => void },
  { invoices }: { readonly invoices: number },
): Promise<Numbers> {
  const caller = await product.caller();
  say(`numbers: ${invoices} invoices issued at once`);
  const began = performance.now();
  const left = Array.from({ length: invoices }, (_, index) => index);
  const took: { milliseconds: number; repeated: number }[] = [];
  const lane = async () => {
    while (left.pop() !== undefined) took.push(await issueOne(caller));
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  const milliseconds = performance.now() - began;
  const numbers = await numbersOf(stand, caller);
  const distinct = new Set(numbers);
  const highest = Math.max(...numbers);
  const latencies = took.map((one) => one.milliseconds);
  return {
    invoices: numbers.length,
    milliseconds,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    gaps: highest - distinct.size,
    duplicates: numbers.length - distinct.size,
    repeated: took.reduce((total, one) => total + one.repeated, 0),
  };
}
