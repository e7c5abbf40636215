// The figures as tables, each with its goal and whether it is met.
import { type CpuTimes, spenders } from './cpu.ts';
import { type Exact, goals, type Life, type Step } from './exact.ts';
import type { Footprint } from './footprint.ts';
import { type LedgerFigures, ledgerGoals } from './ledger.ts';
import type { CommandCounts } from './mongo-commands.ts';
import type { Numbers } from './numbers.ts';
import type { Figures, PathFigures } from './rounds.ts';
import { reportGoal, type Reports } from './reports.ts';
import { median } from './statistics.ts';
import { aside, table, title, verdict } from './table.ts';
import { floors, products, timedGoal } from './timed.ts';
import type { Heard, WayFigures } from './ways.ts';

export type Results = {
  readonly exact?: Exact;
  readonly timed?: readonly Figures[];
  readonly ways?: WayFigures;
  readonly footprint?: Footprint;
  readonly numbers?: Numbers;
  readonly ledger?: LedgerFigures;
  readonly reports?: Reports;
};

const ms = (value: number) => value.toFixed(1);
const whole = (value: number) => value.toFixed(0);
const kib = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;

function mongo({ reads, writes, commits }: CommandCounts): string {
  return `${reads} / ${writes} / ${commits}`;
}

function goalOf({ by, deliveries, events, most }: Step) {
  if (most !== undefined) return verdict(events <= most, `≤ ${most}`);
  const perDelivery = deliveries === 0 ? 0 : by.delivery / deliveries;
  const met = by.own <= goals.command && perDelivery <= goals.delivery;
  const more = deliveries === 0 ? '' : `, delivery ≤ ${goals.delivery}`;
  return verdict(met, `own ≤ ${goals.command}${more}`);
}

function steps(rows: readonly Step[]): string {
  return table(
    ['step', 'events', 'own', 'timer', 'word', 'delivery', 'report', 'bytes', 'worker', 'gateway', 'goal'],
    rows.map((step) => [
      step.name,
      step.events,
      step.by.own,
      step.by.timer,
      step.by.word,
      step.by.deliveryWord === 0 ? step.by.delivery : `${step.by.delivery} + ${step.by.deliveryWord}`,
      step.by.report,
      step.bytes,
      mongo(step.mongo.worker),
      mongo(step.mongo.gateway),
      goalOf(step),
    ]),
  );
}

function life({ events, withoutDeliveries, bytes }: Life): string {
  return table(
    ['one life', 'events', 'bytes', 'goal'],
    [
      [
        'without its deliveries',
        withoutDeliveries,
        '',
        verdict(withoutDeliveries <= goals.life, `≤ ${goals.life}`),
      ],
      [
        'with them',
        events,
        bytes,
        verdict(events <= goals.lifeWithDeliveries, `≤ ${goals.lifeWithDeliveries}`),
      ],
    ],
  );
}

function exactly(exact: Exact): string[] {
  return [
    title('Exact: history events, history bytes and MongoDB round trips'),
    aside(
      'own: the command itself; timer: set anew; word: what people see has changed; delivery + the word it changed.',
    ),
    aside(
      'worker, gateway: MongoDB reads / writes / ends of transactions. A create reads until the invoice is there.',
    ),
    steps(exact.commands),
    title('Exact: create → send → remind → late fee → pay'),
    steps(exact.life.steps),
    '',
    life(exact.life),
  ];
}

function machine({ calibrations, steadyRounds, rounds }: Figures): string {
  const syncs = median(calibrations.map((one) => one.syncsPerSecond));
  const loops = calibrations.map((one) => one.loop);
  const loop = `${whole(Math.min(...loops))} to ${whole(Math.max(...loops))} ms`;
  return aside(
    `machine: ${whole(syncs)} syncs/s, CPU loop ${loop}; ${steadyRounds} of ${rounds} rounds were steady`,
  );
}

