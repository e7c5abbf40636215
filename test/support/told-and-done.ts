// A timeline from before beside the one from after: each entry that was announced with the one that happened.
import type { TimelineEntryObject } from '../../src/gateway/api/timeline-object.ts';

export type Pair = {
  readonly told: TimelineEntryObject | null;
  readonly done: TimelineEntryObject | null;
  /** What is not as it was told; null where all is. */
  readonly differs: string | null;
};

/** Told at the moment at which it begins, and done when the books have it, or a mail server. */
const taking: readonly string[] = ['issue', 'send'];
const takingMost = 60_000;

const outcomes: Readonly<Record<string, readonly string[]>> = {
  planned: ['done'],
  skipped: ['skipped'],
  // Under a hold a step passes, and is listed as passed over.
  suspended: ['skipped', 'suspended'],
};

const identity = ({ kind, step_id: step, occurrence, at }: TimelineEntryObject) =>
  taking.includes(kind) ? kind : [kind, step ?? '', occurrence ?? '', at].join(' ');

function differenceOf(told: TimelineEntryObject, done: TimelineEntryObject): string | null {
  const late = Date.parse(done.at) - Date.parse(told.at);
  if (late < 0 || late > (taking.includes(told.kind) ? takingMost : 0)) return `at ${done.at}`;
  if (told.amount_cents !== done.amount_cents) return `amount ${done.amount_cents}`;
  if (told.channel !== done.channel) return `channel ${done.channel}`;
  if (told.local_time.slice(0, 16) !== done.local_time.slice(0, 16)) return `local time ${done.local_time}`;
  return outcomes[told.status]?.includes(done.status) === true ? null : `it is ${done.status} ${done.reason}`;
}

/** Both in the order of time; what has no counterpart stands alone. */
export function pairs(
  told: readonly TimelineEntryObject[],
  happened: readonly TimelineEntryObject[],
): readonly Pair[] {
  const left = [...happened];
  const paired = told.map((entry): Pair => {
    const index = left.findIndex((one) => identity(one) === identity(entry));
    const [done = null] = index === -1 ? [] : left.splice(index, 1);
    return { told: entry, done, differs: done === null ? 'it did not happen' : differenceOf(entry, done) };
  });
  return [...paired, ...left.map((done): Pair => ({ told: null, done, differs: 'nobody had told' }))];
}

function named({ kind, step_id: step, occurrence }: TimelineEntryObject): string {
  return [kind, step, occurrence === null ? null : `#${occurrence}`]
    .filter((part) => part !== null)
    .join(' ');
}

function line({ told, done, differs }: Pair): string {
  const entry = told ?? done;
  if (entry === null) return '';
  const amount = entry.amount_cents === null ? '' : String(entry.amount_cents);
  const cells = [named(entry).padEnd(30), entry.at, amount.padStart(6), (told?.status ?? '-').padEnd(9)];
  return `  ${[...cells, done?.status ?? '-', differs === null ? '=' : `≠ ${differs}`].join('  ')}\n`;
}

/** The table, life by life. */
export function report(lives: readonly (readonly [string, readonly Pair[]])[]): string {
  const all = lives.flatMap(([, lived]) => lived);
  const differing = all.filter(({ differs }) => differs !== null).length;
  const pages = lives.map(([name, lived]) => `${name}\n${lived.map(line).join('')}`);
  return `${pages.join('')}${lives.length} lives, ${all.length} entries, ${differing} not as they were told\n`;
}
