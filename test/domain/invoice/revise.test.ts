import { readCommand } from '../../../src/domain/invoice/arguments.ts';
import { amountDue } from '../../../src/domain/invoice/invoice.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { AMOUNT_MAX } from '../../../src/domain/money.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { balance, book } from '../books.ts';
import {
  after,
  events,
  line,
  openStory,
  pay,
  refusal,
  step,
  type Story,
  terms,
  wake,
  when,
} from '../given.ts';
import { creditNote, refund, voidWith } from '../money-commands.ts';
import { asked, changed, document, now } from '../revising.ts';

const parts = (...dueDates: readonly string[]) => ({
  deposit: null,
  schedule: dueDates.map((dueDate) => ({ type: 'percentage', value: '50', dueDate }) as const),
});
const weekly = { lateFeeTerms: terms({ interval: 'week' as const }) };
const refused = (story: Story, args: Fields) => refusal(story.invoice, asked(story, args), now);
const types = (story: Story, args: Fields) =>
  events(story.invoice, asked(story, args), now).map((event) => event.type);
const price = (rate: number) => ({ lineItemsAttributes: [{ id: 'line-1', rate }] });

describe('a revision of what it comes to', () => {
  it('posts the old entry backwards and the new one, in one entry', () => {
    const story = changed(openStory(document()), price(12_000));
    expect(amountDue(story.invoice)).toBe(12_000);
    expect(story.entries.map((entry) => [entry.type, entry.date])).toEqual([
      ['issued', '2026-03-02'],
      ['revised', '2026-04-11'],
    ]);
    expect(book(story.entries[1])).toEqual([
      ['sales', null, 10_000, 0],
      ['accounts_receivable', null, 12_000, 0],
      ['accounts_receivable', null, 0, 10_000],
      ['sales', null, 0, 12_000],
    ]);
    expect(balance(story, 'accounts_receivable')).toBe(12_000);
  });

  it('to what was paid is paid; below it is refused', () => {
    const paid = after(openStory(document()), pay(4000), now);
    expect(types(paid, price(4000))).toEqual(['invoice.updated', 'invoice.paid']);
    expect(changed(paid, price(4000)).invoice.status).toBe('paid');
    expect(refused(paid, price(3999))).toMatchObject({
      rejected: 'below_paid',
      data: { paid: 4000 },
      pointer: '/line_items_attributes',
    });
    const back = after(paid, refund(1000), now);
    expect(amountDue(changed(back, price(3999)).invoice)).toBe(999);
  });

  it('to nothing, where nothing was paid, is paid', () => {
    expect(changed(openStory(document()), price(0)).invoice).toMatchObject({ status: 'paid' });
  });

  it('never comes to less than the credit notes on it', () => {
    const noted = after(openStory(document()), creditNote(6000), now);
    expect(refused(noted, price(5999)).rejected).toBe('below_paid');
    expect(amountDue(changed(noted, price(6001)).invoice)).toBe(1);
  });

  it('counts fees as due: a payment beyond the new total pays them', () => {
    const late = wake(openStory(document(weekly)), '2026-04-02T00:00:00.000Z');
    const paid = after(late, pay(10_500), '2026-04-03T00:00:00.000Z');
    expect(amountDue(changed(paid, price(9800), '2026-04-03T00:00:00.000Z').invoice)).toBe(300);
    const answer = when(paid.invoice, asked(paid, price(9499)), '2026-04-03T00:00:00.000Z');
    expect(answer).toMatchObject({ rejected: 'below_paid', data: { paid: 9500 } });
  });

  it('with its fees stays an amount that one payment can have', () => {
    const late = wake(openStory(document(weekly)), '2026-04-02T00:00:00.000Z');
    expect(refused(late, price(AMOUNT_MAX)).rejected).toBe('amount_too_large');
    expect(amountDue(changed(late, price(AMOUNT_MAX - 1000)).invoice)).toBe(AMOUNT_MAX);
  });

  it('leaves dates, fees and reminders as they were', () => {
    const plan = { ...weekly, reminderSteps: [step(), step({ id: 'later', offsetDays: 20 })] };
    const late = wake(openStory(document(plan)), now);
    const revised = changed(late, price(12_000));
    const { reminders, nextFeeOccurrence, feeOccurrenceOffset, lateFees, dueAt, overdueNoticedAt } =
      late.invoice;
    expect(revised.invoice).toMatchObject({
      reminders,
      nextFeeOccurrence,
      feeOccurrenceOffset,
      lateFees,
      dueAt,
      overdueNoticedAt,
    });
  });

  it('keeps the number, the issue and the word for what it is', () => {
    const story = changed(openStory(document()), { ...price(12_000), memo: 'new' });
    expect(story.invoice).toMatchObject({ status: 'open', issueDate: '2026-03-02', memo: 'new' });
  });
});

