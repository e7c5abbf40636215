// What the three accounts that are about someone come to by invoice or customer, carried on as entries are sealed.
import type { AccountRole } from '../domain/ledger/account.ts';
import type { JournalEntryDocument, LedgerBalanceDocument } from './documents.ts';
import { int64 } from './int64.ts';
import { asOf } from './snapshot.ts';
import type { Session, Store } from './store.ts';

/** Accounts whose balance belongs to someone, and whether that is an invoice or a customer. */
export const partyOf = {
  accounts_receivable: 'invoice',
  unapplied_payments: 'invoice',
  customer_credit: 'customer',
} as const satisfies Partial<Record<AccountRole, 'invoice' | 'customer'>>;

export const partyRoles = Object.keys(partyOf) as (keyof typeof partyOf)[];

export type PartyAccounts = ReadonlyMap<string, (typeof partyOf)[keyof typeof partyOf]>;

/** The organization's accounts of those roles, by id. */
export async function partyAccounts(
  store: Store,
  organizationId: string,
  session: Session,
): Promise<PartyAccounts> {
  const accounts = await store.accounts
    .find({ organization_id: organizationId, role: { $in: partyRoles } }, { session })
    .toArray();
  return new Map(
    accounts.flatMap(({ _id, role }) =>
      role !== null && role in partyOf ? [[_id, partyOf[role as keyof typeof partyOf]] as const] : [],
    ),
  );
}

/** One party's share of one entry. */
export type PartyMove = Omit<
  LedgerBalanceDocument,
  'due_date' | 'balance_cents' | 'first_date' | 'last_date' | 'moves'
> & { readonly date: string; readonly change_cents: number };

export function partyMoves(entry: JournalEntryDocument, accounts: PartyAccounts): PartyMove[] {
  return entry.lines.flatMap((line) => {
    const about = accounts.get(line.account_id);
    if (about === undefined) return [];
    const invoiceId = about === 'invoice' ? entry.invoice_id : null;
    const { organization_id, live_mode, currency, customer_id, date } = entry;
    const mode = live_mode ? 'live' : 'test';
    return [
      {
        _id: `${line.account_id}:${mode}:${currency}:${invoiceId ?? customer_id}`,
        organization_id,
        live_mode,
        currency,
        account_id: line.account_id,
        customer_id,
        invoice_id: invoiceId,
        date,
        change_cents: Number(line.debit_cents) - Number(line.credit_cents),
      },
    ];
  });
}

/** Adds the entries, all of one organization, to the balances. For the transaction that seals them, and no other. */
export async function rollUpBalances(
  store: Store,
  session: Session,
  entries: readonly JournalEntryDocument[],
): Promise<void> {
  const [first] = entries;
  if (first === undefined) return;
  const accounts = await partyAccounts(store, first.organization_id, session);
  const all = entries.flatMap((entry) => partyMoves(entry, accounts));
  if (all.length === 0) return;
  const byParty = new Map<string, PartyMove[]>();
  for (const move of all) {
    const known = byParty.get(move._id);
    if (known === undefined) byParty.set(move._id, [move]);
    else known.push(move);
  }
  const dueDates = await readDueDates(store, session, all);
  await store.ledgerBalances.bulkWrite(
    [...byParty].map(([_id, moves]) => ({
      updateOne: { filter: { _id }, update: change(moves, dueDates), upsert: true },
    })),
    { session, ordered: false },
  );
}

function change(moves: readonly PartyMove[], dueDates: ReadonlyMap<string, string | null>) {
  const [about] = moves;
  if (about === undefined) throw new Error('A balance without a move');
  const { _id, date: _date, change_cents: _change, ...party } = about;
  const byDay = new Map<string, number>();
  for (const { date, change_cents } of moves) byDay.set(date, (byDay.get(date) ?? 0) + change_cents);
  const days = [...byDay.keys()].toSorted();
  return {
    $setOnInsert: party,
    $set: { due_date: dueDates.get(about.invoice_id ?? '') ?? null },
    $inc: { balance_cents: int64([...byDay.values()].reduce((sum, part) => sum + part, 0)) },
    $min: { first_date: days[0] ?? '' },
    $max: { last_date: days.at(-1) ?? '' },
    $push: { moves: { $each: days.map((date) => ({ date, change_cents: int64(byDay.get(date) ?? 0) })) } },
  };
}

/** Of the invoices as they are now, which is what their entries of the same write say. */
export async function readDueDates(
  store: Store,
  session: Session,
  moves: readonly PartyMove[],
): Promise<Map<string, string | null>> {
  const ids = new Set(moves.flatMap(({ invoice_id }) => (invoice_id === null ? [] : [invoice_id])));
  if (ids.size === 0) return new Map();
  const rows = await store.invoices
    .find({ _id: { $in: [...ids] } }, { ...asOf(session), projection: { due_date: 1 } })
    .toArray();
  return new Map(rows.map((row) => [row._id, row.due_date]));
}
