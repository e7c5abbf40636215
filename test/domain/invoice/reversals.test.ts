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
const [, second] = twice.invoice.payments;

function types(story: Story, command: Parameters<typeof when>[1]): readonly string[] {
  return events(story.invoice, command, later).map((event) => event.type);
}

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