describe('a revision is refused', () => {
  const story = openStory(document({ requestedNumber: 'A-1' }));

  it.each([
    [{ customerId: 'customer-2' }, '/customer_id'],
    [{ invoiceNumber: 'A-2' }, '/invoice_number'],
    [{ invoiceNumber: null }, '/invoice_number'],
  ])('with %j: that is frozen', (args, pointer) => {
    expect(refused(story, args)).toMatchObject({ rejected: 'field_frozen', pointer });
  });

  it('with another currency', () => {
    const answer = readCommand('update', { currency: 'EUR' }, story.invoice, () => 'new-line');
    expect(answer).toMatchObject({ rejected: 'field_frozen', pointer: '/currency' });
    const command = asked(story, { memo: 'x' });
    const other = { ...command, draft: { ...command.draft, currency: 'EUR' } };
    expect(refusal(story.invoice, other, now)).toMatchObject({
      rejected: 'field_frozen',
      pointer: '/currency',
    });
  });

  it.each([
    [{ dueDate: '2026-03-01' }, 'due_before_issue'],
    [{ timeZone: 'Mars/Phobos' }, 'invalid_time_zone'],
    [{ lineItemsAttributes: [{ id: 'line-1', _destroy: true }] }, 'no_line_items'],
  ])('with %j: %s, as in a draft', (args, rejected) => {
    expect(refused(story, args).rejected).toBe(rejected);
  });

  it('whose instalments do not fit its total or its dates any more', () => {
    const part = (value: number, dueDate: string) => ({ type: 'fixed' as const, value, dueDate });
    const schedule = [part(4_000, '2026-03-05'), part(6_000, '2026-04-01')];
    const split = openStory(document({ installments: { deposit: null, schedule } }));
    expect(refused(split, price(9_999))).toMatchObject({
      rejected: 'invalid_installments',
      pointer: '/installments/schedule',
    });
    expect(refused(split, { issueDate: '2026-03-06' })).toMatchObject({
      rejected: 'invalid_installments',
      pointer: '/installments/schedule/0/due_date',
    });
    expect(changed(split, { issueDate: '2026-03-05' }).invoice.issueDate).toBe('2026-03-05');
  });

  it('while money is on its way', () => {
    const paid = after(story, pay(500, { provider: 'sandbox', providerPaymentId: 'pi' }), now);
    const voiding = after(paid, voidWith({ refund: 500 }), now);
    expect(refused(voiding, { memo: 'x' }).rejected).toBe('payment_in_flight');
  });

  it.each([['paid', after(story, pay(), now), 'already_paid']])('when %s', (_, closed, rejected) => {
    expect(refused(closed, { memo: 'x' }).rejected).toBe(rejected);
  });
});

