// How long each report over many invoices takes over HTTP, and what MongoDB read for it.
import { instant, localDate, plusDays } from '../src/domain/calendar.ts';
import { ageing } from '../src/reports/ageing.ts';
import { type Books, type Moment, readBooks, readMoment } from '../src/reports/books.ts';
import { daysOutstanding } from '../src/reports/dso.ts';
import { numberGaps } from '../src/reports/number-gaps.ts';
import { reconcile } from '../src/reports/reconciliation.ts';
import { statement } from '../src/reports/statement.ts';
import { trialBalance } from '../src/reports/trial-balance.ts';
import { openStore } from '../src/store/store.ts';
import { writeBooks } from './books.ts';
import type { Caller } from './caller.ts';
import { explained, type Explained } from './explained.ts';
import type { Product, Stand } from './stand.ts';
import { median } from './statistics.ts';

export const reportGoal = 300;

export type ReportFigures = {
  readonly name: string;
  /** Milliseconds over HTTP. */
  readonly p50: number;
  readonly most: number;
  readonly reads: readonly Explained[];
};

export type Reports = {
  readonly invoices: number;
  readonly entries: number;
  readonly open: number;
  readonly reports: readonly ReportFigures[];
};

type Wanted = { readonly invoices: number; readonly times: number };
type Bench = { readonly stand: Stand; readonly product: Product; readonly say: (line: string) => void };
type Report<M> = {
  readonly name: string;
  readonly path: string;
  readonly read: (moment: M) => Promise<unknown>;
};

const warmUps = 2;

function reportsOf(today: string): Report<Books>[] {
  const yearAgo = plusDays(today, -365);
  return [
    { name: 'trial balance', path: '/reports/trial_balance', read: (books) => trialBalance(books, today) },
    { name: 'ageing, today', path: '/reports/ar_ageing', read: (books) => ageing(books, today) },
    {
      name: 'ageing, a year ago',
      path: `/reports/ar_ageing?as_of=${yearAgo}`,
      read: (books) => ageing(books, yearAgo),
    },
    { name: 'reconciliation', path: '/reports/reconciliation', read: (books) => reconcile(books, today) },
    { name: 'DSO', path: '/reports/dso', read: (books) => daysOutstanding(books, today, 90) },
  ];
}

/** Those that need neither totals nor the tail. */
function momentReportsOf(customerId: string, today: string): Report<Moment>[] {
  const period = { customerId, from: null, to: today, after: null, limit: 1_000 };
  return [
    {
      name: 'number gaps',
      path: '/reports/number_gaps',
      read: (moment) => numberGaps({ ...moment, padding: 4 }),
    },
    {
      name: 'statement',
      path: `/customers/${customerId}/statement`,
      read: (moment) => statement(moment, period),
    },
  ];
}

async function timesOf(caller: Caller, path: string, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let round = -warmUps; round < times; round += 1) {
    const began = performance.now();
    const { status } = await caller.ask('GET', path, {});
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
    if (round >= 0) taken.push(performance.now() - began);
  }
  return taken;
}

export async function measureReports(
  { stand, product, say }: Bench,
  { invoices, times }: Wanted,
): Promise<Reports> {
  const caller = await product.caller();
  const { organizationId } = caller;
  const today = localDate(instant(Date.now()), 'UTC');
  say(`reports: writing the books of ${invoices} invoices`);
  const made = await writeBooks(stand.store, { organizationId, invoices, customers: 1_000, today });
  const watched = await openStore(stand.watchedUri);
  const scope = { organizationId, live: false, currency: 'USD' };
  try {
    const figures: ReportFigures[] = [];
    const measure = async ({ name, path }: { name: string; path: string }, work: () => Promise<unknown>) => {
      say(`reports: ${name}`);
      const taken = await timesOf(caller, path, times);
      const reads = await explained(watched, work);
      figures.push({ name, p50: median(taken), most: Math.max(...taken), reads });
    };
    for (const report of reportsOf(today)) {
      await measure(report, () => readBooks(watched, scope, report.read));
    }
    for (const report of momentReportsOf(made.customerId, today)) {
      await measure(report, () => readMoment(watched, scope, report.read));
    }
    return { invoices, entries: made.entries, open: made.open, reports: figures };
  } finally {
    await watched.close();
  }
}
