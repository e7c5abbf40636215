// The books that reports are made from: one organization, mode and currency, all of it as of one moment.
import type { LocalDate } from '../domain/calendar.ts';
import type { AccountRole } from '../domain/ledger/account.ts';
import type { Currency } from '../domain/money.ts';
import type { AccountDocument, JournalEntryDocument } from '../store/documents.ts';
import { type PartyAccounts, partyOf } from '../store/ledger-balances.ts';
import { unsealedEntries } from '../store/ledger-blocks.ts';
import { asOf, atOneMoment } from '../store/snapshot.ts';
import type { Session, Store } from '../store/store.ts';

export type Scope = {
  readonly organizationId: string;
  readonly live: boolean;
  readonly currency: Currency;
};

/** The database as it was at one moment. */
export type Moment = Scope & {
  readonly store: Store;
  readonly session: Session;
  /** Every account of the organization, by code. */
  readonly chart: readonly AccountDocument[];
};

export type Books = Moment & {
  /** Entries in this currency that are not in the totals and balances yet. */
  readonly tail: readonly JournalEntryDocument[];
};

/** What every document of the books has. The order is that of the indexes. */
export function mine({ organizationId, live, currency }: Scope) {
  return { organization_id: organizationId, live_mode: live, currency };
}

/** The options of every read: all of them see the database as it was at one moment. */
export function asOfMoment({ session }: Pick<Moment, 'session'>) {
  return asOf(session);
}

/** For what is read from entries and invoices themselves. */
export function readMoment<T>(store: Store, scope: Scope, read: (moment: Moment) => Promise<T>): Promise<T> {
  return atOneMoment(store, async (session) => {
    // The first read sets the moment, and what follows may go side by side.
    const chart = await store.accounts
      .find({ organization_id: scope.organizationId }, asOf(session))
      .sort({ code: 1 })
      .toArray();
    return read({ ...scope, store, session, chart });
  });
}

/** For what is read from totals and balances: what is sealed meanwhile is in them or in the tail, never in both. */
export function readBooks<T>(store: Store, scope: Scope, read: (books: Books) => Promise<T>): Promise<T> {
  return readMoment(store, scope, async (moment) => {
    const unsealed = await unsealedEntries(store, scope.organizationId, scope.live, moment.session);
    return read({ ...moment, tail: unsealed.filter((entry) => entry.currency === scope.currency) });
  });
}

export function accountOf({ chart }: Moment, role: AccountRole): string {
  const account = chart.find((one) => one.role === role);
  if (account === undefined) throw new Error(`The chart has no account for ${role}`);
  return account._id;
}

/** The accounts whose balance belongs to an invoice or a customer. */
export function partiesOf(books: Moment): PartyAccounts {
  const roles = Object.keys(partyOf) as (keyof typeof partyOf)[];
  return new Map(roles.map((role) => [accountOf(books, role), partyOf[role]]));
}

/**
 * A sum as the database made it. Single amounts stay below 10^13 and sums in the database are exact to 2^63; what
 * lies beyond 2^53 cannot be said in JSON without losing cents, so it is not said at all.
 */
export function exact(sum: unknown): number {
  const amount = Number(sum ?? 0);
  if (!Number.isSafeInteger(amount)) throw new Error(`A sum is beyond what can be told exactly: ${amount}`);
  return amount;
}

/** Sums of amounts that were summed before, exact or not at all. */
export function total(amounts: Iterable<number>): number {
  let sum = 0;
  for (const amount of amounts) sum = exact(sum + amount);
  return sum;
}

export function isUpTo(asOf: LocalDate): (entry: { readonly date: LocalDate }) => boolean {
  return ({ date }) => date <= asOf;
}