describe('a revision that changes nothing', () => {
  it.each([
    [{}],
    [{ memo: null }],
    [{ dueDate: '2026-04-01' }],
    [{ lineItemsAttributes: [{ id: 'line-1', rate: 10_000 }] }],
    [{ issueDate: null }],
  ])('%j is accepted and nothing happens', (args) => {
    expect(types(openStory(document()), args)).toEqual([]);
  });

  it('may name the number that the series gave', () => {
    const story = openStory(document());
    const numbered = { ...story, invoice: { ...story.invoice, number: 'INV-0007' } };
    expect(types(numbered, { invoiceNumber: 'INV-0007' })).toEqual([]);
    expect(changed(numbered, { invoiceNumber: 'INV-0007', memo: 'x' }).invoice).toMatchObject({
      number: 'INV-0007',
      requestedNumber: null,
    });
    expect(refused(numbered, { invoiceNumber: 'INV-0008' }).rejected).toBe('field_frozen');
  });
});

describe('the due date of a revision', () => {
  it.each([
    // terms of the document, its due date, the change, the new due date
    ['NET 14', null, { terms: 'NET 30' }, '2026-04-01'],
    ['NET 14', null, { issueDate: '2026-03-10' }, '2026-03-24'],
    ['NET 14', null, { terms: 'NET 30', dueDate: '2026-05-01' }, '2026-05-01'],
    ['NET 14', null, { memo: 'x' }, '2026-03-16'],
    ['NET 14', null, { terms: null }, '2026-04-01'], // the default of 30 days
    ['NET 14', '2026-04-20', { terms: 'NET 30' }, '2026-04-20'], // given apart from the words
    ['NET 14', '2026-04-20', { dueDate: null }, '2026-03-16'],
    [null, '2026-04-20', { dueDate: '2026-04-30' }, '2026-04-30'],
  ])('of %j due %j after %j is %s', (words, dueDate, args, expected) => {
    const story = openStory(document({ terms: words, dueDate }));
    expect(changed(story, args).invoice.dueDate).toBe(expected);
  });

  it.each([
    [{ installments: parts('2026-04-10', '2026-07-10') }, '2026-07-10'],
    [{ issueDate: '2026-03-10' }, '2026-06-20'],
    [{ installments: null }, '2026-04-01'],
    [{ terms: 'NET 7' }, '2026-03-09'],
    [{ memo: 'x' }, '2026-06-20'],
    [{ dueDate: '2026-05-01', installments: parts('2026-04-10', '2026-07-10') }, '2026-05-01'],
  ])('that was the last instalment’s follows it: after %j it is %s', (args, expected) => {
    const story = openStory(document({ dueDate: null, installments: parts('2026-04-20', '2026-06-20') }));
    expect(story.invoice.dueDate).toBe('2026-06-20');
    expect(changed(story, args).invoice.dueDate).toBe(expected);
  });

  it.each([
    ['2026-04-15', '2026-04-16T00:00:00.000Z', null],
    ['2026-04-10', '2026-04-11T00:00:00.000Z', '2026-04-02T00:00:00.000Z'],
  ])('of %s: overdue from %s, and was noticed %j', (dueDate, dueAt, overdueNoticedAt) => {
    const late = wake(openStory(document()), now);
    expect(changed(late, { dueDate }).invoice).toMatchObject({ dueAt, overdueNoticedAt });
  });

  it('that has passed makes it overdue at once', () => {
    const story = changed(openStory(document({ dueDate: '2026-05-01' })), { dueDate: '2026-04-05' });
    expect(turnOfTime(story.invoice, now).events).toMatchObject([{ type: 'invoice.overdue' }]);
  });

  it('in another zone ends with the day there', () => {
    const story = changed(openStory(document()), { timeZone: 'America/New_York' });
    expect(story.invoice.dueAt).toBe('2026-04-02T04:00:00.000Z');
  });
});

describe('lines of a revision', () => {
  it('are changed, added and removed as in a draft', () => {
    const story = openStory(document({ lines: [line({ rate: 1000 }), line({ id: 'line-2', rate: 500 })] }));
    const revised = changed(story, {
      lineItemsAttributes: [
        { id: 'line-2', _destroy: true },
        { description: 'Extra', rate: 700 },
      ],
    });
    expect(revised.invoice.lines.map((one) => [one.id, one.amount])).toEqual([
      ['line-1', 1000],
      ['new-line', 700],
    ]);
    expect(amountDue(revised.invoice)).toBe(1700);
  });
});
