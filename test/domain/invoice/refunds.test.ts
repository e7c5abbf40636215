import { amountDue, netPaid } from '../../../src/domain/invoice/invoice.ts';
import { balance, book, last } from '../books.ts';
import {
  after,
  created,
  draft,
  events,
  given,
  issued,
  openStory,
  pay,
  payment,
  priced,
  refusal,
  step,
  type Story,
  terms,
  voidIt,
  wake,
  when,
} from '../given.ts';
import { creditNote, refund, reverse, voidWith, waive, writeOff } from '../money-commands.ts';

const later = '2026-03-05T12:00:00.000Z';
const open = openStory(priced(10_000));
const paid = after(open, pay());
const paidId = paid.invoice.payments[0]?.id ?? '';
/** 60.00 by cheque into the bank, then 70.00 in cash: paid, with 30.00 of credit. */
const twice = after(after(open, pay(6000, { depositToAccountId: 'bank' })), pay(7000));
const [first, second] = twice.invoice.payments;

function types(story: Story, command: Parameters<typeof when>[1]): readonly string[] {
  return events(story.invoice, command, later).map((event) => event.type);
}

describe('a refund that reopens', () => {
  it('takes all that can be refunded where no amount is said, and the invoice is due again', () => {
    const story = after(paid, refund(), later);
    expect(types(paid, refund())).toEqual(['payment.refunded', 'invoice.reopened']);
    expect(story.invoice).toMatchObject({
      status: 'open',
      paidAt: null,
      closedAt: null,
      payments: [{ amount: 10_000, applied: 0, refunded: 10_000, status: 'refunded' }],
      refunds: [{ amount: 10_000, reopened: 10_000, fromCredit: 0, fromUnapplied: 0, date: '2026-03-05' }],
    });
    expect(amountDue(story.invoice)).toBe(10_000);
  });

  it('of a part leaves the payment succeeded and that part due', () => {
    const story = after(paid, refund(2500), later);
    expect(story.invoice).toMatchObject({
      status: 'open',
      payments: [{ applied: 7500, refunded: 2500, status: 'succeeded' }],
    });
    expect(amountDue(story.invoice)).toBe(2500);
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 2500, 0],
      ['undeposited_funds', null, 0, 2500],
    ]);
    expect(last(story)).toMatchObject({ type: 'payment_refunded', date: '2026-03-05' });
  });

  it('takes what settled the invoice first, and the customer’s credit only for the rest', () => {
    const decision = when(twice.invoice, refund(7000, { paymentId: second?.id ?? '' }), later);
    expect(decision).toMatchObject({
      events: [{ refund: { reopened: 4000, fromCredit: 3000 } }, { type: 'invoice.reopened' }],
      conditions: [{ kind: 'creditAtLeast', amount: 3000 }],
      told: { refundIds: ['new-1'] },
    });
    const story = after(twice, refund(7000, { paymentId: second?.id ?? '' }), later);
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 4000, 0],
      ['customer_credit', null, 3000, 0],
      ['undeposited_funds', null, 0, 7000],
    ]);
  });

  it('asks nothing of the customer’s credit where it takes nothing out of it', () => {
    expect(when(paid.invoice, refund(1), later)).toMatchObject({ conditions: [] });
  });

  it('goes through the newest payment first, each back where it came in', () => {
    const story = after(twice, refund(8000), later);
    expect(story.invoice.refunds).toMatchObject([
      { paymentId: second?.id, amount: 7000, reopened: 4000, fromCredit: 3000 },
      { paymentId: first?.id, amount: 1000, reopened: 1000, fromCredit: 0 },
    ]);
    expect(new Set(story.invoice.refunds.map((one) => one.id)).size).toBe(2);
    expect(story.entries.slice(-2).map(book)).toEqual([
      [
        ['accounts_receivable', null, 4000, 0],
        ['customer_credit', null, 3000, 0],
        ['undeposited_funds', null, 0, 7000],
      ],
      [
        ['accounts_receivable', null, 1000, 0],
        ['bank', null, 0, 1000],
      ],
    ]);
    expect(amountDue(story.invoice)).toBe(5000);
  });

  it('after a credit note takes from the credit what the note had turned into it', () => {
    const noted = after(paid, creditNote(3000), later);
    const story = after(noted, refund(), later);
    expect(story.invoice.refunds).toMatchObject([{ reopened: 7000, fromCredit: 3000 }]);
    expect([amountDue(story.invoice), netPaid(story.invoice)]).toEqual([7000, 0]);
    expect(balance(story, 'customer_credit')).toBe(0);
  });

  it('on what was written off is written off again', () => {
    const story = after(after(after(open, pay(4000)), writeOff), refund(1000), later);
    expect(story.invoice).toMatchObject({ status: 'uncollectible', writtenOff: 7000 });
    expect(book(last(story))).toEqual([
      ['bad_debt', null, 1000, 0],
      ['accounts_receivable', null, 0, 1000],
    ]);
  });
});

