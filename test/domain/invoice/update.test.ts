import { readCommand } from '../../../src/domain/invoice/arguments.ts';
import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import {
  after,
  create,
  created,
  draft,
  given,
  line,
  must,
  openStory,
  pay,
  refusal,
  terms,
  update,
  when,
} from '../given.ts';

const invoice = given(
  created(
    draft({
      requestedNumber: 'A-1',
      issueDate: '2026-03-02',
      memo: 'old',
      metadata: { a: 'b' },
      lines: [line({ quantity: '2' }), line({ id: 'line-2', rate: 1000, amountGiven: 900 })],
    }),
  ),
);
const read = (args: Fields, on: Invoice = invoice) => readCommand('update', args, on, () => 'new-line');
/** The invoice after a change by these arguments. */
const changed = (args: Fields) => after({ invoice, entries: [] }, must(read(args))).invoice;
const fault = (args: Fields) => {
  const answer = read(args);
  return isRejection(answer) ? [answer.rejected, answer.pointer] : ['accepted'];
};
const lines = (args: readonly unknown[]) =>
  changed({ lineItemsAttributes: args }).lines.map((one) => [one.id, one.quantity, one.rate, one.amount]);

describe('an update of a draft', () => {
  it('changes what it names and keeps the rest, and says what changed', () => {
    expect(must(read({ memo: 'new', dueDate: '2026-05-01' }))).toMatchObject({
      changed: ['memo', 'dueDate'],
    });
    expect(changed({ memo: 'new', dueDate: '2026-05-01' })).toMatchObject({
      status: 'draft',
      memo: 'new',
      dueDate: '2026-05-01',
      issueDate: '2026-03-02',
      number: 'A-1',
      metadata: { a: 'b' },
      totals: { total: 9900 + 385 },
    });
  });

  it('with null takes away what may be missing', () => {
    const args = { memo: null, issueDate: null, invoiceNumber: null, metadata: null, lateFees: null };
    expect(changed(args)).toMatchObject({ memo: null, issueDate: null, number: null, metadata: {} });
  });

  it('without anything changes nothing but the version of the events', () => {
    const { sequence: _, ...same } = invoice;
    expect(changed({})).toMatchObject(same);
  });

  it('reckons the totals again, and posts nothing', () => {
    const story = after(after(null, create()), update(draft({ fixedTaxes: [] })));
    expect(story.invoice.totals).toMatchObject({ total: 5500, taxAmount: 0 });
    expect(story.entries).toEqual([]);
  });

  it('leaves envelope fields out of the change', () => {
    expect(must(read({ commandId: 'c', actor: 'me', reason: 'typo', memo: 'x' }))).toMatchObject({
      changed: ['memo'],
    });
  });

  it('asks for the number it names, and not for the one it has', () => {
    expect(must(when(invoice, must(read({ invoiceNumber: 'B-2' })))).conditions).toEqual([
      { kind: 'numberFree', number: 'B-2' },
    ]);
    expect(must(when(invoice, must(read({ invoiceNumber: 'A-1' })))).conditions).toEqual([]);
  });

  it('of a scheduled one works as in draft', () => {
    const scheduled: Invoice = { ...invoice, status: 'scheduled' };
    const story = after({ invoice: scheduled, entries: [] }, must(read({ memo: 'x' }, scheduled)));
    expect(story.invoice).toMatchObject({ status: 'scheduled', memo: 'x' });
  });

  it('of terms counts at the issue', () => {
    const withFees = update(draft({ dueDate: '2026-04-01', lateFeeTerms: terms() }));
    const story = after(after(null, create()), withFees);
    expect(after(story, { name: 'send', deliver: false }).invoice).toMatchObject({
      lateFeeTerms: terms(),
      dueDate: '2026-04-01',
    });
  });
});

