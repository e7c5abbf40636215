// A payment that comes to light after late fees that it was made before: those fees become what they would have been.
import { nextAction } from '../../../src/domain/invoice/agenda.ts';
import { amountDue, creditNoteTotal, lateFeeTotal } from '../../../src/domain/invoice/invoice.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { balance, book } from '../books.ts';
import { amounts, inHand, monthly, on, overdue, sound, standing, until } from '../fee-stories.ts';
import { pay, terms } from '../given.ts';

describe('a payment dated before late fees that were posted', () => {
  it('takes back the fees of instants at which nothing was due, and the invoice is paid', () => {
    const story = sound(on(overdue(monthly()), pay(10_000, { date: '2026-03-30' }), '2026-06-10'));
    expect(story.invoice.status).toBe('paid');
    expect(standing(story)).toEqual([]);
    expect(story.invoice.lateFees).toMatchObject([
      { occurrence: 1, amount: 1000, reversed: true, waived: false, reason: 'payment_backdated' },
      { occurrence: 2, amount: 1000, reversed: true, reason: 'payment_backdated' },
      { occurrence: 3, amount: 1000, reversed: true, reason: 'payment_backdated' },
    ]);
    expect(inHand(story)).toBe(0);
  });

  it('reckons a percentage again on what it left, under numbers of their own and at the old dates', () => {
    const story = sound(on(overdue(monthly()), pay(6000, { date: '2026-03-30' }), '2026-06-10'));
    expect(standing(story)).toEqual([
      [4, 400, '2026-04-02'],
      [5, 400, '2026-05-02'],
      [6, 400, '2026-06-02'],
    ]);
    expect(story.invoice.lateFees.map((fee) => fee.replaces)).toEqual([null, null, null, 1, 2, 3]);
    expect(story.invoice.lateFees.map((fee) => fee.place)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(amountDue(story.invoice)).toBe(4000 + 3 * 400);
    expect(nextAction(story.invoice)).toMatchObject({
      kind: 'late_fee',
      occurrence: 7,
      at: '2026-07-02T00:00:00.000Z',
    });
    expect(standing(until(story, '2026-07-03')).at(-1)).toEqual([7, 400, '2026-07-02']);
  });

  it('leaves a fee alone that comes out the same', () => {
    const fixed = on(overdue(terms({ interval: 'month' })), pay(6000, { date: '2026-03-30' }), '2026-06-10');
    expect(standing(sound(fixed)).map(([occurrence]) => occurrence)).toEqual([1, 2, 3]);
    const last = on(overdue(monthly()), pay(6000, { date: '2026-05-20' }), '2026-06-10');
    expect(standing(sound(last))).toEqual([
      [1, 1000, '2026-04-02'],
      [2, 1000, '2026-05-02'],
      [4, 400, '2026-06-02'],
    ]);
  });

  it.each([
    // the payment's date, and how many fees of 2 April, 2 May and 2 June are left
    ['2026-04-01', 0],
    ['2026-04-02', 1], // on the fee's day the fee was first: it was due when the day began
    ['2026-05-01', 1],
    ['2026-05-02', 2],
    ['2026-06-02', 3],
    ['2026-06-10', 3],
  ])('of %s leaves %i fees standing', (date, count) => {
    expect(standing(sound(on(overdue(monthly()), pay(10_000, { date }), '2026-06-10')))).toHaveLength(count);
  });

  it('counts by the days of the invoice in its zone', () => {
    const far = { timeZone: 'Pacific/Auckland' };
    const paid = (date: string) =>
      sound(on(overdue(monthly(), far), pay(10_000, { date }), '2026-04-10')).invoice.status;
    // The first fee is at the first instant of 2 April in Auckland, which is 1 April in UTC.
    expect([paid('2026-04-01'), paid('2026-04-02')]).toEqual(['paid', 'open']);
  });

  it('is booked on the days of the fees: the books of a day gone by say what is right', () => {
    const story = on(overdue(monthly()), pay(6000, { date: '2026-03-30' }), '2026-04-20');
    const entries = story.entries.slice(-3);
    expect(entries.map(({ type, date }) => [type, date])).toEqual([
      ['payment_recorded', '2026-03-30'],
      ['late_fee_assessed', '2026-04-02'],
      ['late_fee_reversed', '2026-04-02'],
    ]);
    expect(entries.map(book)).toEqual([
      [
        ['undeposited_funds', null, 6000, 0],
        ['accounts_receivable', null, 0, 6000],
      ],
      [
        ['accounts_receivable', null, 400, 0],
        ['late_fee_income', null, 0, 400],
      ],
      [
        ['late_fee_income', null, 1000, 0],
        ['accounts_receivable', null, 0, 1000],
      ],
    ]);
  });

  it('is told by the timeline: the wrong fee is cancelled and says why', () => {
    const { invoice } = on(overdue(monthly()), pay(6000, { date: '2026-03-30' }), '2026-04-20');
    const fees = timeline(invoice).entries.filter(
      ({ kind, status }) => kind === 'late_fee' && status !== 'planned',
    );
    expect(fees).toMatchObject([
      { status: 'cancelled', occurrence: 1, amount: 1000, reason: 'payment_backdated' },
      { status: 'done', occurrence: 2, amount: 400 },
    ]);
  });

  it('is what was left of it: an amount that nobody named is all that is due as it is shown', () => {
    const story = sound(on(overdue(monthly()), pay(null, { date: '2026-03-30' }), '2026-04-20'));
    expect(story.invoice.payments).toMatchObject([{ amount: 11_000, applied: 11_000 }]);
    expect([story.invoice.status, inHand(story)]).toEqual(['paid', 1000]);
  });

  it('gives back as credit what had been paid of a fee that was wrong', () => {
    const partly = on(overdue(monthly()), pay(5000, { date: '2026-04-20' }), '2026-04-20');
    // 10.00 stand and 60.00 are due. 58.00 of 30 March leave 42.00 for the fee: 4.20, and 2.20 of 108.00 are too much.
    const story = sound(on(partly, pay(5800, { date: '2026-03-30' }), '2026-04-25'));
    expect(amounts(story)).toEqual([420]);
    expect([story.invoice.status, inHand(story)]).toEqual(['paid', 10_800 - 10_420]);
  });

  it('never charges more for having come: the fees of later days are at most what they were', () => {
    const first = on(overdue(monthly()), pay(3000, { date: '2026-04-20' }), '2026-04-20');
    const story = sound(on(first, pay(1, { date: '2026-03-30' }), '2026-06-10'));
    expect(amounts(story)).toEqual([1000, 700, 700]); // 999.9, 699.9 and 699.9
  });
});

describe('capped and compounding fees', () => {
  it('are reckoned in order from the first wrong one, and meet the cap again', () => {
    // 10.00, 10.00 and 5.00 that the cap had cut. 20.00 of 10 April: 8.00 in May, and June has room for 7.00.
    const story = sound(on(overdue(monthly({ cap: 2500 })), pay(2000, { date: '2026-04-10' }), '2026-06-10'));
    expect(amounts(story)).toEqual([1000, 800, 700]);
    expect(nextAction(story.invoice)?.kind).not.toBe('late_fee');
  });

  it('leave room that is used from now on, not for instants that passed under the cap', () => {
    const story = sound(on(overdue(monthly({ cap: 2000 })), pay(5000, { date: '2026-03-30' }), '2026-07-10'));
    expect(amounts(story)).toEqual([500, 500]); // in June and July the cap had been met
    expect(nextAction(story.invoice)).toMatchObject({ kind: 'late_fee', at: '2026-08-02T00:00:00.000Z' });
  });

  it('under a percentage of the total', () => {
    const story = sound(
      on(overdue(monthly({ percentageCap: '15' })), pay(4000, { date: '2026-03-30' }), '2026-05-10'),
    );
    expect(amounts(story)).toEqual([600, 600]);
  });

  it.each([
    ['outstanding_principal', [500, 550, 605]],
    ['original_total', [1000, 1100, 1210]],
    ['outstanding_balance', [500, 550, 605]],
  ] as const)('that compound on %s', (base, expected) => {
    const plan = monthly({ base, compounding: true });
    expect(amounts(sound(on(overdue(plan), pay(5000, { date: '2026-03-30' }), '2026-06-10')))).toEqual(
      expected,
    );
  });
});

describe('an early payment that comes to light after late fees', () => {
  const plan = { earlyPayment: { percentage: '2', days: 10 } };
  const late = overdue(monthly(), plan);

  it('settles the invoice as it would have in time: the fees go, and the rest is given', () => {
    const story = sound(on(late, pay(9800, { date: '2026-03-12' }), '2026-05-10'));
    expect([story.invoice.status, standing(story), creditNoteTotal(story.invoice)]).toEqual([
      'paid',
      [],
      200,
    ]);
    expect(inHand(story)).toBe(0);
  });

  it('of the very day of a fee leaves that fee, and so more than the discount', () => {
    const long = overdue(terms(), { earlyPayment: { percentage: '2', days: 60 } });
    const paid = (date: string) => sound(on(long, pay(9800, { date }), '2026-04-20')).invoice;
    expect([paid('2026-04-01').status, paid('2026-04-02').status]).toEqual(['paid', 'open']);
    expect(amountDue(paid('2026-04-02'))).toBe(1200);
  });

  it('that is a cent short settles nothing: the fees are reckoned on what it left', () => {
    const story = sound(on(late, pay(9799, { date: '2026-03-12' }), '2026-05-10'));
    expect([story.invoice.status, creditNoteTotal(story.invoice)]).toEqual(['open', 0]);
    expect(amounts(story)).toEqual([20, 20]);
  });
});

it('what the invoice has been charged is what stands', () => {
  const story = on(overdue(monthly()), pay(6000, { date: '2026-03-30' }), '2026-06-10');
  expect(0 - balance(story, 'late_fee_income')).toBe(lateFeeTotal(story.invoice));
});
