import type { TaxRate } from '../../../src/domain/invoice/invoice.ts';
import { keepBooks } from '../../../src/domain/invoice/journal.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { book, last } from '../books.ts';
import {
  after,
  create,
  draft,
  happens,
  issueOnly,
  line,
  markViewed,
  must,
  openStory,
  pay,
  priced,
  remind,
  send,
  type Story,
  terms,
  update,
  voidIt,
  wake,
  when,
} from '../given.ts';
import { creditNote } from '../money-commands.ts';

const vat = (rate: string, name = 'VAT', inclusive = false): TaxRate => ({ name, rate, inclusive });

describe('the entry of the issue', () => {
  it('debits the receivable by the total and credits revenue per account and tax per rate', () => {
    const lines = [
      line({ rate: 4500, accountId: 'paper', taxRates: [vat('7'), vat('2.5', 'City')] }),
      line({ id: 'line-2', rate: 1000, taxRates: [vat('7')] }),
      line({ id: 'line-3', rate: 500, accountId: 'paper', taxRates: [vat('19')] }),
    ];
    const story = openStory(
      draft({ lines, fixedTaxes: [{ name: 'Stamp', amount: 9 }], issueDate: '2026-02-27' }),
    );
    expect(story.entries).toHaveLength(1);
    expect(last(story)).toMatchObject({
      id: 'invoice-1:1',
      invoiceId: 'invoice-1',
      sequence: 1,
      type: 'issued',
      date: '2026-02-27',
      currency: 'USD',
      reverses: null,
    });
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 6602, 0],
      ['paper', null, 0, 5000],
      ['sales', null, 0, 1000],
      ['tax_payable', 'VAT 7%', 0, 385],
      ['tax_payable', 'City 2.5%', 0, 113],
      ['tax_payable', 'VAT 19%', 0, 95],
      ['tax_payable', 'Stamp', 0, 9],
    ]);
  });

  it('credits revenue with what is left of an amount that has its tax inside', () => {
    const lines = [line({ rate: 11_900, taxRates: [vat('19', 'VAT', true)] })];
    expect(book(last(openStory(draft({ lines, fixedTaxes: [] }))))).toEqual([
      ['accounts_receivable', null, 11_900, 0],
      ['sales', null, 0, 10_000],
      ['tax_payable', 'VAT 19%', 0, 1900],
    ]);
  });

  it('balances where rounding takes more tax out of a line than is in it', () => {
    // Three lines of one cent with two taxes inside: each tax is rounded to one cent and lies on the first line.
    const taxRates = [vat('100', 'A', true), vat('100', 'B', true)];
    const lines = ['tiny', 'other', 'other'].map((accountId, index) =>
      line({ id: `line-${index}`, rate: 1, accountId, taxRates }),
    );
    const story = openStory(draft({ lines, fixedTaxes: [] }));
    expect(story.invoice.totals.total).toBe(3);
    expect(story.invoice.lines.map((one) => one.net)).toEqual([-1, 1, 1]);
    expect(book(last(story))).toEqual([
      ['tiny', null, 1, 0],
      ['accounts_receivable', null, 4, 0],
      ['accounts_receivable', null, 0, 1],
      ['other', null, 0, 2],
      ['tax_payable', 'A 100%', 0, 1],
      ['tax_payable', 'B 100%', 0, 1],
    ]);
  });

  it('is one line per account, also where a tiny line of it went below zero', () => {
    const taxRates = [vat('100', 'A', true), vat('100', 'B', true)];
    const lines = [1, 2, 3].map((index) => line({ id: `line-${index}`, rate: 1, taxRates }));
    expect(book(last(openStory(draft({ lines, fixedTaxes: [] }))))).toEqual([
      ['accounts_receivable', null, 3, 0],
      ['sales', null, 0, 1],
      ['tax_payable', 'A 100%', 0, 1],
      ['tax_payable', 'B 100%', 0, 1],
    ]);
  });

  it('is not written for a document of nothing', () => {
    const story = openStory(priced(0));
    expect(story.invoice.status).toBe('paid');
    expect(story.entries).toEqual([]);
  });
});

