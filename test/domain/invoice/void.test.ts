import { statusRefusal } from '../../../src/domain/invoice/command.ts';
import { abandonVoid, completeVoid, voidRefunded } from '../../../src/domain/invoice/closing.ts';
import { amountDue, isProcessing, netPaid } from '../../../src/domain/invoice/invoice.ts';
import { creditChange } from '../../../src/domain/ledger/credit.ts';
import { displayStatus } from '../../../src/domain/invoice/words.ts';
import { balance, book, last } from '../books.ts';
import {
  after,
  circumstances,
  draft,
  happens,
  must,
  openStory,
  pay,
  priced,
  refusal,
  voidIt,
  when,
} from '../given.ts';
import { applyCredit, creditNote, refund, reverse, voidWith, waive, writeOff } from '../money-commands.ts';

const later = '2026-03-05T12:00:00.000Z';
const open = openStory(draft());
/** 58.85, of which 20.00 came in by cheque and then 30.00 into the bank. */
const partly = after(after(open, pay(2000)), pay(3000, { depositToAccountId: 'bank' }));
const [first, second] = partly.invoice.payments;

describe('a void with a disposition', () => {
  it('as credit: the customer has it in hand, and what was posted is taken back', () => {
    const story = after(partly, voidWith({ credit: 5000 }), later);
    expect(story.invoice).toMatchObject({
      status: 'void',
      voidedAt: later,
      closedAt: later,
      creditedBack: 5000,
      leftUnapplied: 0,
    });
    expect(last(story)).toMatchObject({ type: 'voided', date: '2026-03-05', reverses: 'invoice-1:1' });
    expect(book(last(story))).toEqual([
      ['sales', null, 5500, 0],
      ['tax_payable', 'Sales tax', 385, 0],
      ['accounts_receivable', null, 5000, 0],
      ['accounts_receivable', null, 0, 5885],
      ['customer_credit', null, 0, 5000],
    ]);
    expect(balance(story, 'accounts_receivable')).toBe(0);
    expect(creditChange(story.entries)).toBe(5000);
  });

  it('left unapplied: it is in Unapplied payments and not part of the customer’s credit', () => {
    const story = after(partly, voidWith({ leave_unapplied: 5000 }), later);
    expect(story.invoice).toMatchObject({ status: 'void', leftUnapplied: 5000, creditedBack: 5000 });
    expect(balance(story, 'unapplied_payments')).toBe(-5000);
    expect(creditChange(story.entries)).toBe(0);
  });

  it('refunded: the newest payment first, each refund an event and an entry of its own', () => {
    const decision = must(when(partly.invoice, voidWith({ refund: 5000 }), later));
    expect(decision).toMatchObject({
      events: [
        { type: 'payment.refunded', refund: { paymentId: second?.id, amount: 3000, reopened: 3000 } },
        { type: 'payment.refunded', refund: { paymentId: first?.id, amount: 2000, reopened: 2000 } },
        { type: 'invoice.voided', disposition: [] },
      ],
      told: { refundIds: ['new-1', 'new-1:2'] },
    });
    const story = after(partly, voidWith({ refund: 5000 }), later);
    expect(story.invoice.payments.map((payment) => payment.status)).toEqual(['refunded', 'refunded']);
    expect(story.entries.slice(-3).map((entry) => entry.type)).toEqual([
      'payment_refunded',
      'payment_refunded',
      'voided',
    ]);
    expect(['bank', 'undeposited_funds', 'accounts_receivable'].map((one) => balance(story, one))).toEqual([
      0, 0, 0,
    ]);
  });

  it('in parts does each of them', () => {
    const story = after(partly, voidWith({ refund: 3500, credit: 1000, leave_unapplied: 500 }), later);
    expect(story.invoice.refunds).toMatchObject([{ amount: 3000 }, { amount: 500 }]);
    expect([
      balance(story, 'accounts_receivable'),
      balance(story, 'customer_credit'),
      balance(story, 'unapplied_payments'),
      balance(story, 'undeposited_funds'),
      balance(story, 'sales'),
      balance(story, 'tax_payable'),
    ]).toEqual([0, -1000, -500, 1500, 0, 0]);
    expect([amountDue(story.invoice), netPaid(story.invoice)]).toEqual([0, 0]);
  });

  it('keeps its reason with the void and with the refunds', () => {
    const command = { ...voidWith({ refund: 5000 }), reason: 'a duplicate' };
    const story = after(partly, command, later);
    expect(story.invoice.voidReason).toBe('a duplicate');
    expect(story.invoice.refunds.map((one) => one.reason)).toEqual(['a duplicate', 'a duplicate']);
  });

  it('takes back only what a credit note has left of revenue and tax', () => {
    const story = after(after(partly, creditNote(500), later), voidWith({ credit: 5000 }), later);
    expect([balance(story, 'sales'), balance(story, 'tax_payable')]).toEqual([0, 0]);
    expect(balance(story, 'accounts_receivable')).toBe(0);
  });

  it('is only about money: credit that was used goes back by itself', () => {
    const story = after(after(partly, applyCredit(800)), voidWith({ credit: 5000 }), later);
    expect(creditChange(story.entries)).toBe(5000);
    expect(after(after(open, applyCredit(800)), voidIt, later).invoice.status).toBe('void');
  });
});

