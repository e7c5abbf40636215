// Compares, invoice by invoice or customer by customer, what the books say with what is kept beside them.
import type { mongo } from 'mongoose';
import type { AccountRole } from '../domain/ledger/account.ts';
import { partyMoves, partyOf } from '../store/ledger-balances.ts';
import { asOfMoment, accountOf, type Books, exact, mine } from './books.ts';

export type Difference = {
  readonly check: string;
  readonly invoiceId: string | null;
  readonly customerId: string | null;
  readonly paymentId: string | null;
  readonly accountId: string | null;
  /** By the ledger. */
  readonly expected: number;
  readonly actual: number;
};

export const noParty = { invoiceId: null, customerId: null, paymentId: null, accountId: null } as const;

/** Differences that are listed of one check; all of them count. */
export const listMax = 100;

/** What is kept beside the ledger about the parties of one account. */
export type Kept = {
  readonly role: keyof typeof partyOf & AccountRole;
  readonly check: string;
  /** 1: the account is on the debit side. */
  readonly side: 1 | -1;
  readonly collection: string;
  /** Only where there is something; over an index that has everything below. */
  readonly match: mongo.Document;
  /** The field with the party's id, and the one with the amount. */
  readonly party: string;
  readonly amount: string;
};

export type Compared = {
  /** Sum of all that is kept. */
  readonly kept: number;
  /** Sum of the sizes of all differences, so that two that cancel out are still two. */
  readonly off: number;
  readonly differences: readonly Difference[];
};

type Pair = { _id: string; ledger: number; kept: number };

function differenceOf(kept: Kept, { _id, ledger, kept: actual }: Pair): Difference {
  const about = partyOf[kept.role] === 'invoice' ? { invoiceId: _id } : { customerId: _id };
  return { ...noParty, ...about, check: kept.check, expected: ledger, actual };
}

/** Sealed balances beside what is kept, by party; those in the tail are left for `tailPairs`. */
async function sealedPairs(books: Books, kept: Kept, inTail: readonly string[]) {
  const [found] = await books.store.ledgerBalances
    .aggregate<{ rows: Pair[]; sums: { kept: number; off: number }[] }>(
      [
        {
          $match: {
            ...mine(books),
            account_id: accountOf(books, kept.role),
            balance_cents: { $ne: 0 },
          },
        },
        {
          $project: {
            _id: 0,
            party: partyOf[kept.role] === 'invoice' ? '$invoice_id' : '$customer_id',
            ledger: { $multiply: ['$balance_cents', kept.side] },
          },
        },
        {
          $unionWith: {
            coll: kept.collection,
            pipeline: [
              { $match: { ...mine(books), ...kept.match } },
              { $project: { _id: 0, party: `$${kept.party}`, kept: `$${kept.amount}` } },
            ],
          },
        },
        { $group: { _id: '$party', ledger: { $sum: '$ledger' }, kept: { $sum: '$kept' } } },
        ...(inTail.length === 0 ? [] : [{ $match: { _id: { $nin: inTail } } }]),
        {
          $facet: {
            rows: [
              { $match: { $expr: { $ne: ['$ledger', '$kept'] } } },
              { $sort: { _id: 1 } },
              { $limit: listMax },
            ],
            sums: [
              {
                $group: {
                  _id: null,
                  kept: { $sum: '$kept' },
                  off: { $sum: { $abs: { $subtract: ['$kept', '$ledger'] } } },
                },
              },
            ],
          },
        },
      ],
      asOfMoment(books),
    )
    .toArray();
  return { rows: found?.rows ?? [], sums: found?.sums[0] ?? { kept: 0, off: 0 } };
}

/** The parties with entries in the tail: what was sealed of them and the tail together, beside what is kept. */
async function tailPairs(books: Books, kept: Kept): Promise<Pair[]> {
  const account = accountOf(books, kept.role);
  const about = partyOf[kept.role];
  const moves = books.tail.flatMap((entry) => partyMoves(entry, new Map([[account, about]])));
  if (moves.length === 0) return [];
  const idOf = (one: { invoice_id: string | null; customer_id: string }) =>
    (about === 'invoice' ? one.invoice_id : one.customer_id) ?? '';
  const pairs = new Map<string, Pair>();
  const addLedger = (id: string, cents: number) => {
    const pair = pairs.get(id) ?? { _id: id, ledger: 0, kept: 0 };
    pairs.set(id, { ...pair, ledger: exact(pair.ledger + kept.side * cents) });
  };
  for (const move of moves) addLedger(idOf(move), move.change_cents);
  const sealed = await books.store.ledgerBalances
    .find({ _id: { $in: [...new Set(moves.map((move) => move._id))] } }, asOfMoment(books))
    .toArray();
  for (const balance of sealed) addLedger(idOf(balance), balance.balance_cents);
  const rows = await books.store.connection
    .getClient()
    .db(books.store.connection.name)
    .collection(kept.collection)
    .aggregate<{ party: string; kept: number }>(
      [
        { $match: { ...mine(books), ...kept.match, [kept.party]: { $in: [...pairs.keys()] } } },
        { $project: { _id: 0, party: `$${kept.party}`, kept: `$${kept.amount}` } },
      ],
      asOfMoment(books),
    )
    .toArray();
  for (const row of rows) {
    const pair = pairs.get(row.party);
    if (pair !== undefined) pairs.set(row.party, { ...pair, kept: exact(row.kept) });
  }
  return [...pairs.values()];
}

export async function compareParties(books: Books, kept: Kept): Promise<Compared> {
  const inTail = await tailPairs(books, kept);
  const { rows, sums } = await sealedPairs(
    books,
    kept,
    inTail.map((pair) => pair._id),
  );
  const off = inTail.filter((pair) => pair.ledger !== pair.kept);
  const all = [...rows, ...off].slice(0, listMax);
  return {
    kept: exact(sums.kept + inTail.reduce((sum, pair) => sum + pair.kept, 0)),
    off: exact(sums.off + off.reduce((sum, pair) => sum + Math.abs(pair.kept - pair.ledger), 0)),
    differences: all.map((pair) => differenceOf(kept, pair)),
  };
}
