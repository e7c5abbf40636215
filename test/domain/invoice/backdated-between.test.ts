// What happened between a payment and its coming to light is respected, and so is what earlier releases did.
import { decide } from '../../../src/domain/invoice/commands.ts';
import { restore } from '../../../src/domain/invoice/restore.ts';
import { balance } from '../books.ts';
import { amounts, inHand, monthly, on, overdue, sound, standing, until } from '../fee-stories.ts';
import { must, pay, type Story, terms } from '../given.ts';
import { creditNote, refund, reverse, waive, writeOff } from '../money-commands.ts';
import { dispute, resume, setLateFees } from '../plan-commands.ts';

describe('what else happened in between is respected', () => {
  it('a waived fee stays waived, and those after it are still reckoned', () => {
    const waived = on(overdue(monthly()), waive(1), '2026-04-20');
    const story = sound(on(waived, pay(6000, { date: '2026-03-30' }), '2026-05-10'));
    expect(story.invoice.lateFees).toMatchObject([
      { occurrence: 1, amount: 1000, waived: true, reversed: false, reason: 'goodwill' },
      { occurrence: 2, reversed: true },
      { occurrence: 3, amount: 400, replaces: 2 },
    ]);
  });

  it('a waived fee counts for compounding as long as it stood, at its right amount', () => {
    const plan = monthly({ compounding: true });
    const waived = on(overdue(plan), waive(1), '2026-05-20');
    // On 2 April 5.00 would have been right, and stood on 2 May: 5.50. In June it did not: 5.55.
    const story = sound(on(waived, pay(5000, { date: '2026-03-30' }), '2026-06-10'));
    expect(amounts(story)).toEqual([550, 555]);
  });

  it('a fee passed over under a hold stays passed over', () => {
    const held = on(on(overdue(monthly()), dispute(), '2026-04-20'), resume(), '2026-05-20');
    const story = sound(on(held, pay(6000, { date: '2026-03-30' }), '2026-06-10'));
    expect(story.invoice.skippedFees).toMatchObject([{ occurrence: 2, reason: 'suspended' }]);
    expect(standing(story)).toEqual([
      [4, 400, '2026-04-02'],
      [5, 400, '2026-06-02'],
    ]);
  });

  it('under a hold that stands now the fees of before are corrected all the same', () => {
    const held = on(overdue(monthly()), dispute(), '2026-04-20');
    const story = sound(on(held, pay(6000, { date: '2026-03-30' }), '2026-06-10'));
    expect(standing(story)).toEqual([[4, 400, '2026-04-02']]);
  });

  it('a credit note counts from its own day on', () => {
    const noted = on(overdue(monthly()), creditNote(3000), '2026-04-20');
    const story = sound(on(noted, pay(6000, { date: '2026-03-30' }), '2026-05-10'));
    expect(amounts(story)).toEqual([400, 100]);
  });

  it('money that was refunded had been there until then', () => {
    const paid = on(overdue(monthly()), pay(4000, { date: '2026-03-30' }), '2026-03-30');
    const back = on(paid, refund(4000), '2026-04-20');
    expect(amounts(until(back, '2026-05-10'))).toEqual([600, 1000]);
    expect(amounts(sound(on(back, pay(6000, { date: '2026-03-30' }), '2026-05-10')))).toEqual([400]);
  });

  it('a payment that never came charges nothing for the past, and one in its place is reckoned without it', () => {
    const first = on(overdue(monthly()), pay(6000, { date: '2026-03-30' }), '2026-04-20');
    const bounced = on(first, reverse(first.invoice.payments[0]?.id ?? ''), '2026-04-25');
    expect(amounts(sound(bounced))).toEqual([400]);
    expect(amounts(sound(on(bounced, pay(6000, { date: '2026-03-30' }), '2026-04-26')))).toEqual([400]);
    expect(amounts(sound(on(bounced, pay(7000, { date: '2026-03-30' }), '2026-04-26')))).toEqual([300]);
    expect(amounts(sound(on(bounced, pay(10, { date: '2026-03-30' }), '2026-04-26')))).toEqual([400]);
  });

  it('a second one goes on from the first', () => {
    const first = on(overdue(monthly()), pay(6000, { date: '2026-03-30' }), '2026-04-20');
    const story = sound(on(first, pay(1000, { date: '2026-03-31' }), '2026-04-25'));
    expect(standing(story)).toEqual([[3, 300, '2026-04-02']]);
    expect(story.invoice.lateFees.map((fee) => fee.replaces)).toEqual([null, 1, 2]);
    expect(standing(sound(on(story, pay(3000, { date: '2026-03-31' }), '2026-04-26')))).toEqual([]);
  });

  it('a fixed fee that the first of two left alone goes when both leave nothing due', () => {
    const first = on(overdue(terms()), pay(6000, { date: '2026-03-30' }), '2026-04-20');
    const story = sound(on(first, pay(4000, { date: '2026-03-31' }), '2026-04-25'));
    expect([story.invoice.status, standing(story)]).toEqual(['paid', []]);
  });

  it('a fee of terms that others took the place of is reckoned by its own', () => {
    const other = setLateFees(terms({ value: 500, interval: 'month' }));
    const changed = on(overdue(monthly()), other, '2026-04-20');
    const story = sound(on(changed, pay(6000, { date: '2026-03-30' }), '2026-05-10'));
    expect(standing(story)).toEqual([
      [3, 400, '2026-04-02'],
      [2, 500, '2026-05-02'],
    ]);
    // The one that took its place was charged under the old terms, too.
    expect(amounts(sound(on(story, pay(1000, { date: '2026-03-30' }), '2026-05-11')))).toEqual([300, 500]);
  });

  it('fees stay as they are after the terms were removed, and can still be wrong', () => {
    const changed = on(overdue(monthly()), setLateFees(null), '2026-04-20');
    expect(amounts(sound(on(changed, pay(6000, { date: '2026-03-30' }), '2026-04-21')))).toEqual([400]);
    expect(amounts(sound(on(changed, pay(10_000, { date: '2026-03-30' }), '2026-04-21')))).toEqual([]);
  });

  it('bad debt shrinks by a fee that was wrong', () => {
    const lost = on(overdue(terms()), writeOff, '2026-04-20');
    expect(balance(lost, 'bad_debt')).toBe(11_000);
    const story = sound(on(lost, pay(10_000, { date: '2026-03-30' }), '2026-04-25'));
    expect([story.invoice.status, balance(story, 'bad_debt'), inHand(story)]).toEqual(['paid', 0, 0]);
    const half = sound(
      on(on(overdue(monthly()), writeOff, '2026-04-20'), pay(5000, { date: '2026-03-30' }), '2026-04-25'),
    );
    expect([half.invoice.status, balance(half, 'bad_debt'), amounts(half)]).toEqual([
      'uncollectible',
      5500,
      [500],
    ]);
  });
});