function share(path: PathFigures, floor: string): string {
  const { median: middle, least, most } = path.shares[floor] ?? { median: 0, least: 0, most: 0 };
  return `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

function spent(cpu: CpuTimes): string {
  return spenders.map((spender) => ms(cpu[spender])).join(' + ');
}

function timed(figures: Figures): string[] {
  const isProduct = (name: string) => Object.values<string>(products).includes(name);
  return [
    title(`Timed: one part payment, ${figures.parallel} at a time`),
    machine(figures),
    table(
      [
        'path',
        'per second',
        'p50 ms',
        'p95 ms',
        '÷ bare',
        '÷ no-op activity',
        'goal: of the no-op floor',
        'CPU ms',
      ],
      figures.paths.map((path) => [
        path.name,
        ms(path.perSecond),
        ms(path.p50),
        ms(path.p95),
        share(path, floors.bare),
        share(path, floors.noop),
        isProduct(path.name)
          ? verdict((path.shares[floors.noop]?.median ?? 0) >= timedGoal, `≥ ${timedGoal}`)
          : '',
        spent(path.cpu),
      ]),
    ),
    aside('CPU ms of one command: product + Temporal + MongoDB + caller.'),
  ];
}

function heard({ answer, milliseconds }: Heard): string {
  return `${answer} after ${(milliseconds / 1_000).toFixed(1)} s`;
}

function ways({ cost, figures, silent }: WayFigures): string[] {
  const rows = (['local', 'regular'] as const).map((way) => [
    `${way} activity`,
    cost[way].events,
    cost[way].bytes,
    ...figures.flatMap(({ paths }) => {
      const path = paths.find((one) => one.name === way);
      return path === undefined ? ['', ''] : [ms(path.perSecond), `${ms(path.p50)} / ${ms(path.p95)}`];
    }),
    silent === null ? 'not asked' : heard(silent[way]),
  ]);
  const heads = figures.flatMap(({ parallel }) => [`${parallel}: per second`, 'p50 / p95 ms']);
  return [
    title('The same write by a local and by a regular activity'),
    ...figures.map(machine),
    table(['write by', 'events', 'bytes', ...heads, 'database silent for 5 s'], rows),
    ...(silent === null ? [] : [aside(`over HTTP the product answers: ${heard(silent.product)}`)]),
  ];
}

function footprint(figures: Footprint): string[] {
  return [
    title('Footprint'),
    table(
      ['what', 'figure'],
      [
        [`memory of one of ${figures.invoices} cached open invoices`, kib(figures.rssPerInvoice)],
        ['memory of a cached bare workflow', kib(figures.rssPerBare)],
        ['workflow bundle', kib(figures.bundleBytes)],
        ['create over HTTP, p50 / p95', `${ms(figures.create.p50)} / ${ms(figures.create.p95)} ms`],
        ...Object.entries(figures.create.stretches).map(
          ([name, value]) => [`  ${name}`, `${ms(value)} ms`] as const,
        ),
      ],
    ),
  ];
}

function numbers(figures: Numbers): string[] {
  const perSecond = (figures.invoices / figures.milliseconds) * 1_000;
  return [
    title(`Numbers: ${figures.invoices} invoices issued at once over HTTP`),
    table(
      ['seconds', 'per second', 'p50 / p95 ms', 'gaps', 'duplicates', 'asked again'],
      [
        [
          (figures.milliseconds / 1_000).toFixed(1),
          ms(perSecond),
          `${ms(figures.p50)} / ${ms(figures.p95)}`,
          figures.gaps,
          figures.duplicates,
          figures.repeated,
        ],
      ],
    ),
  ];
}

function ledger(figures: LedgerFigures): string[] {
  const { entries, blocks, minute } = figures;
  const { verifyMilliseconds, verifyMegabytes } = ledgerGoals;
  const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`;
  return [
    title(`Ledger: ${entries} entries in ${blocks} blocks`),
    table(
      ['what', 'figure', 'goal'],
      [
        ['all sealed in one go', seconds(figures.sealMilliseconds), ''],
        [`a minute’s ${minute.entries} entries sealed`, `${ms(minute.sealMilliseconds)} ms`, ''],
        ['nothing new to seal', `${ms(figures.idleMilliseconds)} ms`, ''],
        ['what is not sealed yet, as a report asks', `${ms(figures.tailMilliseconds)} ms`, ''],
        [
          'all verified',
          seconds(figures.verifyMilliseconds),
          verdict(figures.verifyMilliseconds <= verifyMilliseconds, `≤ ${seconds(verifyMilliseconds)}`),
        ],
        [
          'memory that verifying takes',
          `${whole(figures.verifyMegabytes)} MiB`,
          verdict(figures.verifyMegabytes <= verifyMegabytes, `≤ ${verifyMegabytes} MiB`),
        ],
        ['found sound', figures.sound ? 'yes' : 'no', verdict(figures.sound, 'yes')],
      ],
    ),
  ];
}

function reports(figures: Reports): string[] {
  const plain = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
  return [
    title(
      `Reports over ${plain(figures.invoices)} invoices (${plain(figures.open)} open, ${plain(figures.entries)} entries)`,
    ),
    table(
      ['over HTTP', 'p50 ms', 'most ms', 'keys', 'documents', 'goal', 'collection scans'],
      figures.reports.map(({ name, p50, most, reads }) => {
        const scans = reads.filter((read) => read.plan.includes('COLLSCAN')).length;
        return [
          name,
          ms(p50),
          ms(most),
          reads.reduce((sum, read) => sum + read.keys, 0),
          reads.reduce((sum, read) => sum + read.documents, 0),
          verdict(p50 < reportGoal, `< ${reportGoal} ms`),
          verdict(scans === 0, String(scans)),
        ];
      }),
    ),
    title('Reports: what MongoDB says of each read (explain)'),
    table(
      ['report', 'read', 'keys', 'documents', 'plan'],
      figures.reports.flatMap(({ name, reads }) =>
        reads.map((read, index) => [
          index === 0 ? name : '',
          read.name,
          read.keys,
          read.documents,
          read.plan.join(', '),
        ]),
      ),
    ),
  ];
}

export function present(results: Results): string {
  return [
    ...(results.exact === undefined ? [] : exactly(results.exact)),
    ...(results.timed ?? []).flatMap(timed),
    ...(results.ways === undefined ? [] : ways(results.ways)),
    ...(results.footprint === undefined ? [] : footprint(results.footprint)),
    ...(results.reports === undefined ? [] : reports(results.reports)),
    ...(results.numbers === undefined ? [] : numbers(results.numbers)),
    ...(results.ledger === undefined ? [] : ledger(results.ledger)),
  ].join('\n');
}
