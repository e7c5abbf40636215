// What dunning reads of customers: who has something overdue, how it stands, what is open.
import type { Instant } from '../domain/calendar.ts';
import type { DunningFacts, OverdueGroup, Standing } from '../domain/dunning/decide.ts';
import { type OverdueSpan, unbroken } from '../domain/dunning/episode.ts';
import type { OpenInvoice } from '../domain/dunning/letter.ts';
import type { CustomerDocument, DunningStateDocument, InvoiceDocument } from '../store/documents.ts';
import { dunningStateKey } from '../store/dunning.ts';
import type { Store } from '../store/store.ts';
import { capAddresses, reachOf } from './reach.ts';

/** One mode of one organization at an instant. */
export type Scope = { readonly organizationId: string; readonly liveMode: boolean; readonly at: Instant };

function mine({ organizationId, liveMode }: Scope) {
  return { organization_id: organizationId, live_mode: liveMode };
}

/** The index goes from customer to customer and passes over those with nothing overdue. */
export function overdueAfter(store: Store, scope: Scope, after: string) {
  return store.invoices
    .find({
      ...mine(scope),
      status: 'open',
      customer_id: { $gt: after },
      due_at: { $lte: scope.at },
      amount_due_cents: { $gt: 0 },
    })
    .sort({ customer_id: 1, due_at: 1 })
    .limit(1)
    .hint('overdue')
    .project<Pick<InvoiceDocument, 'customer_id'>>({ customer_id: 1, _id: 0 });
}

export async function overdueCustomers(
  store: Store,
  scope: Scope,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const customers: string[] = [];
  let last = after ?? '';
  while (customers.length < limit) {
    const next = await overdueAfter(store, scope, last).next();
    if (next === null) break;
    last = next.customer_id;
    customers.push(last);
  }
  return customers;
}

type Grouped = OverdueGroup & { readonly customerId: string };

const standing = {
  $cond: ['$on_hold', 'held', { $cond: ['$is_processing', 'processing', 'open'] }],
};

function groupsOf(store: Store, scope: Scope, customerIds: readonly string[]): Promise<Grouped[]> {
  return store.invoices
    .aggregate<Grouped>(
      [
        {
          $match: {
            ...mine(scope),
            status: 'open',
            customer_id: { $in: [...customerIds] },
            due_at: { $lte: scope.at },
            amount_due_cents: { $gt: 0 },
          },
        },
        {
          $group: {
            _id: { customer: '$customer_id', currency: '$currency', standing },
            due: { $sum: '$amount_due_cents' },
            oldestDueDate: { $min: '$due_date' },
          },
        },
        {
          $project: {
            _id: 0,
            customerId: '$_id.customer',
            currency: '$_id.currency',
            standing: '$_id.standing',
            due: 1,
            oldestDueDate: 1,
          },
        },
        { $sort: { currency: 1, standing: 1 } },
      ],
      { hint: 'overdue' },
    )
    .toArray();
}

type Spans = ReadonlyMap<string, readonly OverdueSpan[]>;

/** When which invoices were overdue since the last stage went out, of the customers that got one. */
async function spansOf(store: Store, scope: Scope, states: readonly DunningStateDocument[]): Promise<Spans> {
  const [since] = states.map(({ last_at }) => last_at).sort();
  if (since === undefined) return new Map();
  const rows = await store.invoices
    .find({
      ...mine(scope),
      customer_id: { $in: states.map(({ customer_id }) => customer_id) },
      due_at: { $lte: scope.at },
      $or: [{ status: 'open' }, { closed_at: { $gt: since } }],
    })
    .hint('customer')
    .project<Pick<InvoiceDocument, 'customer_id' | 'due_at' | 'closed_at'>>({
      customer_id: 1,
      due_at: 1,
      closed_at: 1,
    })
    .toArray();
  const spans = new Map<string, OverdueSpan[]>();
  for (const { customer_id, due_at: from, closed_at: to } of rows) {
    if (from === null || (to !== null && to <= from)) continue;
    spans.set(customer_id, [...(spans.get(customer_id) ?? []), { from, to }]);
  }
  return spans;
}

function stagesSent(state: DunningStateDocument | undefined, spans: Spans, at: Instant): readonly number[] {
  if (state === undefined) return [];
  return unbroken(spans.get(state.customer_id) ?? [], state.last_at, at) ? state.stages_sent : [];
}

