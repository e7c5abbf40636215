// The totals and balances counted again from the entries themselves, where there are few enough to do so at once.
// Larger books are proven by `duewell ledger verify`, which walks every entry.
import type { PartyAccounts } from '../store/ledger-balances.ts';
import { asOfMoment, type Books, exact, mine, partiesOf, total } from './books.ts';
import { type Difference, listMax, noParty } from './parties.ts';
import { balance, type Sums } from './trial-balance.ts';

export const check = 'sealed_totals';

/** Entries that are counted again whenever someone asks. */
export const recountMax = 10_000;

export type Recounted = { readonly off: number; readonly differences: readonly Difference[] };

type Counted = { account: string; party: string | null; cents: number };
const keyOf = ({ account, party }: Omit<Counted, 'cents'>) => `${account} ${party ?? ''}`;

/** Whether the books are small enough to be counted again. */
export async function isSmall(books: Books): Promise<boolean> {
  const { store, organizationId, live } = books;
  const own = { organization_id: organizationId, live_mode: live, recorded_at: { $gte: new Date(0) } };
  const count = await store.journalEntries.countDocuments(own, {
    ...asOfMoment(books),
    limit: recountMax + 1,
  });
  return count <= recountMax;
}

/** Every line of every entry, by account, and by invoice or customer where the account is about one. */
async function countEntries(books: Books, parties: PartyAccounts): Promise<Counted[]> {
  const about = (kind: 'invoice' | 'customer') =>
    [...parties].filter(([, party]) => party === kind).map(([account]) => account);
  const rows = await books.store.journalEntries
    .aggregate<{ _id: { account: string; party: string | null }; cents: number }>(
      [
        {
          $match: {
            organization_id: books.organizationId,
            live_mode: books.live,
            date: { $gte: '' },
            currency: books.currency,
          },
        },
        { $unwind: '$lines' },
        {
          $group: {
            _id: {
              account: '$lines.account_id',
              party: {
                $cond: [
                  { $in: ['$lines.account_id', about('invoice')] },
                  { $ifNull: ['$invoice_id', '$customer_id'] },
                  { $cond: [{ $in: ['$lines.account_id', about('customer')] }, '$customer_id', null] },
                ],
              },
            },
            cents: { $sum: { $subtract: ['$lines.debit_cents', '$lines.credit_cents'] } },
          },
        },
      ],
      asOfMoment(books),
    )
    .toArray();
  return rows.map(({ _id, cents }) => ({ account: _id.account, party: _id.party, cents: exact(cents) }));
}

/** The same from what was sealed and the tail. */
async function countSealed(
  books: Books,
  parties: PartyAccounts,
  sums: ReadonlyMap<string, Sums>,
): Promise<Counted[]> {
  const plain = [...sums].filter(([account]) => !parties.has(account));
  const rows = await books.store.ledgerBalances
    .find(
      { ...mine(books), account_id: { $in: [...parties.keys()] }, balance_cents: { $ne: 0 } },
      {
        ...asOfMoment(books),
        projection: { _id: 0, account_id: 1, invoice_id: 1, customer_id: 1, balance_cents: 1 },
      },
    )
    .toArray();
  const tail = books.tail.flatMap((entry) =>
    entry.lines
      .filter((line) => parties.has(line.account_id))
      .map((line) => ({
        account: line.account_id,
        party:
          parties.get(line.account_id) === 'invoice'
            ? (entry.invoice_id ?? entry.customer_id)
            : entry.customer_id,
        cents: line.debit_cents - line.credit_cents,
      })),
  );
  return [
    ...plain.map(([account, sum]) => ({ account, party: null, cents: balance(sum) })),
    ...rows.map((row) => ({
      account: row.account_id,
      party: row.invoice_id ?? row.customer_id,
      cents: row.balance_cents,
    })),
    ...tail,
  ];
}

function differenceOf(
  parties: PartyAccounts,
  { account, party }: Omit<Counted, 'cents'>,
  pair: Pair,
): Difference {
  const about = parties.get(account);
  return {
    ...noParty,
    accountId: account,
    invoiceId: about === 'invoice' ? party : null,
    customerId: about === 'customer' ? party : null,
    check,
    ...pair,
  };
}

type Pair = { readonly expected: number; readonly actual: number };

/** `sums`: by account, of all dates. */
export async function recount(books: Books, sums: ReadonlyMap<string, Sums>): Promise<Recounted> {
  const parties = partiesOf(books);
  const pairs = new Map<string, Omit<Counted, 'cents'> & Pair>();
  const put = (side: keyof Pair, counted: readonly Counted[]) => {
    for (const { account, party, cents } of counted) {
      const known = pairs.get(keyOf({ account, party })) ?? { account, party, expected: 0, actual: 0 };
      pairs.set(keyOf({ account, party }), { ...known, [side]: exact(known[side] + cents) });
    }
  };
  put('expected', await countEntries(books, parties));
  put('actual', await countSealed(books, parties, sums));
  const off = [...pairs.values()].filter((pair) => pair.expected !== pair.actual);
  return {
    off: total(off.map((pair) => Math.abs(pair.actual - pair.expected))),
    differences: off
      .slice(0, listMax)
      .map(({ account, party, expected, actual }) =>
        differenceOf(parties, { account, party }, { expected, actual }),
      ),
  };
}
