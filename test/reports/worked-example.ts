// One small book whose every figure can be reckoned on paper. Dates are of 2026 unless they say otherwise.
//
//   A1 Ada   issued 10 Jan  100.00 (90 + 10 tax), due  9 Feb; paid 40.00 on 1 Feb
//   A2 Ada   issued 15 Feb   50.00,               due 17 Mar; paid 60.00 on 1 Mar: 10.00 into her credit
//   B1 Bob   issued 1 Nov 25 200.00,              due 1 Dec 25; late fee 5.00 on 15 Jan
//   B2 Bob   issued 1 Mar    30.00,               due 31 Mar; paid 30.00 + 3.00 tip on 5 Mar, void on 10 Mar, left unapplied
//   A3 Ada   issued 20 Mar   80.00,               due 19 Apr; of her credit 4.00 applied on 21 Mar
//   C  Cy    credit of 7.00 given on 2 Mar, of no invoice
//   E1 Bob   issued 1 Jan   €70.00,               due 31 Jan
import type { Hand, Line } from './hand-made.ts';

const ar = 'accounts_receivable';

/** Entries in the order in which they were written; `B1`'s fee was written after everything of February. */
export type Example = { readonly ada: string; readonly bob: string; readonly cy: string };

export async function writeExample(
  hand: Hand,
  halfway: () => Promise<unknown> = async () => {},
): Promise<Example> {
  const ada = await hand.customer('Ada, Inc.', { _id: `ada-${hand.organization._id}` });
  const bob = await hand.customer('=Bob "B" Ltd', { _id: `bob-${hand.organization._id}` });
  const cy = await hand.customer('Cy', { _id: `cy-${hand.organization._id}` });
  const name = (short: string) => `${short}-${hand.organization._id}`;
  const usd =
    (invoice: string, customer: string) =>
    (type: Parameters<Hand['post']>[1], date: string, lines: readonly Line[], paymentId?: string) =>
      hand.post(
        { invoice: name(invoice), customer },
        type,
        date,
        lines,
        paymentId === undefined ? {} : { paymentId },
      );

  await hand.invoice(name('A1'), {
    number: 'TEST-0001',
    customer: ada,
    issued: '2026-01-10',
    due: '2026-02-09',
    total: 10_000,
    amountDue: 6_000,
  });
  await hand.invoice(name('A2'), {
    number: 'TEST-0002',
    customer: ada,
    issued: '2026-02-15',
    due: '2026-03-17',
    total: 5_000,
    amountDue: 0,
    status: 'paid',
  });
  await hand.invoice(name('B1'), {
    number: 'TEST-0003',
    customer: bob,
    issued: '2025-11-01',
    due: '2025-12-01',
    total: 20_000,
    amountDue: 20_500,
  });
  await hand.invoice(name('B2'), {
    number: 'TEST-0004',
    customer: bob,
    issued: '2026-03-01',
    due: '2026-03-31',
    total: 3_000,
    amountDue: 0,
    status: 'void',
    leftUnapplied: 3_000,
  });
  await hand.invoice(name('E1'), {
    number: 'TEST-0005',
    customer: bob,
    issued: '2026-01-01',
    due: '2026-01-31',
    total: 7_000,
    amountDue: 7_000,
    currency: 'EUR',
  });
  await hand.invoice(name('A3'), {
    number: 'TEST-0006',
    customer: ada,
    issued: '2026-03-20',
    due: '2026-04-19',
    total: 8_000,
    amountDue: 7_600,
  });
  // A draft's total is owed by nobody.
  await hand.invoice(name('D1'), {
    number: null,
    customer: ada,
    issued: '2026-03-22',
    due: '2026-04-30',
    total: 123_456,
    amountDue: 123_456,
    status: 'draft',
  });

  const [a1, a2, b1, b2, a3] = [
    usd('A1', ada),
    usd('A2', ada),
    usd('B1', bob),
    usd('B2', bob),
    usd('A3', ada),
  ];
  await b1('issued', '2025-11-01', [[ar, 'sales', 20_000]]);
  await hand.post({ invoice: name('E1'), customer: bob }, 'issued', '2026-01-01', [[ar, 'sales', 7_000]], {
    currency: 'EUR',
  });
  await a1('issued', '2026-01-10', [
    [ar, 'sales', 9_000],
    [ar, 'tax_payable', 1_000],
  ]);
  await a1('payment_recorded', '2026-02-01', [['undeposited_funds', ar, 4_000]], name('p1'));
  await hand.payment(name('p1'), {
    customer_id: ada,
    amount_cents: 4_000,
    date: '2026-02-01',
    allocations: [{ invoice_id: name('A1'), amount_cents: 4_000 }],
  });
  await a2('issued', '2026-02-15', [[ar, 'sales', 5_000]]);
  await halfway();
  await b1('late_fee_assessed', '2026-01-15', [[ar, 'late_fee_income', 500]]);
  await a2(
    'payment_recorded',
    '2026-03-01',
    [
      ['undeposited_funds', ar, 5_000],
      ['undeposited_funds', 'customer_credit', 1_000],
    ],
    name('p2'),
  );
  await hand.payment(name('p2'), {
    customer_id: ada,
    amount_cents: 6_000,
    unapplied_cents: 1_000,
    date: '2026-03-01',
    allocations: [{ invoice_id: name('A2'), amount_cents: 5_000 }],
  });
  await b2('issued', '2026-03-01', [[ar, 'sales', 3_000]]);
  await hand.post({ customer: cy }, 'credit_note_issued', '2026-03-02', [['sales', 'customer_credit', 700]]);
  await b2(
    'payment_recorded',
    '2026-03-05',
    [
      ['undeposited_funds', ar, 3_000],
      ['undeposited_funds', 'tips_payable', 300],
    ],
    name('p3'),
  );
  await hand.payment(name('p3'), {
    customer_id: bob,
    amount_cents: 3_000,
    tip_cents: 300,
    date: '2026-03-05',
    allocations: [{ invoice_id: name('B2'), amount_cents: 3_000 }],
  });
  await b2('voided', '2026-03-10', [
    [ar, 'unapplied_payments', 3_000],
    ['sales', ar, 3_000],
  ]);
  await a3('issued', '2026-03-20', [[ar, 'sales', 8_000]]);
  await a3('credit_applied', '2026-03-21', [['customer_credit', ar, 400]]);
  await hand.credit(ada, 600);
  await hand.credit(cy, 700);
  return { ada, bob, cy };
}
