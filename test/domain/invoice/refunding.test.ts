import { statusRefusal } from '../../../src/domain/invoice/command.ts';
import { amountDue, type Invoice, isProcessing } from '../../../src/domain/invoice/invoice.ts';
import { details, reading } from '../../../src/domain/invoice/reading.ts';
import { abandonRefunds, completeRefunds, refundMade } from '../../../src/domain/invoice/refunding.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { displayStatus } from '../../../src/domain/invoice/words.ts';
import { creditChange } from '../../../src/domain/ledger/credit.ts';
import { balance, book } from '../books.ts';
import {
  after,
  circumstances,
  events,
  happens,
  markViewed,
  must,
  openStory,
  pay,
  priced,
  refusal,
  send,
  step,
  type Story,
  terms,
  voidIt,
  wake,
  when,
} from '../given.ts';
import { applyCredit, creditNote, refund, reverse, voidWith, waive, writeOff } from '../money-commands.ts';

const later = '2026-03-05T12:00:00.000Z';
const atEnd = '2026-03-06T08:00:00.000Z';
const card = (name: string) => ({ provider: 'sandbox', providerPaymentId: name });
const open = openStory(priced(10_000));
/** 40.00 by card, 10.00 in cash, 50.00 by card: paid. */
const paid = after(after(after(open, pay(4000, card('pi_1'))), pay(1000)), pay(5000, card('pi_2')));
const [first, cash, last] = paid.invoice.payments;

/** The parts under way with what was said of each. */
function parts({ refunding }: Invoice) {
  return refunding?.refunds.map(({ paymentId, amount, state }) => [paymentId, amount, state]);
}

function asked({ refunding }: Invoice): string {
  return refunding?.refunds.find(({ state }) => state === 'pending')?.id ?? '';
}

function made(story: Story): Story {
  return happens(story, refundMade(story.invoice, asked(story.invoice)).events, atEnd);
}

function completed(story: Story): Story {
  return happens(story, completeRefunds(story.invoice, circumstances(atEnd)).events, atEnd);
}

function abandoned(story: Story): Story {
  const at = circumstances(atEnd);
  return happens(story, abandonRefunds(story.invoice, at, 'card_declined').events, atEnd);
}

describe('a refund of what a processor holds', () => {
  const started = after(paid, refund(9500), later);

  it('only begins: the newest payment first, and books nothing', () => {
    expect(must(when(paid.invoice, refund(9500), later))).toEqual({
      events: [
        {
          type: 'payment.refund_started',
          refunding: {
            commandId: 'command-1',
            mode: 'reopen',
            reason: null,
            refunds: [
              { id: 'new-1', paymentId: last?.id, amount: 5000, state: 'pending' },
              { id: 'new-1:2', paymentId: cash?.id, amount: 1000, state: 'by_hand' },
              { id: 'new-1:3', paymentId: first?.id, amount: 3500, state: 'pending' },
            ],
            since: later,
          },
        },
      ],
      conditions: [],
      told: { processing: true },
    });
    expect(started.entries).toEqual(paid.entries);
    expect(started.invoice.payments).toEqual(paid.invoice.payments);
    expect(isProcessing(started.invoice)).toBe(true);
  });

  it('is booked when every part was made, by the state of that moment', () => {
    const half = made(started);
    expect(parts(half.invoice)).toEqual([
      [last?.id, 5000, 'succeeded'],
      [cash?.id, 1000, 'by_hand'],
      [first?.id, 3500, 'pending'],
    ]);
    expect(half.entries).toEqual(paid.entries);
    const all = made(half);
    const decision = completeRefunds(all.invoice, circumstances(atEnd));
    expect(decision).toMatchObject({
      events: [
        { type: 'payment.refunded', refund: { id: 'id-8', amount: 5000, reopened: 5000 } },
        { type: 'payment.refunded', refund: { id: 'id-8:2', amount: 1000, reopened: 1000 } },
        { type: 'payment.refunded', refund: { id: 'id-8:3', amount: 3500, reopened: 3500 } },
        { type: 'invoice.reopened' },
      ],
      conditions: [],
      told: { refundIds: ['id-8', 'id-8:2', 'id-8:3'] },
    });
    const story = happens(all, decision.events, atEnd);
    expect(story.invoice).toMatchObject({ status: 'open', refunding: null, paidAt: null });
    expect(story.invoice.refunds.map(({ date, createdAt }) => [date, createdAt])).toEqual(
      Array.from({ length: 3 }, () => ['2026-03-06', atEnd]),
    );
    expect([amountDue(story.invoice), balance(story, 'accounts_receivable')]).toEqual([9500, 9500]);
    expect(balance(story, 'undeposited_funds')).toBe(500);
  });

  it('stands until the last of its parts is booked', () => {
    const all = made(made(started));
    const [one, two, three] = completeRefunds(all.invoice, circumstances(atEnd)).events;
    const before = happens(
      all,
      [one, two].filter((event) => event !== undefined),
      atEnd,
    );
    expect(before.invoice.refunding).not.toBeNull();
    expect(happens(before, three === undefined ? [] : [three], atEnd).invoice.refunding).toBeNull();
  });

  it('is made once, however often the processor says so', () => {
    const id = asked(started.invoice);
    expect(refundMade(made(started).invoice, id).events).toEqual([]);
  });

  it('cannot be completed before, nor asked about when none is under way', () => {
    const at = circumstances(atEnd);
    expect(() => completeRefunds(started.invoice, at)).toThrow('was not made yet');
    expect(() => completeRefunds(paid.invoice, at)).toThrow('No refund is under way');
    expect(() => refundMade(started.invoice, 'x')).toThrow('No refund x');
  });

  it('of a payment by hand, or of none but such, needs nobody', () => {
    expect(events(paid.invoice, refund(1000, { paymentId: cash?.id ?? '' }), later)).toMatchObject([
      { type: 'payment.refunded' },
      { type: 'invoice.reopened' },
    ]);
  });
});

