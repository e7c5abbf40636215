// One payment over many invoices, decided without a database: parts, dates over zones, and nothing by halves.
import type { Command } from '../../../src/domain/invoice/command.ts';
import { decide, recorded } from '../../../src/domain/invoice/commands.ts';
import { amountDue, type Draft, type Invoice } from '../../../src/domain/invoice/invoice.ts';
import { keepBooks } from '../../../src/domain/invoice/journal.ts';
import { type Allocate, allocate, takeBack } from '../../../src/domain/payment/allocate.ts';
import { timeChange } from '../../../src/domain/payment/change.ts';
import { isRejection, type Rejection } from '../../../src/domain/rejection.ts';
import { aDraft, aPolicy } from '../../support/builders.ts';
import { terms } from '../given.ts';

const start = '2026-03-02T10:00:00.000Z';
const around = { now: start, timeZone: 'UTC', customer: { currency: null }, takesDeposits: true };

function issued(id: string, change: Partial<Draft> = {}): Invoice {
  const command: Command = {
    name: 'create',
    id,
    organizationId: 'organization',
    liveMode: true,
    draft: aDraft({ customerId: 'customer', ...change }),
    policy: aPolicy(),
    action: 'issue',
  };
  const decision = decide(null, command, { now: start, commandId: 'create', newId: 'new' });
  if (isRejection(decision)) throw new Error(decision.message);
  return { ...keepBooks(null, recorded(null, decision.events, start)).invoice, version: 1 };
}

function payment(parts: readonly (readonly [string, number])[], change: Partial<Allocate> = {}): Allocate {
  return {
    paymentId: 'payment',
    commandId: 'command',
    customerId: 'customer',
    currency: 'USD',
    amount: parts.reduce((sum, [, amount]) => sum + amount, 0),
    date: null,
    method: 'check',
    depositToAccountId: null,
    reference: null,
    note: null,
    allocations: parts.map(([invoiceId, amount]) => ({ invoiceId, amount })),
    ...change,
  };
}

function byId(...invoices: Invoice[]): Map<string, Invoice> {
  return new Map(invoices.map((invoice) => [invoice.id, invoice]));
}

function accepted<T>(answer: T | Rejection): T {
  if (isRejection(answer)) throw new Error(`${answer.rejected}: ${answer.message}`);
  return answer;
}

test('each invoice gets its part in the order asked, under one payment id, and the rest is told', () => {
  const invoices = byId(issued('a'), issued('b'));
  const wanted = payment(
    [
      ['b', 500],
      ['a', 5885],
    ],
    { amount: 7000 },
  );
  const { changes, unapplied, date } = accepted(allocate(invoices, wanted, around));
  expect(
    changes.map(({ invoice }) => [invoice.id, invoice.version, invoice.status, amountDue(invoice)]),
  ).toEqual([
    ['b', 2, 'open', 5385],
    ['a', 2, 'paid', 0],
  ]);
  expect(changes.flatMap(({ invoice }) => invoice.payments.map((one) => [one.id, one.amount]))).toEqual([
    ['payment', 500],
    ['payment', 5885],
  ]);
  expect(changes.map(({ entries, creditChange }) => [entries.length, creditChange])).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect([unapplied, date]).toEqual([615, '2026-03-02']);
});

test('without a date it is today where today is earliest, so that it is in no invoice’s future', () => {
  const now = '2026-03-02T02:00:00.000Z';
  const invoices = byId(
    issued('a', { timeZone: 'Asia/Tokyo' }),
    issued('b', { timeZone: 'America/Los_Angeles' }),
  );
  const wanted = payment([
    ['a', 1],
    ['b', 1],
  ]);
  const tokyo = { ...around, now, timeZone: 'Asia/Tokyo' };
  const { date, changes } = accepted(allocate(invoices, wanted, tokyo));
  expect(date).toBe('2026-03-01');
  expect(changes.map(({ entries }) => entries[0]?.date)).toEqual(['2026-03-01', '2026-03-01']);
  const given = allocate(invoices, { ...wanted, date: '2026-03-02' }, tokyo);
  expect(given).toMatchObject({ rejected: 'date_in_future', pointer: '/date', data: { invoice_id: 'b' } });
});

test('what one invoice refuses stops all, and says which one and where', () => {
  const invoices = byId(issued('a'), issued('b'));
  const wanted = payment([
    ['a', 100],
    ['b', 5886],
  ]);
  expect(allocate(invoices, wanted, around)).toMatchObject({
    rejected: 'amount_exceeds_due',
    pointer: '/allocations/1/amount_cents',
    data: { due: 5885, invoice_id: 'b' },
  });
});

test('taking it back reopens every invoice; what is reversed already is left, what never had it refuses', () => {
  const paid = accepted(
    allocate(
      byId(issued('a'), issued('b')),
      payment([
        ['a', 5885],
        ['b', 100],
      ]),
      around,
    ),
  );
  const states = paid.changes.map(({ invoice }) => invoice);
  const command = { paymentId: 'payment', commandId: 'back', reason: 'bounced' };
  const back = accepted(takeBack(states, command, start));
  expect(back.map(({ invoice }) => [invoice.id, invoice.status, amountDue(invoice)])).toEqual([
    ['a', 'open', 5885],
    ['b', 'open', 5885],
  ]);
  const [first] = back;
  const [, second] = states;
  if (first === undefined || second === undefined) throw new Error('not paid');
  const again = accepted(takeBack([first.invoice, second], command, start));
  expect(again.map(({ invoice }) => invoice.id)).toEqual(['b']);
  const stranger = takeBack([issued('c'), second], command, start);
  expect(stranger).toMatchObject({ rejected: 'unknown_payment', data: { invoice_id: 'c' } });
});

test('time has nothing to do before something is due, and does it all in one change', () => {
  const invoice = issued('a', { dueDate: '2026-03-10', reminderSteps: [] });
  expect(timeChange(invoice, '2026-03-10T23:59:59.999Z', {})).toBeNull();
  const change = timeChange(invoice, '2026-03-11T00:00:00.000Z', {});
  expect(change?.events.map((event) => event.type)).toEqual(['invoice.overdue']);
  expect([change?.invoice.version, change?.nextActionAt]).toEqual([2, null]);
});

test('a payment dated before late fees takes them back on each invoice that it would have settled in time', () => {
  const fees = terms({ type: 'percentage', value: '10', interval: 'week' });
  const late = '2026-03-20T10:00:00.000Z';
  const overdue = (id: string) => {
    const invoice = issued(id, { dueDate: '2026-03-05', lateFeeTerms: fees });
    return timeChange(invoice, late, {})?.invoice ?? invoice;
  };
  const [a, b] = [overdue('a'), overdue('b')];
  expect([amountDue(a), amountDue(b)]).toEqual([7652, 7652]); // 58.85 and three fees of 5.89
  const parts = [
    ['a', 5885],
    ['b', 3000],
  ] as const;
  const { changes } = accepted(
    allocate(byId(a, b), payment(parts, { date: '2026-03-04' }), { ...around, now: late }),
  );
  expect(changes.map(({ invoice }) => [invoice.status, amountDue(invoice)])).toEqual([
    ['paid', 0],
    ['open', 2885 + 3 * 289],
  ]);
  expect(changes.map(({ creditChange }) => creditChange)).toEqual([0, 0]);
});