async function creditOf(store: Store, scope: Scope, customerIds: readonly string[]) {
  const rows = await store.creditBalances
    .find({ ...mine(scope), customer_id: { $in: [...customerIds] }, amount_cents: { $gt: 0 } })
    .toArray();
  const credit = new Map<string, Record<string, number>>();
  for (const { customer_id: id, currency, amount_cents: amount } of rows) {
    credit.set(id, { ...credit.get(id), [currency]: amount });
  }
  return credit;
}

async function remindersOf(store: Store, scope: Scope, customers: readonly CustomerDocument[]) {
  const keys = new Map(
    customers.flatMap((customer) => capAddresses(scope, customer).map((key) => [key, customer._id] as const)),
  );
  const caps = await store.messageCaps.find({ _id: { $in: [...keys.keys()] } }).toArray();
  const last = new Map<string, Instant>();
  for (const { _id, claims } of caps) {
    const customerId = keys.get(_id) ?? '';
    // A message of dunning is no reminder of an invoice: it does not stand in the way of the next stage.
    const own = claims.filter(({ message_id: id, at }) => !id.startsWith('dunning:') && at <= scope.at);
    for (const { at } of own) if (at > (last.get(customerId) ?? '')) last.set(customerId, at);
  }
  return last;
}

async function waitingOf(store: Store, scope: Scope, customerIds: readonly string[]) {
  const rows = await store.dunningMessages
    .find({ ...mine(scope), customer_id: { $in: [...customerIds] }, status: 'QUEUED' })
    .hint('waiting')
    .toArray();
  return new Map(rows.map(({ customer_id, _id }) => [customer_id, _id]));
}

/** Where each of the customers stands, in their order. */
export async function factsOf(
  store: Store,
  scope: Scope,
  customerIds: readonly string[],
): Promise<DunningFacts[]> {
  if (customerIds.length === 0) return [];
  const ids = [...customerIds];
  const [groups, customers, states, credit, waiting] = await Promise.all([
    groupsOf(store, scope, ids),
    store.customers.find({ _id: { $in: ids }, organization_id: scope.organizationId }).toArray(),
    store.dunningStates
      .find({ _id: { $in: ids.map((id) => dunningStateKey(id, scope.liveMode)) } })
      .toArray(),
    creditOf(store, scope, ids),
    waitingOf(store, scope, ids),
  ]);
  const [spans, reminded] = await Promise.all([
    spansOf(store, scope, states),
    remindersOf(store, scope, customers),
  ]);
  return ids.map((customerId): DunningFacts => {
    const state = states.find((one) => one.customer_id === customerId);
    const customer = customers.find(({ _id }) => _id === customerId) ?? null;
    const reach = reachOf(customer, state ?? null);
    return {
      customerId,
      overdue: groups
        .filter((group) => group.customerId === customerId)
        .map(({ customerId: _customer, ...group }) => group),
      credit: credit.get(customerId) ?? {},
      stagesSent: stagesSent(state, spans, scope.at),
      lastAt: state?.last_at ?? null,
      remindedAt: reminded.get(customerId) ?? null,
      unreachable: 'refused' in reach ? reach.refused : null,
      waiting: waiting.get(customerId) ?? null,
    };
  });
}

export type OpenWithToken = OpenInvoice & { readonly token: string | null };

/** Everything that the customer has open, due or not. */
export async function openInvoices(
  store: Store,
  scope: Omit<Scope, 'at'>,
  customerId: string,
): Promise<OpenWithToken[]> {
  const rows = await store.invoices
    .find({
      organization_id: scope.organizationId,
      live_mode: scope.liveMode,
      status: 'open',
      customer_id: customerId,
      amount_due_cents: { $gt: 0 },
    })
    .sort({ due_at: 1 })
    .hint('overdue')
    .project<Omit<InvoiceDocument, 'state' | 'search'>>({ state: 0, search: 0 })
    .toArray();
  return rows.flatMap((row): OpenWithToken[] => {
    const { due_date: dueDate, due_at: dueAt } = row;
    if (dueDate === null || dueAt === null) return [];
    return [
      {
        id: row._id,
        number: row.number ?? '',
        currency: row.currency,
        due: row.amount_due_cents,
        dueDate,
        dueAt,
        standing: standingOf(row),
        token: row.public_token,
      },
    ];
  });
}

function standingOf(row: Pick<InvoiceDocument, 'on_hold' | 'is_processing'>): Standing {
  if (row.on_hold) return 'held';
  return row.is_processing ? 'processing' : 'open';
}

export async function creditBalances(
  store: Store,
  scope: Omit<Scope, 'at'>,
  customerId: string,
): Promise<Record<string, number>> {
  return (await creditOf(store, { ...scope, at: '' }, [customerId])).get(customerId) ?? {};
}