describe('a refund out of credit', () => {
  it('leaves the invoice as it is and needs that much credit', () => {
    const command = refund(4000, { mode: 'credit' });
    expect(when(paid.invoice, command, later)).toMatchObject({
      events: [{ type: 'payment.refunded', refund: { reopened: 0, fromCredit: 4000 } }],
      conditions: [{ kind: 'creditAtLeast', amount: 4000 }],
    });
    const story = after(paid, command, later);
    expect(story.invoice).toMatchObject({
      status: 'paid',
      payments: [{ applied: 10_000, refunded: 4000 }],
    });
    expect(book(last(story))).toEqual([
      ['customer_credit', null, 4000, 0],
      ['undeposited_funds', null, 0, 4000],
    ]);
  });
});

describe('a refund on a void', () => {
  const left = after(after(open, pay(6000)), voidWith({ credit: 2000, leave_unapplied: 4000 }), later);

  it.each(['reopen', 'credit'] as const)(
    'in mode %s takes what was left unapplied, then the credit',
    (mode) => {
      const story = after(left, refund(5000, { mode }), later);
      expect(story.invoice).toMatchObject({
        status: 'void',
        leftUnapplied: 0,
        refunds: [{ reopened: 0, fromUnapplied: 4000, fromCredit: 1000 }],
      });
      expect(amountDue(story.invoice)).toBe(0);
      expect(book(last(story))).toEqual([
        ['customer_credit', null, 1000, 0],
        ['unapplied_payments', null, 4000, 0],
        ['undeposited_funds', null, 0, 5000],
      ]);
    },
  );

  it('needs credit only beyond what was left unapplied', () => {
    expect(when(left.invoice, refund(4000), later)).toMatchObject({ conditions: [] });
    expect(when(left.invoice, refund(4001), later)).toMatchObject({
      conditions: [{ kind: 'creditAtLeast', amount: 1 }],
    });
  });
});

describe('a refund is refused', () => {
  it.each([
    ['of nothing', refund(0), 'invalid_amount', '/amount_cents'],
    ['below zero', refund(-1), 'invalid_amount', '/amount_cents'],
    ['of half a cent', refund(0.5), 'invalid_amount', '/amount_cents'],
    ['above what was paid', refund(10_001), 'amount_exceeds_paid', '/amount_cents'],
    ['of a payment that is not here', refund(1, { paymentId: 'x' }), 'unknown_payment', '/payment_id'],
  ])('%s', (_, command, rejected, pointer) => {
    expect(refusal(paid.invoice, command)).toMatchObject({ rejected, pointer });
  });

  it('above what is left of it, and says how much that is', () => {
    const story = after(paid, refund(2500), later);
    expect(refusal(story.invoice, refund(7501))).toMatchObject({
      rejected: 'amount_exceeds_paid',
      data: { refundable: 7500 },
    });
  });

  it('where nothing is left to refund', () => {
    const story = after(paid, refund(), later);
    expect(refusal(story.invoice, refund())).toMatchObject({ rejected: 'already_refunded' });
    const gone = after(paid, reverse(paidId), later);
    expect(refusal(gone.invoice, refund())).toMatchObject({ rejected: 'already_reversed' });
    expect(refusal(open.invoice, refund())).toMatchObject({ rejected: 'unknown_payment' });
  });

  it('never gives back the tip, which is on top of the amount', () => {
    const tipped = after(open, pay(10_000, { tip: 500 }));
    expect(refusal(tipped.invoice, refund(10_001))).toMatchObject({ rejected: 'amount_exceeds_paid' });
  });
});