describe('while a processor is asked for a refund', () => {
  const part = after(after(open, pay(4000, card('pi_1'))), pay(1000));
  const started = after(part, refund(5000), later);

  it.each([
    pay(),
    reverse(cash?.id ?? ''),
    refund(1),
    voidIt,
    voidWith({ credit: 5000 }),
    writeOff,
    waive(),
    applyCredit(),
    creditNote(),
  ])('no other money moves: %j', (wanted) => {
    expect(refusal(started.invoice, wanted)).toMatchObject({ rejected: 'payment_in_flight' });
    expect(statusRefusal(wanted.name, started.invoice)?.rejected).toBe('payment_in_flight');
  });

  it('everything else runs, and leaves it as it is', () => {
    const hold = { name: 'hold', kind: 'dispute', until: null, note: null } as const;
    const story = [send, markViewed, hold].reduce((state, wanted) => after(state, wanted, later), started);
    expect(story.invoice.refunding).toEqual(started.invoice.refunding);
    expect(story.invoice).toMatchObject({ firstViewedAt: later, holds: [{ kind: 'dispute' }] });
    expect(completed(made(story)).invoice).toMatchObject({ refunding: null, refunds: [{}, {}] });
  });

  it('an open invoice says so; one that is closed keeps its word', () => {
    expect(displayStatus(started.invoice, later)).toBe('payment_processing');
    expect(displayStatus(after(paid, refund(1), later).invoice, later)).toBe('paid');
  });

  it('no fee falls due and no reminder goes out', () => {
    const document = priced(10_000, { lateFeeTerms: terms(), reminderSteps: [step()] });
    const story = after(after(openStory(document), pay(4000, card('pi_1'))), refund(), later);
    const due = wake(story, '2026-04-03T00:00:00.000Z').invoice;
    expect(due.lateFees).toEqual([]);
    expect(due.skippedFees).toMatchObject([{ occurrence: 1, reason: 'suspended' }]);
    expect(due.reminders).toMatchObject([{ status: 'SKIPPED', reason: 'suspended' }]);
    expect(due.refunding).not.toBeNull();
  });

  it('the operator reads where it stands', () => {
    const half = made(after(paid, refund(9500, { reason: 'a secret' }), later)).invoice;
    expect(reading(half, later)).toMatchObject({
      isProcessing: true,
      voiding: null,
      refunding: { made: 1, refunds: [{}, {}, {}] },
    });
    expect(details(half, later)).toContain('- a refund is under way: 1 of 2 refunds made');
    expect(details(half, later)).not.toContain('secret');
    const told = timeline(half, later).entries.find(({ reason }) => reason === 'refund_started');
    expect(told).toMatchObject({ kind: 'command', amount: 9500 });
  });
});

