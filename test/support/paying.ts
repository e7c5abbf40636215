// One payment over many invoices: requests, the real activities, and what must hold afterwards.
import { randomUUID } from 'node:crypto';
import { createPayments } from '../../activities/payments/index.ts';
import type {
  PaymentActivities,
  RecordAllocationsRequest,
  ReverseAllocationsRequest,
} from '../../src/contract/payment.ts';
import { instant } from '../../src/domain/calendar.ts';
import { amountDue, type Invoice } from '../../src/domain/invoice/invoice.ts';
import type { Store } from '../../src/store/store.ts';
import { brokenStreams, creditOf, openPersisting, type Persisting } from './persisting.ts';
import type { Wanted } from './requests.ts';

export type Paying = Persisting &
  PaymentActivities & {
    /** Issued to the customer now, in order: time has nothing to do to them yet. */
    issued(customerId: string, count: number, change?: Partial<Wanted>): Promise<Invoice[]>;
    current(invoice: Invoice): Promise<Invoice>;
    payment(
      customerId: string,
      allocations: readonly (readonly [Invoice | string, number])[],
      change?: Partial<RecordAllocationsRequest>,
    ): RecordAllocationsRequest;
    reversal(paymentId: string, change?: Partial<ReverseAllocationsRequest>): ReverseAllocationsRequest;
    /** The activities over a store that somebody has tampered with. */
    over(store: Store): PaymentActivities;
  };

export async function openPaying(): Promise<Paying> {
  const bench = await openPersisting();
  const { store, organizationId } = bench;
  const over = (other: Store) => createPayments(other, (request) => bench.persist(request));
  return {
    ...bench,
    ...over(store),
    over,
    issued: (customerId, count, change = {}) =>
      Promise.all(
        Array.from({ length: count }, () =>
          bench.stored(
            bench.creation({
              action: 'issue',
              at: instant(Date.now()),
              ...change,
              draft: { customerId, ...change.draft },
            }),
          ),
        ),
      ),
    current: async (invoice) => {
      const row = await store.invoices.findOne({ _id: invoice.id });
      if (row === null) throw new Error('The invoice is gone');
      return row.state;
    },
    payment: (customerId, allocations, change = {}) => ({
      organizationId,
      liveMode: true,
      paymentId: randomUUID(),
      commandId: randomUUID(),
      actor: 'test',
      customerId,
      currency: 'USD',
      amount: allocations.reduce((sum, [, amount]) => sum + amount, 0),
      date: null,
      method: 'check',
      depositToAccountId: null,
      reference: 'CHK-1',
      note: null,
      allocations: allocations.map(([invoice, amount]) => ({
        invoiceId: typeof invoice === 'string' ? invoice : invoice.id,
        amount,
      })),
      clockOffset: 0,
      ...change,
    }),
    reversal: (paymentId, change = {}) => ({
      organizationId,
      liveMode: true,
      paymentId,
      commandId: randomUUID(),
      actor: 'test',
      reason: 'bounced',
      clockOffset: 0,
      ...change,
    }),
  };
}

/** Every row that a payment may touch, to compare before and after. */
export async function allRows(store: Store) {
  const of = (collection: Store['invoices']) => collection.find().sort({ _id: 1 }).toArray();
  return {
    invoices: await of(store.invoices),
    events: await of(store.events as never),
    entries: await of(store.journalEntries as never),
    payments: await of(store.payments as never),
    refunds: await of(store.refunds as never),
    credit: await of(store.creditBalances as never),
    streams: await of(store.customerLedgers as never),
    series: await of(store.numberSeries as never),
  };
}

/** What must hold whatever happened: answers with what does not. */
export async function contradictions(store: Store, customerId: string): Promise<string[]> {
  const wrong = (await brokenStreams(store)).map((stream) => `the chain of ${stream} is broken`);
  const { kept, booked } = await creditOf(store, customerId);
  const isNonzero = ([, amount]: [string, number]) => amount !== 0;
  const sorted = (sums: Record<string, number>) =>
    Object.entries(sums)
      .filter(isNonzero)
      .map((pair) => pair.join(' '))
      .sort()
      .join(', ');
  if (sorted(kept) !== sorted(booked)) wrong.push(`credit ${sorted(kept)} is booked as ${sorted(booked)}`);
  const rows = await store.invoices.find({ customer_id: customerId }).toArray();
  for (const { _id, state, version, amount_due_cents: due } of rows) {
    const entries = await store.journalEntries.find({ invoice_id: _id }).toArray();
    const receivable = entries
      .flatMap((entry) => entry.lines)
      .filter((line) => line.account_code === '1200')
      .reduce((sum, line) => sum + line.debit_cents - line.credit_cents, 0);
    if (receivable !== amountDue(state))
      wrong.push(`${_id} owes ${amountDue(state)}, its books say ${receivable}`);
    if (due !== amountDue(state) || version !== state.version)
      wrong.push(`the columns of ${_id} are not its state`);
    const events = await store.events.countDocuments({ invoice_id: _id });
    if (events !== state.sequence) wrong.push(`${_id} has ${events} events and counts ${state.sequence}`);
  }
  const payments = await store.payments.find({ customer_id: customerId }).toArray();
  for (const { _id, allocations } of payments) {
    for (const { invoice_id: id, amount_cents: amount } of allocations) {
      const state = rows.find((row) => row._id === id)?.state;
      const applied = state?.payments.find((one) => one.id === _id)?.applied;
      if (applied !== amount)
        wrong.push(`payment ${_id} has ${amount} on ${id}, which has ${String(applied)}`);
    }
  }
  return wrong;
}
