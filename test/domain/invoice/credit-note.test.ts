import { amountDue, creditNoteTotal } from '../../../src/domain/invoice/invoice.ts';
import { balance, book, last } from '../books.ts';
import {
  after,
  draft,
  line,
  must,
  openStory,
  pay,
  priced,
  refusal,
  type Story,
  update,
  when,
} from '../given.ts';
import { creditNote, refund } from '../money-commands.ts';

const later = '2026-03-05T12:00:00.000Z';
/** Paper 45.00 and delivery 10.00 with a tax of 3.85: lines of 48.15 and 10.70. */
const open = openStory(draft());
const paid = after(open, pay());

function noteAfter(story: Story, command = creditNote()) {
  return after(story, command, later).invoice.creditNotes.at(-1);
}

describe('a credit note', () => {
  it('over an amount is spread over the lines, and in each over what it earns and its taxes', () => {
    // 1000 × 4815/5885 = 818.18 and 181.82; 818 × 315/4815 = 53.51 tax, 182 × 70/1070 = 11.91.
    expect(noteAfter(open, creditNote(1000))).toEqual({
      id: 'id-2',
      kind: 'credit_note',
      amount: 1000,
      applied: 1000,
      credited: 0,
      reversedBehind: null,
      lines: [
        { lineId: 'line-1', amount: 818 },
        { lineId: 'line-2', amount: 182 },
      ],
      revenue: [{ accountId: null, amount: 934 }],
      taxes: [66],
      taxLabels: ['Sales tax'],
      date: '2026-03-05',
      reason: null,
    });
  });

  it('reduces what is due and takes revenue and tax back', () => {
    const story = after(open, creditNote(1000), later);
    expect(amountDue(story.invoice)).toBe(4885);
    expect(story.invoice.status).toBe('open');
    expect(last(story)).toMatchObject({ type: 'credit_note_issued', date: '2026-03-05', reverses: null });
    expect(book(last(story))).toEqual([
      ['sales', null, 934, 0],
      ['tax_payable', 'Sales tax', 66, 0],
      ['accounts_receivable', null, 0, 1000],
    ]);
  });

  it('over lines takes what is said of each, or all that a line has', () => {
    const lines = [
      { id: 'line-2', amount: null },
      { id: 'line-1', amount: 15 },
    ];
    expect(noteAfter(open, creditNote(null, lines))).toMatchObject({
      amount: 1085,
      lines: [
        { lineId: 'line-1', amount: 15 },
        { lineId: 'line-2', amount: 1070 },
      ],
      revenue: [{ amount: 1014 }],
      taxes: [71],
    });
  });

  it('over everything leaves nothing due, nothing earned and no tax', () => {
    const story = after(open, creditNote(), later);
    expect(story.invoice.status).toBe('paid');
    expect(balance(story, 'sales')).toBe(0);
    expect(balance(story, 'tax_payable')).toBe(0);
  });

  it('in many small ones ends at exactly nothing, whatever was rounded on the way', () => {
    let story = open;
    for (let left = 5885; left > 0; left -= 107) story = after(story, creditNote(Math.min(107, left)), later);
    expect(story.invoice.status).toBe('paid');
    expect([balance(story, 'sales'), balance(story, 'tax_payable')]).toEqual([0, 0]);
    const notes = story.invoice.creditNotes;
    expect(notes.every((note) => note.taxes.every((tax) => tax >= 0))).toBe(true);
  });

  it('beyond what is due becomes the customer’s credit', () => {
    const story = after(after(open, pay(5000)), creditNote(1000), later);
    expect(story.invoice).toMatchObject({ status: 'paid', creditedBack: 115 });
    expect(book(last(story))).toEqual([
      ['sales', null, 934, 0],
      ['tax_payable', 'Sales tax', 66, 0],
      ['accounts_receivable', null, 0, 885],
      ['customer_credit', null, 0, 115],
    ]);
  });

  it('on a paid invoice becomes the customer’s credit as a whole', () => {
    const story = after(paid, creditNote(1000), later);
    expect(story.invoice).toMatchObject({ status: 'paid', creditedBack: 1000 });
    expect(balance(story, 'customer_credit')).toBe(-1000);
    expect(amountDue(after(story, refund(885), later).invoice)).toBe(885);
  });

  it('tells its id', () => {
    expect(must(when(open.invoice, creditNote(1)))).toMatchObject({
      told: { creditNoteId: 'new-1' },
      conditions: [],
    });
  });

  it('takes from each revenue account what its lines give up', () => {
    const lines = [line({ rate: 3000, accountId: 'paper' }), line({ id: 'line-2', rate: 1000 })];
    const story = after(openStory(draft({ lines, fixedTaxes: [] })), creditNote(400), later);
    expect(book(last(story))).toEqual([
      ['paper', null, 300, 0],
      ['sales', null, 100, 0],
      ['accounts_receivable', null, 0, 400],
    ]);
  });

  it('of a tiny amount with taxes inside, whose revenue is below zero, balances', () => {
    const inside = ['A', 'B'].map((name) => ({ name, rate: '100', inclusive: true }));
    const tiny = ['tiny', 'other', 'other'].map((accountId, index) =>
      line({ id: `line-${index + 1}`, rate: 1, accountId, taxRates: inside }),
    );
    const story = after(openStory(draft({ lines: tiny, fixedTaxes: [] })), creditNote(), later);
    expect(['tiny', 'other', 'tax_payable', 'accounts_receivable'].map((one) => balance(story, one))).toEqual(
      [0, 0, 0, 0],
    );
  });
});