describe('invoices of earlier releases', () => {
  const old = (story: Story): Story => {
    const lateFees = story.invoice.lateFees.map(
      ({ ground: _ground, replaces: _replaces, endedAt: _endedAt, ...fee }) => fee,
    );
    const { formerFeeTerms: _former, ...invoice } = story.invoice;
    return {
      ...story,
      invoice: restore(JSON.parse(JSON.stringify({ ...invoice, lateFees })) as typeof invoice),
    };
  };

  it('go by what payments and notes still tell', () => {
    const partly = on(overdue(monthly()), pay(2000), '2026-03-30');
    const noted = on(partly, creditNote(1000), '2026-04-20');
    const story = old(until(noted, '2026-05-10'));
    expect(amounts(story)).toEqual([800, 700]);
    expect(amounts(sound(on(story, pay(3000, { date: '2026-03-31' }), '2026-05-10')))).toEqual([500, 400]);
    expect(amounts(sound(on(story, pay(7000, { date: '2026-03-31' }), '2026-05-10')))).toEqual([100]);
  });

  it('leave fees of terms that nobody knows any more, as long as something was due', () => {
    const changed = on(overdue(monthly()), setLateFees(terms({ value: 500 })), '2026-04-20');
    const story = old(changed);
    expect(amounts(sound(on(story, pay(6000, { date: '2026-03-30' }), '2026-04-25')))).toEqual([1000]);
    expect(amounts(sound(on(story, pay(10_000, { date: '2026-03-30' }), '2026-04-25')))).toEqual([]);
  });

  it('had left the fees alone, and a replayed decision of theirs still does', () => {
    const { invoice } = until(overdue(monthly()), '2026-04-20');
    const at = { now: '2026-04-20T12:00:00.000Z', commandId: 'c', newId: 'n' };
    const asked = pay(10_000, { date: '2026-03-30' });
    const types = (correctsFees?: boolean) => {
      const decision = must(
        decide(invoice, asked, correctsFees === undefined ? at : { ...at, correctsFees }),
      );
      return decision.events.map((event) => event.type);
    };
    expect(types(false)).toEqual(['invoice.payment_recorded', 'invoice.partially_paid']);
    expect(types()).toEqual(['invoice.payment_recorded', 'invoice.late_fee_reversed', 'invoice.paid']);
  });
});