describe('a void is refused', () => {
  it.each([
    ['without a disposition where money lies on it', voidIt, 'net_paid_not_zero', undefined],
    ['with an empty one', voidWith({}), 'net_paid_not_zero', undefined],
    ['with less than lies on it', voidWith({ credit: 4999 }), 'disposition_mismatch', '/disposition'],
    ['with more than lies on it', voidWith({ refund: 5001 }), 'disposition_mismatch', '/disposition'],
    [
      'with an amount of nothing',
      voidWith({ refund: 5000, credit: 0 }),
      'invalid_amount',
      '/disposition/1/amount_cents',
    ],
    [
      'with amounts below zero that sum',
      voidWith({ refund: 5001, credit: -1 }),
      'invalid_amount',
      '/disposition/1/amount_cents',
    ],
  ])('%s', (_, command, rejected, pointer) => {
    const answer = refusal(partly.invoice, command);
    expect([answer.rejected, answer.pointer]).toEqual([rejected, pointer]);
  });

  it('with a disposition of money that does not lie on it', () => {
    expect(refusal(open.invoice, voidWith({ credit: 1 }))).toMatchObject({
      rejected: 'disposition_mismatch',
      data: { sum: 1, net_paid: 0 },
    });
  });

  it('and names the payments that stand in its way', () => {
    expect(refusal(partly.invoice, voidIt).data).toEqual({
      net_paid: 5000,
      payments: `${first?.id}, ${second?.id}`,
    });
  });

  it('where more should be refunded than can still go back', () => {
    // 20.00 of the cheque went back out of the customer's credit: it still settles the invoice, but is not there any more.
    const paid = after(partly, pay());
    const credited = after(paid, refund(2000, { paymentId: first?.id ?? '', mode: 'credit' }), later);
    const due = after(credited, reverse(credited.invoice.payments[2]?.id ?? ''), later);
    expect(netPaid(due.invoice)).toBe(5000);
    expect(refusal(due.invoice, voidWith({ refund: 5000 }))).toMatchObject({
      rejected: 'amount_exceeds_paid',
      data: { refundable: 3000 },
    });
    expect(after(due, voidWith({ refund: 3000, credit: 2000 }), later).invoice.status).toBe('void');
  });
});

