// Compares, invoice by invoice or customer by customer, what the books say with what is kept beside them.
import type { mongo } from 'mongoose';
import type { AccountRole } from '../domain/ledger/account.ts';
import { type PartyMove, partyMoves, partyOf } from '../store/ledger-balances.ts';
import { asOfMoment, accountOf, type Books, exact, mine, total } from './books.ts';

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
  readonly index: string;
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

type Pair = { readonly id: string; readonly ledger: number; readonly kept: number };

function differenceOf(kept: Kept, { id, ledger, kept: actual }: Pair): Difference {
  const about = partyOf[kept.role] === 'invoice' ? { invoiceId: id } : { customerId: id };
  return { ...noParty, ...about, check: kept.check, expected: ledger, actual };
}

function partyField({ role }: Kept): 'invoice_id' | 'customer_id' {
  return partyOf[role] === 'invoice' ? 'invoice_id' : 'customer_id';
}

function collectionOf(books: Books, { collection }: Kept): mongo.Collection {
  const { connection } = books.store;
  return connection.getClient().db(connection.name).collection(collection);
}

/** Balances that are not zero beside what is kept, by party, where they differ, and by how much. */
function leftOver(books: Books, kept: Kept): mongo.Document[] {
  const field = partyField(kept);
  const party = field === kept.party ? `$${field}` : { $ifNull: [`$${field}`, `$${kept.party}`] };
  // Plain fields until they are grouped: they come out of the index as they are.
  return [
    { $match: { ...mine(books), account_id: accountOf(books, kept.role), balance_cents: { $ne: 0 } } },
    { $project: { _id: 0, [field]: 1, balance_cents: 1 } },
    {
      $unionWith: {
        coll: kept.collection,
        pipeline: [
          { $match: { ...mine(books), ...kept.match } },
          { $project: { ...(kept.party === '_id' ? {} : { _id: 0 }), [kept.party]: 1, [kept.amount]: 1 } },
        ],
      },
    },
    {
      $group: { _id: party, balance: { $sum: '$balance_cents' }, kept: { $sum: `$${kept.amount}` } },
    },
    { $match: { $expr: { $ne: [signed(kept, '$balance'), '$kept'] } } },
    { $project: { left: { $subtract: [signed(kept, '$balance'), '$kept'] } } },
  ];
}

function signed({ side }: Kept, amount: string): unknown {
  return side === 1 ? amount : { $multiply: [amount, side] };
}

/** Parties whose sealed balance is not what is kept; those with entries in the tail are looked at by themselves. */
async function sealedOffenders(books: Books, kept: Kept, inTail: readonly string[]) {
  const [found] = await books.store.ledgerBalances
    .aggregate<{ ids: { _id: string }[]; sums: { off: number }[] }>(
      [
        ...leftOver(books, kept),
        ...(inTail.length === 0 ? [] : [{ $match: { _id: { $nin: inTail } } }]),
        {
          $facet: {
            ids: [{ $sort: { _id: 1 } }, { $limit: listMax }, { $project: { _id: 1 } }],
            sums: [{ $group: { _id: null, off: { $sum: { $abs: '$left' } } } }],
          },
        },
      ],
      { ...asOfMoment(books), hint: 'open' },
    )
    .toArray();
  return { ids: (found?.ids ?? []).map(({ _id }) => _id), off: exact(found?.sums[0]?.off) };
}

/** Both sides of some parties: what was sealed and the tail together, and what is kept. */
async function pairsOf(
  books: Books,
  kept: Kept,
  ids: readonly string[],
  tail: readonly PartyMove[],
): Promise<Pair[]> {
  if (ids.length === 0) return [];
  const ledger = new Map<string, number>(ids.map((id) => [id, 0]));
  const add = (id: string | null, cents: number) => {
    if (id !== null) ledger.set(id, exact((ledger.get(id) ?? 0) + kept.side * cents));
  };
  const field = partyField(kept);
  for (const move of tail) add(move[field], move.change_cents);
  const account = accountOf(books, kept.role);
  const mode = books.live ? 'live' : 'test';
  const sealed = await books.store.ledgerBalances
    .find(
      { _id: { $in: ids.map((id) => `${account}:${mode}:${books.currency}:${id}`) } },
      { ...asOfMoment(books), projection: { [field]: 1, balance_cents: 1 } },
    )
    .toArray();
  for (const balance of sealed) add(balance[field], balance.balance_cents);
  const rows = await collectionOf(books, kept)
    .aggregate<{ party: string; kept: number }>(
      [
        { $match: { ...mine(books), ...kept.match, [kept.party]: { $in: ids } } },
        { $project: { _id: 0, party: `$${kept.party}`, kept: `$${kept.amount}` } },
      ],
      asOfMoment(books),
    )
    .toArray();
  const amounts = new Map(rows.map((row) => [row.party, exact(row.kept)]));
  return ids.map((id) => ({ id, ledger: ledger.get(id) ?? 0, kept: amounts.get(id) ?? 0 }));
}

async function sumKept(books: Books, kept: Kept): Promise<number> {
  const [row] = await collectionOf(books, kept)
    .aggregate<{ kept: number }>(
      [
        { $match: { ...mine(books), ...kept.match } },
        { $group: { _id: null, kept: { $sum: `$${kept.amount}` } } },
      ],
      { ...asOfMoment(books), hint: kept.index },
    )
    .toArray();
  return exact(row?.kept);
}

export async function compareParties(books: Books, kept: Kept): Promise<Compared> {
  const account = accountOf(books, kept.role);
  const about = partyOf[kept.role];
  const tail = books.tail.flatMap((entry) => partyMoves(entry, new Map([[account, about]])));
  const inTail = [...new Set(tail.map((move) => move[partyField(kept)]))].filter((id) => id !== null);
  const [sum, sealed, recent] = await Promise.all([
    sumKept(books, kept),
    sealedOffenders(books, kept, inTail),
    pairsOf(books, kept, inTail, tail),
  ]);
  const off = recent.filter((pair) => pair.ledger !== pair.kept);
  const named = [...(await pairsOf(books, kept, sealed.ids, [])), ...off].slice(0, listMax);
  return {
    kept: sum,
    off: total([sealed.off, ...off.map((pair) => Math.abs(pair.kept - pair.ledger))]),
    differences: named.map((pair) => differenceOf(kept, pair)),
  };
}