describe('a refund that the processor refuses', () => {
  const started = after(paid, refund(9500), later);

  it('at its first part has changed nothing, what is by hand least of all', () => {
    const story = abandoned(started);
    const told = { sequence: 0, updatedAt: '', moments: [] };
    expect({ ...story.invoice, ...told }).toEqual({ ...paid.invoice, ...told });
    expect(story.entries).toEqual(paid.entries);
    expect(story.invoice.moments.at(-1)).toMatchObject({ what: 'refund_abandoned' });
    expect(after(story, refund(1000, { paymentId: cash?.id ?? '' }), later).invoice.status).toBe('open');
  });

  it('at a later part books those before: that much is due again', () => {
    const story = abandoned(made(started));
    expect(story.invoice).toMatchObject({
      status: 'open',
      refunding: null,
      refunds: [{ id: 'id-8', paymentId: last?.id, amount: 5000, reopened: 5000 }],
    });
    expect([amountDue(story.invoice), balance(story, 'accounts_receivable')]).toEqual([5000, 5000]);
    const decision = abandonRefunds(made(started).invoice, circumstances(atEnd), 'card_declined');
    expect(decision.told).toEqual({ refundIds: ['id-8'] });
    expect(decision.events.map(({ type }) => type)).toEqual([
      'payment.refunded',
      'payment.refund_abandoned',
      'invoice.reopened',
    ]);
  });
});

describe('a refund by a processor out of credit', () => {
  const command = refund(5000, { mode: 'credit' });

  it('needs that much credit when it begins, and no more at its end', () => {
    expect(when(paid.invoice, command, later)).toMatchObject({
      events: [{ type: 'payment.refund_started', refunding: { mode: 'credit' } }],
      conditions: [{ kind: 'creditAtLeast', amount: 5000 }],
    });
    const all = made(after(paid, command, later));
    expect(completeRefunds(all.invoice, circumstances(atEnd)).conditions).toEqual([]);
    const story = completed(all);
    expect(story.invoice).toMatchObject({ status: 'paid', refunding: null, refunds: [{ fromCredit: 5000 }] });
    expect(creditChange(story.entries)).toBe(-5000);
  });

  it('needs credit for that part of it alone that reopening does not cover', () => {
    const over = after(open, pay(12_000, card('pi_1')));
    expect(when(over.invoice, refund(), later)).toMatchObject({
      conditions: [{ kind: 'creditAtLeast', amount: 2000 }],
    });
  });
});

describe('a refund by a processor in each status', () => {
  it('on what was written off is written off again', () => {
    const story = after(after(after(open, pay(4000, card('pi_1'))), writeOff), refund(1000), later);
    expect(story.invoice).toMatchObject({ status: 'uncollectible', refunding: {} });
    expect(displayStatus(story.invoice, later)).toBe('uncollectible');
    const end = completed(made(story));
    expect(end.invoice).toMatchObject({ status: 'uncollectible', writtenOff: 7000, refunding: null });
  });

  it('on a void takes what was left unapplied, then the credit', () => {
    const twice = after(after(open, pay(3000, card('pi_1'))), pay(3000, card('pi_2')));
    const left = after(twice, voidWith({ credit: 2000, leave_unapplied: 4000 }), later);
    expect(when(left.invoice, refund(5000), later)).toMatchObject({
      conditions: [{ kind: 'creditAtLeast', amount: 1000 }],
    });
    const begun = after(left, refund(5000), later);
    expect(begun.invoice).toMatchObject({ status: 'void', voiding: null });
    const end = completed(made(made(begun)));
    expect(end.invoice).toMatchObject({
      status: 'void',
      leftUnapplied: 0,
      refunding: null,
      refunds: [
        { fromUnapplied: 3000, fromCredit: 0 },
        { fromUnapplied: 1000, fromCredit: 1000 },
      ],
    });
    expect(end.entries.slice(-2).map(book)).toEqual([
      [
        ['unapplied_payments', null, 3000, 0],
        ['undeposited_funds', null, 0, 3000],
      ],
      [
        ['customer_credit', null, 1000, 0],
        ['unapplied_payments', null, 1000, 0],
        ['undeposited_funds', null, 0, 2000],
      ],
    ]);
  });
});