describe('the entry of a payment', () => {
  const open = openStory(priced(5115));

  it('debits undeposited funds, or the account that is named, and credits the receivable', () => {
    expect(book(last(after(open, pay(2000))))).toEqual([
      ['undeposited_funds', null, 2000, 0],
      ['accounts_receivable', null, 0, 2000],
    ]);
    expect(book(last(after(open, pay(null, { depositToAccountId: 'bank' }))))).toEqual([
      ['bank', null, 5115, 0],
      ['accounts_receivable', null, 0, 5115],
    ]);
  });

  it('credits the customer with what is above the amount due', () => {
    expect(book(last(after(open, pay(6000))))).toEqual([
      ['undeposited_funds', null, 6000, 0],
      ['accounts_receivable', null, 0, 5115],
      ['customer_credit', null, 0, 885],
    ]);
  });

  it('is dated when the money came in', () => {
    expect(last(after(open, pay(1, { date: '2026-02-14' })))).toMatchObject({
      type: 'payment_recorded',
      date: '2026-02-14',
    });
    expect(last(after(open, pay(1), '2026-03-02T23:59:00.000Z'))).toMatchObject({ date: '2026-03-02' });
  });

  it('is dated today in the zone of the invoice where nothing else is said', () => {
    const tokyo = openStory(priced(5115, { timeZone: 'Asia/Tokyo' }));
    expect(last(after(tokyo, pay(1), '2026-03-02T15:00:00.000Z'))).toMatchObject({ date: '2026-03-03' });
  });
});

describe('the entry of a late fee', () => {
  it('debits the receivable and credits late-fee income on the day it fell due', () => {
    const story = wake(
      openStory(priced(5115, { dueDate: '2026-04-01', lateFeeTerms: terms() })),
      '2026-07-01T00:00:00.000Z',
    );
    expect(last(story)).toMatchObject({ type: 'late_fee_assessed', date: '2026-04-02' });
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 1000, 0],
      ['late_fee_income', null, 0, 1000],
    ]);
  });
});

describe('the entry of a void', () => {
  const document = draft({ dueDate: '2026-04-01', lateFeeTerms: terms({ interval: 'day' }) });
  const late = wake(openStory(document), '2026-04-03T00:00:00.000Z');
  const story = after(late, voidIt, '2026-04-03T23:30:00.000Z');

  it('is dated today and names the entry it takes back', () => {
    expect(last(story)).toMatchObject({
      type: 'voided',
      date: '2026-04-03',
      reverses: 'invoice-1:1',
      sequence: 4,
    });
  });

  it('takes back the issue and every late fee, legs swapped', () => {
    expect(book(last(story))).toEqual([
      ['sales', null, 5500, 0],
      ['tax_payable', 'Sales tax', 385, 0],
      ['late_fee_income', null, 2000, 0],
      ['accounts_receivable', null, 0, 7885],
    ]);
  });

  it('leaves nothing in any account', () => {
    const balance = new Map<string, number>();
    for (const [account, label, debit, credit] of story.entries.flatMap(book)) {
      const key = `${account} ${label}`;
      balance.set(key, (balance.get(key) ?? 0) + debit - credit);
    }
    expect([...balance.values()].every((amount) => amount === 0)).toBe(true);
    expect(balance.size).toBe(4);
  });
});

describe('the books', () => {
  it('number their entries without a gap, and only for what moves money', () => {
    let story: Story = after(null, create());
    for (const command of [
      update(draft({ memo: 'x' })),
      send,
      markViewed,
      remind,
      pay(100),
      send,
      pay(200),
    ]) {
      story = after(story, command);
    }
    expect(story.entries.map((entry) => [entry.sequence, entry.id, entry.type])).toEqual([
      [1, 'invoice-1:1', 'issued'],
      [2, 'invoice-1:2', 'payment_recorded'],
      [3, 'invoice-1:3', 'payment_recorded'],
    ]);
    expect(story.invoice.entrySequence).toBe(3);
  });

  it('say the same when the same events are kept again: same ids, so a repeat posts nothing new', () => {
    const open = openStory(draft({ dueDate: '2026-04-01', lateFeeTerms: terms() }));
    const { events } = turnOfTime(open.invoice, '2026-05-01T00:00:00.000Z');
    expect(keepBooks(open.invoice, events)).toEqual(keepBooks(open.invoice, events));
    const later = keepBooks(open.invoice, events).invoice;
    expect(turnOfTime(later, '2026-05-01T00:00:00.000Z').events).toEqual([]);
  });

  it('post nothing for issuing what is issued', () => {
    const open = openStory(draft());
    expect(after(open, issueOnly)).toEqual(open);
    expect(after(open, send).entries).toEqual(open.entries);
  });

  it('are not kept where they would say something else than the invoice', () => {
    const open = openStory(draft());
    const note = must(when(open.invoice, creditNote(100))).events[0];
    if (note?.type !== 'credit_note.issued') throw new Error('No note');
    const wrong = { ...note, note: { ...note.note, applied: 90 } };
    expect(() => happens(open, [wrong])).toThrow(
      'credit_note.issued changes what is due by -100, but the receivable by -90',
    );
  });
});