describe('a reversal', () => {
  it('makes the whole payment due again, with its tip taken back', () => {
    const tipped = after(open, pay(10_000, { tip: 500, depositToAccountId: 'bank' }));
    const story = after(tipped, reverse(tipped.invoice.payments[0]?.id ?? '', 'bounced'), later);
    expect(story.invoice).toMatchObject({
      status: 'open',
      payments: [{ amount: 10_000, applied: 0, tip: 500, status: 'reversed' }],
    });
    expect(amountDue(story.invoice)).toBe(10_000);
    expect(last(story)).toMatchObject({ type: 'payment_reversed', date: '2026-03-05' });
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 10_000, 0],
      ['tips_payable', null, 500, 0],
      ['bank', null, 0, 10_500],
    ]);
  });

  it('tells what it did in one event, and what follows in another', () => {
    expect(events(paid.invoice, reverse(paidId, 'chargeback'), later)).toMatchObject([
      {
        type: 'payment.reversed',
        paymentId: paidId,
        reason: 'chargeback',
        reopened: 10_000,
        fromCredit: 0,
        fromUnapplied: 0,
        tip: 0,
        date: '2026-03-05',
      },
      { type: 'invoice.reopened' },
    ]);
  });

  it('of a part payment leaves the invoice open', () => {
    const story = after(open, pay(4000));
    const command = reverse(story.invoice.payments[0]?.id ?? '');
    expect(types(story, command)).toEqual(['payment.reversed']);
    expect(amountDue(after(story, command, later).invoice)).toBe(10_000);
  });

  it('takes back the credit that the payment had left over, below zero if that is gone', () => {
    const story = after(twice, reverse(second?.id ?? ''), later);
    expect(amountDue(story.invoice)).toBe(4000);
    expect(balance(story, 'customer_credit')).toBe(0);
    expect(when(twice.invoice, reverse(second?.id ?? ''), later)).toMatchObject({ conditions: [] });
  });

  it('does not take back twice what was refunded before', () => {
    const story = after(after(paid, refund(2500), later), reverse(paidId), later);
    expect(amountDue(story.invoice)).toBe(10_000);
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 7500, 0],
      ['undeposited_funds', null, 0, 7500],
    ]);
    expect(balance(story, 'undeposited_funds')).toBe(0);
  });

  it('gives the credit back that a refund had paid out instead of the payment', () => {
    const story = after(after(paid, refund(4000, { mode: 'credit' }), later), reverse(paidId), later);
    expect(amountDue(story.invoice)).toBe(10_000);
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 10_000, 0],
      ['undeposited_funds', null, 0, 6000],
      ['customer_credit', null, 0, 4000],
    ]);
    expect(balance(story, 'customer_credit')).toBe(0);
  });

  it('takes the credit of a note with it, which had been given for money that never came', () => {
    const story = after(after(paid, creditNote(3000), later), reverse(paidId), later);
    expect([amountDue(story.invoice), netPaid(story.invoice)]).toEqual([7000, 0]);
    expect(balance(story, 'customer_credit')).toBe(0);
  });

  it('of a recovery is written off again', () => {
    const recovered = after(after(open, writeOff), pay(4000));
    const story = after(recovered, reverse(recovered.invoice.payments[0]?.id ?? ''), later);
    expect(story.invoice).toMatchObject({ status: 'uncollectible', writtenOff: 14_000, recovered: 4000 });
    expect(amountDue(story.invoice)).toBe(0);
    expect(balance(story, 'bad_debt')).toBe(10_000);
    expect(balance(story, 'accounts_receivable')).toBe(0);
  });

  it('of the last recovery opens the invoice that it had paid', () => {
    const recovered = after(after(open, writeOff), pay());
    const story = after(recovered, reverse(recovered.invoice.payments[0]?.id ?? ''), later);
    expect(story.invoice.status).toBe('open');
    expect(amountDue(story.invoice)).toBe(10_000);
    expect(balance(story, 'bad_debt')).toBe(0);
  });

  it('on a void takes what it left unapplied, then the credit, and reopens nothing', () => {
    const left = after(after(open, pay(6000)), voidWith({ credit: 2000, leave_unapplied: 4000 }), later);
    const story = after(left, reverse(left.invoice.payments[0]?.id ?? ''), later);
    expect(story.invoice).toMatchObject({ status: 'void', leftUnapplied: 0, creditedBack: 0 });
    expect(amountDue(story.invoice)).toBe(0);
    expect(book(last(story))).toEqual([
      ['customer_credit', null, 2000, 0],
      ['unapplied_payments', null, 4000, 0],
      ['undeposited_funds', null, 0, 6000],
    ]);
  });

  it('is refused for a payment that is not here, a second time, and where nothing is left', () => {
    expect(refusal(open.invoice, reverse('x'))).toMatchObject({
      rejected: 'unknown_payment',
      pointer: '/payment_id',
    });
    expect(refusal(paid.invoice, reverse(null))).toMatchObject({ rejected: 'unknown_payment' });
    const gone = after(paid, reverse(paidId), later);
    expect(refusal(gone.invoice, reverse(paidId))).toMatchObject({ rejected: 'already_reversed' });
    const refunded = after(paid, refund(), later);
    expect(refusal(refunded.invoice, reverse(paidId))).toMatchObject({ rejected: 'already_refunded' });
  });

  it('of a payment that never went through is refused', () => {
    const event = payment(100);
    if (event.type !== 'invoice.payment_recorded') throw new Error('No payment');
    const failed = { ...event, payment: { ...event.payment, applied: 0, status: 'failed' as const } };
    const invoice = given(created(), issued, failed);
    expect(refusal(invoice, reverse('payment-1'))).toMatchObject({ rejected: 'unknown_payment' });
    expect(refusal(invoice, refund())).toMatchObject({ rejected: 'unknown_payment' });
  });
});

