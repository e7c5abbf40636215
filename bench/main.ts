// `npm run bench`: starts servers of its own, measures, prints tables and stops everything.
// --quick for a minute, --json for figures only, --only=exact,timed,ways,footprint,numbers,ledger,reports for a part.
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { live, type Lifecycle } from '../src/servers/lifecycle.ts';
import { measureExactly } from './exact.ts';
import { measureFootprint } from './footprint.ts';
import { type LedgerPace, measureLedger } from './ledger.ts';
import { measureNumbers } from './numbers.ts';
import { present, type Results } from './report.ts';
import { measureReports } from './reports.ts';
import { setUpStand } from './stand.ts';
import { measureTime, type Pace } from './timed.ts';
import { compareWays } from './ways.ts';

const parts = ['exact', 'timed', 'ways', 'footprint', 'numbers', 'ledger', 'reports'] as const;
type Part = (typeof parts)[number];

type Paces = {
  readonly timed: Pace;
  readonly ways: Pace & { readonly silence: boolean };
  readonly footprint: { readonly invoices: number; readonly creations: number };
  readonly reports: { readonly invoices: number; readonly times: number };
  readonly numbers: { readonly invoices: number };
  readonly ledger: LedgerPace;
};

const paces: Readonly<Record<'full' | 'quick', Paces>> = {
  full: {
    timed: { rounds: 5, milliseconds: 2_000, warmUp: 2_000, parallel: 16, invoices: 100 },
    ways: { rounds: 3, milliseconds: 1_500, warmUp: 1_000, parallel: 16, invoices: 50, silence: true },
    footprint: { invoices: 500, creations: 60 },
    reports: { invoices: 100_000, times: 10 },
    numbers: { invoices: 500 },
    ledger: { entries: 100_000, minute: 600, minutes: 5 },
  },
  quick: {
    timed: { rounds: 5, milliseconds: 250, warmUp: 250, parallel: 16, invoices: 25 },
    ways: { rounds: 3, milliseconds: 250, warmUp: 250, parallel: 16, invoices: 20, silence: false },
    footprint: { invoices: 50, creations: 10 },
    reports: { invoices: 5_000, times: 5 },
    numbers: { invoices: 100 },
    ledger: { entries: 6_000, minute: 300, minutes: 3 },
  },
};

function readWishes() {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? parts;
  const unknown = only.filter((name) => !parts.includes(name as Part));
  if (unknown.length > 0) throw new Error(`--only takes ${parts.join(', ')}; not ${unknown.join(', ')}`);
  return { json: values.json, pace: values.quick ? paces.quick : paces.full, wanted: new Set<string>(only) };
}

const wishes = readWishes();
const began = performance.now();

/** Progress goes beside the figures, which may be piped on. */
function say(line: string): void {
  const seconds = ((performance.now() - began) / 1_000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${line}\n`);
}

async function measure(life: Lifecycle): Promise<Results> {
  const { pace, wanted } = wishes;
  const stand = await setUpStand(life, say);
  // Between two steps a signal ends the measurement.
  const step = (line: string) => {
    life.goOn();
    say(line);
  };
  let results: Results = {};
  if (wanted.has('exact')) {
    const product = await stand.startProduct({ count: true });
    results = { ...results, exact: await measureExactly({ stand, product, say: step }) };
    await product.stop();
  }
  if (['footprint', 'numbers', 'timed', 'ways', 'reports'].some((part) => wanted.has(part))) {
    const product = await stand.startProduct();
    const bench = { stand, product, say: step };
    // First, while the process holds nothing else.
    if (wanted.has('footprint'))
      results = { ...results, footprint: await measureFootprint(bench, pace.footprint) };
    if (wanted.has('numbers')) results = { ...results, numbers: await measureNumbers(bench, pace.numbers) };
    if (wanted.has('timed')) results = { ...results, timed: await measureTime(bench, pace.timed) };
    if (wanted.has('ways')) results = { ...results, ways: await compareWays(bench, pace.ways) };
    if (wanted.has('reports')) results = { ...results, reports: await measureReports(bench, pace.reports) };
    await product.stop();
  }
  // Last, without a worker that would seal at the same time, and because it leaves much behind.
  if (wanted.has('ledger'))
    results = { ...results, ledger: await measureLedger({ stand, say: step }, pace.ledger) };
  return results;
}

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
await live({ say, complain: (error) => console.error(error) }, async (life) => {
  const results = await measure(life);
  life.goOn();
  console.log(wishes.json ? JSON.stringify(results, null, 2) : present(results));
  life.stop('measured');
});
