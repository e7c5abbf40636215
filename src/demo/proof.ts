// Whether the story proves what it tells: the books balance, and what was announced is what happened. Pure.
import type { Announcement } from './memory.ts';
import type { Entry, TimelineRow } from './shapes.ts';

/** What time alone does, and so announces: everything else is somebody's command. */
const timed = new Set(['reminder', 'late_fee', 'overdue']);

/** Nobody knows whether a message arrived whose sending was cut off; that it was sent at its time is known. */
const answerLost = 'no_answer';

function isTimed(row: TimelineRow): boolean {
  return timed.has(row.kind) && (row.kind !== 'reminder' || row.step_id !== null);
}

function toAnnouncement(row: TimelineRow): Announcement {
  return {
    at: row.at,
    kind: row.kind,
    stepId: row.step_id,
    occurrence: row.occurrence,
    amount: row.amount_cents,
    channel: row.channel,
  };
}

/** What the timeline plans up to and with an instant. */
export function announcedUpTo(rows: readonly TimelineRow[], to: string): Announcement[] {
  return rows.filter((row) => isTimed(row) && row.status === 'planned' && row.at <= to).map(toAnnouncement);
}

export type Happened = Announcement & {
  /** Told by `no_answer`: it was sent, and the answer was lost. */
  readonly uncertain: boolean;
};

export function happenedOf(rows: readonly TimelineRow[]): Happened[] {
  return rows
    .filter(isTimed)
    .filter((row) => row.status === 'done' || row.reason === answerLost)
    .map((row) => ({ ...toAnnouncement(row), uncertain: row.status !== 'done' }));
}

/** Announced, and taken back because the invoice was settled before its time. */
export function cancelledOf(rows: readonly TimelineRow[]): Announcement[] {
  return rows.filter((row) => isTimed(row) && row.status === 'cancelled').map(toAnnouncement);
}

function keyOf(one: Announcement): string {
  return JSON.stringify([one.at, one.kind, one.stepId, one.occurrence, one.amount, one.channel]);
}

export type Comparison = {
  readonly announced: Announcement;
  readonly happened: Happened | null;
};

/** Each announcement with what came of it, and what happened although nobody had announced it. */
export function compare(
  announced: readonly Announcement[],
  happened: readonly Happened[],
): {
  readonly rows: readonly Comparison[];
  readonly surprises: readonly Happened[];
  readonly equal: boolean;
} {
  const left = new Map(happened.map((one) => [keyOf(one), one]));
  const rows = announced.map((one) => {
    const found = left.get(keyOf(one)) ?? null;
    left.delete(keyOf(one));
    return { announced: one, happened: found };
  });
  const surprises = [...left.values()];
  const equal = surprises.length === 0 && rows.every((row) => row.happened !== null);
  return { rows, surprises, equal };
}

export type Books = {
  readonly debit: number;
  readonly credit: number;
  /** What the receivable account says is owed. */
  readonly receivable: number;
  readonly balanced: boolean;
};

const receivableCode = '1200';

function total(entries: readonly Entry[], side: 'debit_cents' | 'credit_cents', code?: string): number {
  return entries
    .flatMap((entry) => entry.lines)
    .filter((line) => code === undefined || line.account_code === code)
    .reduce((sum, line) => sum + line[side], 0);
}

/** Every entry balances, and the receivable is what the invoice says is due. */
export function proveBooks(entries: readonly Entry[], amountDue: number): Books {
  const receivable =
    total(entries, 'debit_cents', receivableCode) - total(entries, 'credit_cents', receivableCode);
  const eachBalances = entries.every(
    (entry) => total([entry], 'debit_cents') === total([entry], 'credit_cents'),
  );
  return {
    debit: total(entries, 'debit_cents'),
    credit: total(entries, 'credit_cents'),
    receivable,
    balanced: entries.length > 0 && eachBalances && receivable === amountDue,
  };
}