describe('an invoice that is due again', () => {
  const document = draft({
    dueDate: '2026-04-01',
    lateFeeTerms: terms({ interval: 'week' }),
    reminderSteps: [step({ id: 'before', offsetDays: -20 }), step()],
  });

  it('has its timers back, at their old anchors', () => {
    const story = after(openStory(document), pay(), '2026-03-10T10:00:00.000Z');
    expect(story.invoice.reminders.map((row) => row.status)).toEqual(['SKIPPED', 'SKIPPED']);
    const back = after(story, reverse(story.invoice.payments[0]?.id ?? ''), '2026-03-20T10:00:00.000Z');
    expect(back.invoice.reminders.map(({ status, reason }) => [status, reason])).toEqual([
      ['SKIPPED', 'paid'],
      ['PLANNED', null],
    ]);
    expect(back.invoice.dueAt).toBe('2026-04-02T00:00:00.000Z');
  });

  it('has no fee for the time in which nothing was due', () => {
    const story = after(openStory(document), pay(), '2026-03-10T10:00:00.000Z');
    const back = after(story, reverse(story.invoice.payments[0]?.id ?? ''), '2026-04-12T10:00:00.000Z');
    const woken = wake(back, '2026-04-17T00:00:00.000Z');
    expect(woken.invoice.lateFees.map((fee) => [fee.occurrence, fee.date])).toEqual([[3, '2026-04-16']]);
  });

  it('can be paid, voided and waived like any other', () => {
    const back = after(paid, refund(), later);
    expect(after(back, pay(), later).invoice).toMatchObject({ status: 'paid', paidAt: later });
    expect(after(back, voidIt, later).invoice.status).toBe('void');
    expect(refusal(back.invoice, waive())).toMatchObject({ rejected: 'unknown_late_fee' });
  });
});