describe('the lines of an update', () => {
  it.each([
    [
      'a known id changes that line',
      [{ id: 'line-1', rate: 100 }],
      [
        ['line-1', '2', 100, 200],
        ['line-2', '1', 1000, 900],
      ],
    ],
    [
      'no id adds one at the end',
      [{ rate: 5 }],
      [
        ['line-1', '2', 4500, 9000],
        ['line-2', '1', 1000, 900],
        ['new-line', '1', 5, 5],
      ],
    ],
    ['_destroy removes it', [{ id: 'line-1', _destroy: true }], [['line-2', '1', 1000, 900]]],
    [
      '_destroy: false changes it',
      [{ id: 'line-1', _destroy: false, quantity: 1 }],
      [
        ['line-1', '1', 4500, 4500],
        ['line-2', '1', 1000, 900],
      ],
    ],
    [
      'an empty list changes nothing',
      [],
      [
        ['line-1', '2', 4500, 9000],
        ['line-2', '1', 1000, 900],
      ],
    ],
    [
      'a new quantity takes the place of a given amount',
      [{ id: 'line-2', quantity: 3 }],
      [
        ['line-1', '2', 4500, 9000],
        ['line-2', '3', 1000, 3000],
      ],
    ],
    [
      'a new amount stays',
      [{ id: 'line-2', quantity: 3, amount: 1 }],
      [
        ['line-1', '2', 4500, 9000],
        ['line-2', '3', 1000, 1],
      ],
    ],
    [
      'amount null goes back to quantity × rate',
      [{ id: 'line-2', amount: null }],
      [
        ['line-1', '2', 4500, 9000],
        ['line-2', '1', 1000, 1000],
      ],
    ],
    [
      'other fields leave the amount',
      [{ id: 'line-2', description: 'x' }],
      [
        ['line-1', '2', 4500, 9000],
        ['line-2', '1', 1000, 900],
      ],
    ],
  ])('%s', (_, args, expected) => {
    expect(lines(args)).toEqual(expected);
  });

  it('may all happen in one update', () => {
    expect(lines([{ id: 'line-1', _destroy: true }, { rate: 7 }, { id: 'line-2', rate: 8 }])).toEqual([
      ['line-2', '1', 8, 8],
      ['new-line', '1', 7, 7],
    ]);
  });

  it.each([
    ['an unknown id', [{ id: 'line-9' }], 'unknown_line_item', '/0/id'],
    ['_destroy without id', [{ _destroy: true }], 'invalid_value', '/0/_destroy'],
    [
      'the same line destroyed twice',
      [
        { id: 'line-1', _destroy: true },
        { id: 'line-1', _destroy: true },
      ],
      'unknown_line_item',
      '/1/id',
    ],
    ['a typo beside _destroy', [{ id: 'line-1', _destroy: true, rat: 1 }], 'unknown_field', '/0/rat'],
    ['a null price', [{ id: 'line-1', rate: null }], 'invalid_amount', '/0/rate_cents'],
    ['a new line without a price', [{ description: 'x' }], 'invalid_amount', '/0/rate_cents'],
  ])('are refused with %s', (_, args, code, pointer) => {
    expect(fault({ lineItemsAttributes: args })).toEqual([code, `/line_items_attributes${pointer}`]);
  });

  it('cannot all be removed', () => {
    const args = {
      lineItemsAttributes: [
        { id: 'line-1', _destroy: true },
        { id: 'line-2', _destroy: true },
      ],
    };
    expect(refusal(invoice, must(read(args)))).toMatchObject({ rejected: 'no_line_items' });
  });
});

describe('an update is refused', () => {
  it.each([
    [{ currency: 'EUR' }, 'field_frozen', '/currency'],
    [{ customerId: '' }, 'invalid_value', '/customer_id'],
    [{ status: 'paid' }, 'unknown_field', '/status'],
    [{ memo: 5 }, 'invalid_value', '/memo'],
    [{ expectedVersion: '1' }, 'invalid_value', '/expected_version'],
  ])('with %j', (args, code, pointer) => {
    expect(fault(args)).toEqual([code, pointer]);
  });

  it('where the document then does not fit together', () => {
    expect(refusal(invoice, must(read({ dueDate: '2026-03-01' })))).toMatchObject({
      rejected: 'due_before_issue',
      pointer: '/due_date',
    });
    expect(refusal(invoice, must(read({ timeZone: 'Mars/Phobos' })))).toMatchObject({
      rejected: 'invalid_time_zone',
    });
  });

  it('with another customer in another currency', () => {
    expect(refusal(invoice, update(draft({ customerId: 'c2', currency: 'EUR' })))).toMatchObject({
      rejected: 'currency_mismatch',
      pointer: '/customer_id',
    });
  });

  it('on a paid invoice, which keeps its document', () => {
    const paid = after(openStory(draft()), pay()).invoice;
    expect(refusal(paid, must(read({ memo: 'x' }, paid)))).toMatchObject({ rejected: 'already_paid' });
    expect(refusal(paid, update(draft()))).toMatchObject({ rejected: 'already_paid' });
  });
});
