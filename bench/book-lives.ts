// What becomes of one invoice in the benchmark's books, by dice that fall the same way every time.
import { plusDays } from '../src/domain/calendar.ts';
import type { AccountRole } from '../src/domain/ledger/account.ts';
import type { EntryType } from '../src/domain/ledger/entry.ts';
import type { InvoiceDocument } from '../src/store/documents.ts';

/** The books go back so far. */
export const days = 730;

/** The same books every time. */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

type Line = readonly [debit: AccountRole, credit: AccountRole, cents: number];
type Move = readonly [type: EntryType, date: string, lines: readonly Line[]];

export type Life = {
  readonly status: InvoiceDocument['status'];
  readonly issueDate: string;
  readonly dueDate: string;
  readonly total: number;
  readonly due: number;
  readonly credit: number;
  readonly leftUnapplied: number;
  readonly payments: readonly {
    readonly date: string;
    readonly amount: number;
    readonly unapplied: number;
  }[];
  readonly moves: readonly Move[];
};

const ar = 'accounts_receivable';

/** A fifth stays open, some of it part-paid or with a fee; the rest is paid, a few with too much, or void. */
export function liveThrough(roll: (sides: number) => number, today: string): Life {
  const issueDate = plusDays(today, -roll(days));
  const dueDate = plusDays(issueDate, 30);
  const net = 1_000 + roll(500_000);
  const tax = Math.floor(net / 10);
  const total = net + tax;
  const moves: Move[] = [
    [
      'issued',
      issueDate,
      [
        [ar, 'sales', net],
        [ar, 'tax_payable', tax],
      ],
    ],
  ];
  const life = { issueDate, dueDate, total, moves, credit: 0, leftUnapplied: 0 };
  const until = (date: string) => (date < today ? date : today);
  const fate = roll(100);
  if (fate < 20) {
    const fee = fate < 6 ? 500 : 0;
    const part = fate >= 15 ? Math.floor(total / 3) : 0;
    if (fee > 0)
      moves.push(['late_fee_assessed', until(plusDays(dueDate, 5)), [[ar, 'late_fee_income', fee]]]);
    const date = until(plusDays(issueDate, 20));
    if (part > 0) moves.push(['payment_recorded', date, [['undeposited_funds', ar, part]]]);
    const payments = part > 0 ? [{ date, amount: part, unapplied: 0 }] : [];
    return { ...life, status: 'open', due: total + fee - part, payments };
  }
  const date = until(plusDays(issueDate, roll(60)));
  const over = fate < 23 ? 700 : 0;
  const lines: Line[] = [['undeposited_funds', ar, total]];
  if (over > 0) lines.push(['undeposited_funds', 'customer_credit', over]);
  moves.push(['payment_recorded', date, lines]);
  const payments = [{ date, amount: total + over, unapplied: over }];
  if (fate > 97) {
    const lines2: Line[] = [
      [ar, 'unapplied_payments', total],
      ['sales', ar, net],
      ['tax_payable', ar, tax],
    ];
    moves.push(['voided', date, lines2]);
    return { ...life, status: 'void', due: 0, leftUnapplied: total, payments };
  }
  return { ...life, status: 'paid', due: 0, credit: over, payments };
}