describe('a credit note is refused', () => {
  it.each([
    ['above the total', creditNote(5886), 'amount_exceeds_total', '/amount_cents'],
    ['of nothing', creditNote(0), 'invalid_amount', '/amount_cents'],
    ['below zero', creditNote(-1), 'invalid_amount', '/amount_cents'],
    [
      'on a line that is not here',
      creditNote(null, [{ id: 'x', amount: 1 }]),
      'unknown_line_item',
      '/line_items/0/id',
    ],
    [
      'above what a line comes to',
      creditNote(null, [{ id: 'line-2', amount: 1071 }]),
      'amount_exceeds_total',
      '/line_items/0/amount_cents',
    ],
    [
      'of nothing on a line',
      creditNote(null, [{ id: 'line-2', amount: 0 }]),
      'invalid_amount',
      '/line_items/0/amount_cents',
    ],
    [
      'on the same line twice',
      creditNote(null, [
        { id: 'line-2', amount: 1 },
        { id: 'line-2', amount: 1 },
      ]),
      'invalid_value',
      '/line_items/1/id',
    ],
    ['on no lines', creditNote(null, []), 'invalid_value', '/line_items'],
  ])('%s', (_, command, rejected, pointer) => {
    expect(refusal(open.invoice, command)).toMatchObject({ rejected, pointer });
  });

  it('with an amount beside lines', () => {
    expect(refusal(open.invoice, creditNote(1, [{ id: 'line-1', amount: 1 }]))).toMatchObject({
      rejected: 'conflicting_fields',
      data: { one: 'line_items', other: 'amount_cents' },
      pointer: '/line_items',
    });
  });

  it('above what other notes have left of the total, and says how much that is', () => {
    const story = after(paid, creditNote(5000), later);
    expect(creditNoteTotal(story.invoice)).toBe(5000);
    expect(refusal(story.invoice, creditNote(886))).toMatchObject({
      rejected: 'amount_exceeds_total',
      data: { left: 885 },
    });
    const all = after(story, creditNote(), later);
    expect(refusal(all.invoice, creditNote())).toMatchObject({
      rejected: 'amount_exceeds_total',
      data: { left: 0 },
      pointer: '/amount_cents',
    });
    expect(refusal(all.invoice, creditNote(null, [{ id: 'line-1', amount: null }]))).toMatchObject({
      rejected: 'amount_exceeds_total',
      pointer: '/line_items',
    });
  });

  it('on a line above what other notes have left of it', () => {
    const story = after(open, creditNote(null, [{ id: 'line-2', amount: 1000 }]), later);
    expect(refusal(story.invoice, creditNote(null, [{ id: 'line-2', amount: 71 }]))).toMatchObject({
      rejected: 'amount_exceeds_total',
      data: { left: 70 },
    });
  });
});

describe('a credit note and a revision after it', () => {
  it('keep what the note took in the taxes of its time: a void leaves nothing', () => {
    const noted = after(open, creditNote(1000), later);
    const document = draft({
      lines: [line({ id: 'line-1', rate: 9000, taxRates: [{ name: 'VAT', rate: '19', inclusive: false }] })],
      fixedTaxes: [],
      issueDate: '2026-03-02',
    });
    const revised = after(noted, update(document, ['line_items_attributes']), later);
    const story = after(revised, { name: 'void', reason: null, disposition: null }, later);
    expect(book(last(story))).toEqual([
      ['sales', null, 8066, 0],
      ['tax_payable', 'VAT 19%', 1710, 0],
      ['accounts_receivable', null, 66, 0],
      ['accounts_receivable', null, 0, 9776],
      ['tax_payable', 'Sales tax', 0, 66],
    ]);
    expect(balance(story, 'tax_payable')).toBe(0);
  });

  it('of a document without taxes takes revenue alone', () => {
    expect(noteAfter(openStory(priced(500)), creditNote(100))).toMatchObject({ taxes: [], taxLabels: [] });
  });
});
