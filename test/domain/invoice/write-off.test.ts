import { nextAction } from '../../../src/domain/invoice/agenda.ts';
import { amountDue, unrecovered } from '../../../src/domain/invoice/invoice.ts';
import { displayStatus } from '../../../src/domain/invoice/words.ts';
import { balance, book, last } from '../books.ts';
import { after, draft, events, openStory, pay, priced, refusal, step, when } from '../given.ts';
import { creditNote, writeOff } from '../money-commands.ts';

const later = '2026-03-05T12:00:00.000Z';
const open = openStory(draft({ reminderSteps: [step()] }));
const written = after(after(open, pay(885)), writeOff, later);

describe('writeOff', () => {
  it('turns what is due into bad debt, and closes the invoice', () => {
    expect(written.invoice).toMatchObject({
      status: 'uncollectible',
      closedAt: later,
      writtenOff: 5000,
      recovered: 0,
    });
    expect([amountDue(written.invoice), unrecovered(written.invoice)]).toEqual([0, 5000]);
    expect(displayStatus(written.invoice, later)).toBe('uncollectible');
    expect(last(written)).toMatchObject({ type: 'written_off', date: '2026-03-05' });
    expect(book(last(written))).toEqual([
      ['bad_debt', null, 5000, 0],
      ['accounts_receivable', null, 0, 5000],
    ]);
  });

  it('keeps its reason', () => {
    expect(events(open.invoice, { name: 'writeOff', reason: 'insolvent' })).toEqual([
      { type: 'invoice.written_off', amount: 5885, reason: 'insolvent' },
    ]);
  });

  it('stops the reminders and the holds', () => {
    expect(written.invoice.reminders).toMatchObject([{ status: 'SKIPPED', reason: 'uncollectible' }]);
    const held = after(open, { name: 'hold', kind: 'dispute', until: null, note: null });
    expect(after(held, writeOff, later).invoice.holds).toEqual([]);
    expect(nextAction(written.invoice)?.kind).toBe('close');
  });
});

describe('a recovery', () => {
  it('is all that has not come in, where no amount is said, and pays the invoice', () => {
    expect(events(written.invoice, pay(), later)).toMatchObject([
      { type: 'invoice.recovered', amount: 5000, date: '2026-03-05' },
      { type: 'invoice.payment_recorded', payment: { amount: 5000, applied: 5000, recovery: true } },
      { type: 'invoice.paid' },
    ]);
    const story = after(written, pay(), later);
    expect(story.invoice).toMatchObject({ status: 'paid', paidAt: later, recovered: 5000 });
    expect(balance(story, 'bad_debt')).toBe(0);
  });

  it('of a part is owed again and paid at once: two entries of the payment’s date', () => {
    const story = after(written, pay(2000, { date: '2026-03-04' }), later);
    expect(story.invoice).toMatchObject({ status: 'uncollectible', recovered: 2000 });
    expect([amountDue(story.invoice), unrecovered(story.invoice)]).toEqual([0, 3000]);
    expect(story.entries.slice(-2).map((entry) => [entry.type, entry.date, book(entry)])).toEqual([
      [
        'recovered',
        '2026-03-04',
        [
          ['accounts_receivable', null, 2000, 0],
          ['bad_debt', null, 0, 2000],
        ],
      ],
      [
        'payment_recorded',
        '2026-03-04',
        [
          ['undeposited_funds', null, 2000, 0],
          ['accounts_receivable', null, 0, 2000],
        ],
      ],
    ]);
  });

  it('in parts becomes paid with the last of them', () => {
    const story = after(after(written, pay(2000), later), pay(), later);
    expect(story.invoice).toMatchObject({
      status: 'paid',
      payments: [{}, { amount: 2000 }, { amount: 3000 }],
    });
  });

  it('above what was written off is the customer’s credit', () => {
    const story = after(written, pay(6000), later);
    expect(story.invoice.payments[1]).toMatchObject({ applied: 5000, unapplied: 1000, recovery: true });
    expect(balance(story, 'customer_credit')).toBe(-1000);
  });

  it('above what was written off is refused where that is asked', () => {
    expect(refusal(written.invoice, pay(5001, { overpayment: 'refuse' }))).toMatchObject({
      rejected: 'amount_exceeds_due',
      data: { due: 5000 },
    });
  });

  it('is no early payment', () => {
    const early = openStory(priced(10_000, { earlyPayment: { percentage: '2', days: 10 } }));
    const story = after(after(early, writeOff), pay(9800), later);
    expect(story.invoice).toMatchObject({ status: 'uncollectible', creditNotes: [] });
  });

  it('is the only thing that is done with it', () => {
    for (const command of [writeOff, creditNote()]) {
      expect(refusal(written.invoice, command)).toMatchObject({ rejected: 'wrong_status' });
    }
    expect(when(written.invoice, pay(1))).toMatchObject({ told: { paymentId: 'new-1' } });
  });
});