describe('a void that a processor has to refund', () => {
  const byCard = after(partly, pay(500, { provider: 'sandbox', providerPaymentId: 'pi_1' }));
  const card = byCard.invoice.payments[2];
  const command = voidWith({ refund: 1000, credit: 4500 });
  const started = after(byCard, command, later);

  it('only begins: it says that it is under way, and books nothing', () => {
    expect(must(when(byCard.invoice, command, later))).toEqual({
      events: [
        {
          type: 'invoice.void_started',
          voiding: {
            commandId: 'command-1',
            reason: null,
            disposition: command.name === 'void' ? command.disposition : null,
            refunds: [{ id: 'new-1', paymentId: card?.id, amount: 500, state: 'pending' }],
            since: later,
          },
        },
      ],
      conditions: [],
      told: { processing: true },
    });
    expect(started.entries).toEqual(byCard.entries);
    expect(isProcessing(started.invoice)).toBe(true);
    expect(displayStatus(started.invoice, later)).toBe('payment_processing');
  });

  it.each([
    pay(),
    reverse(first?.id ?? ''),
    refund(),
    voidIt,
    writeOff,
    waive(),
    applyCredit(),
    creditNote(),
  ])('refuses to move money meanwhile: %j', (wanted) => {
    expect(refusal(started.invoice, wanted)).toMatchObject({ rejected: 'payment_in_flight' });
    expect(statusRefusal(wanted.name, started.invoice)?.rejected).toBe('payment_in_flight');
  });

  it('is completed when every refund was made: those of the processor keep their ids', () => {
    const refundId = started.invoice.voiding?.refunds[0]?.id ?? '';
    const made = happens(started, voidRefunded(started.invoice, refundId).events, later);
    expect(voidRefunded(made.invoice, refundId).events).toEqual([]);
    expect(made.entries).toEqual(byCard.entries);
    const decision = completeVoid(made.invoice, circumstances(later, 'complete'));
    const story = happens(made, decision.events, later);
    expect(story.invoice).toMatchObject({
      status: 'void',
      voiding: null,
      refunds: [
        { id: refundId, paymentId: card?.id, amount: 500 },
        { id: 'complete:2', paymentId: second?.id, amount: 500 },
      ],
    });
    expect(decision.told).toEqual({ refundIds: [refundId, 'complete:2'] });
    expect([balance(story, 'accounts_receivable'), balance(story, 'customer_credit')]).toEqual([0, -4500]);
  });

  it('cannot be completed before, nor asked about when none is under way', () => {
    expect(() => completeVoid(started.invoice, circumstances(later))).toThrow('was not made yet');
    expect(() => completeVoid(byCard.invoice, circumstances(later))).toThrow('No void is under way');
    expect(() => voidRefunded(started.invoice, 'x')).toThrow('No refund x');
  });

  it('refused by the processor lifts the lock, and nothing has changed', () => {
    const story = happens(
      started,
      abandonVoid(started.invoice, circumstances(later), 'card_declined').events,
      later,
    );
    const told = { sequence: 0, updatedAt: '', moments: [] };
    expect({ ...story.invoice, ...told }).toEqual({ ...byCard.invoice, ...told });
    expect(story.entries).toEqual(byCard.entries);
    expect(after(story, pay(), later).invoice.status).toBe('paid');
  });

  it('refused at the second refund books the first: that much is due again', () => {
    const both = after(byCard, pay(300, { provider: 'sandbox', providerPaymentId: 'pi_2' }));
    const begun = after(both, voidWith({ refund: 800, credit: 5000 }), later);
    const ids = begun.invoice.voiding?.refunds.map((one) => one.id) ?? [];
    expect(begun.invoice.voiding?.refunds.map((one) => one.amount)).toEqual([300, 500]);
    const made = happens(begun, voidRefunded(begun.invoice, ids[0] ?? '').events, later);
    const story = happens(made, abandonVoid(made.invoice, circumstances(later), 'timeout').events, later);
    expect(story.invoice).toMatchObject({
      status: 'open',
      voiding: null,
      refunds: [{ id: ids[0], amount: 300, reopened: 300 }],
    });
    expect(amountDue(story.invoice)).toBe(amountDue(both.invoice) + 300);
    expect(balance(story, 'accounts_receivable')).toBe(amountDue(story.invoice));
  });

  it('without a refund of a processor’s payment is done at once', () => {
    expect(after(byCard, voidWith({ credit: 5500 }), later).invoice.status).toBe('void');
  });
});

describe('what a void leaves of a document', () => {
  it('is its number, and nothing in its accounts', () => {
    const story = after(openStory(priced(500, { requestedNumber: 'A-1' })), voidIt, later);
    expect(story.invoice).toMatchObject({ number: 'A-1', status: 'void' });
    expect([balance(story, 'sales'), balance(story, 'accounts_receivable')]).toEqual([0, 0]);
  });
});
