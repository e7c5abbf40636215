import { changeDraft, readDraft } from '../../../src/domain/invoice/draft.ts';
import { earlyPayment, earlyPaymentDiscount } from '../../../src/domain/invoice/early-payment.ts';
import type { CreditNote, Draft, Invoice } from '../../../src/domain/invoice/invoice.ts';
import { earlyPaymentInWords } from '../../../src/domain/invoice/payment-terms.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { created, given, issued, must, payment, priced } from '../given.ts';

const terms = { percentage: '2', days: 10 };
/** 100.00, issued on 2 March: 2 % off through 12 March. */
const open = (change: Partial<Draft> = {}) =>
  given(created(priced(10_000, { earlyPayment: terms, ...change })), issued);
const inTime = '2026-03-12';

const read = (change: Fields) =>
  readDraft(
    { customerId: 'c1', lineItemsAttributes: [{ rate: 100 }], ...change },
    { currency: 'USD', timeZone: 'UTC', newId: () => 'line-1' },
  );

describe('an early payment', () => {
  it.each([
    ['2026-03-01', 200],
    ['2026-03-02', 200],
    ['2026-03-12', 200],
    ['2026-03-13', null],
  ])('of %s may take %p off', (date, discount) => {
    expect(earlyPaymentDiscount(open(), date)).toBe(discount);
  });

  it.each([
    ['without terms', open({ earlyPayment: null })],
    ['of a draft', given(created(priced(10_000, { earlyPayment: terms })))],
    ['of a paid invoice', { ...open(), status: 'paid' as const }],
    ['of a void invoice', { ...open(), status: 'void' as const }],
    ['that comes to nothing', open({ earlyPayment: { percentage: '0.0001', days: 10 } })],
  ])('%s takes nothing off', (_, invoice) => {
    expect(earlyPaymentDiscount(invoice, inTime)).toBeNull();
  });

  it('takes nothing off once it has', () => {
    const note: CreditNote = {
      id: 'note-1',
      kind: 'early_payment',
      amount: 200,
      applied: 200,
      credited: 0,
      lines: [],
      revenue: [],
      reversedBehind: null,
      taxes: [],
      taxLabels: [],
      date: '2026-03-05',
      reason: null,
    };
    const used: Invoice = { ...open(), creditNotes: [note] };
    expect(earlyPaymentDiscount(used, inTime)).toBeNull();
    expect(earlyPaymentDiscount({ ...used, creditNotes: [{ ...note, kind: 'credit_note' }] }, inTime)).toBe(
      200,
    );
  });

  it('is rounded half up, and never more than is due', () => {
    expect(earlyPaymentDiscount(given(created(priced(25, { earlyPayment: terms })), issued), inTime)).toBe(1);
    const partlyPaid = given(created(priced(10_000, { earlyPayment: terms })), issued, payment(9_900));
    expect(earlyPaymentDiscount(partlyPaid, inTime)).toBe(100);
  });

  it('is told with its last day and the amount that settles', () => {
    expect(earlyPayment(open(), '2026-03-12T23:59:59.999Z')).toEqual({
      until: inTime,
      discount: 200,
      amount: 9800,
    });
    expect(earlyPayment(open(), '2026-03-13T00:00:00.000Z')).toEqual({
      until: inTime,
      discount: 0,
      amount: 10_000,
    });
    expect(earlyPayment(open({ earlyPayment: null }), '2026-03-12T00:00:00.000Z')).toBeNull();
  });

  it('ends with the day in the zone of the invoice', () => {
    const there = open({ timeZone: 'Pacific/Kiritimati' });
    expect(earlyPayment(there, '2026-03-12T09:59:59.999Z')?.discount).toBe(200);
    expect(earlyPayment(there, '2026-03-12T10:00:00.000Z')?.discount).toBe(0);
  });

  it('is told of a draft as it will be, without a day as long as nobody knows it', () => {
    const draft = given(created(priced(10_000, { earlyPayment: terms })));
    expect(earlyPayment(draft, '2026-03-02T00:00:00.000Z')).toEqual({
      until: null,
      discount: 200,
      amount: 9800,
    });
    const dated = given(created(priced(10_000, { earlyPayment: terms, issueDate: '2026-03-02' })));
    expect(earlyPayment(dated, '2026-03-02T00:00:00.000Z')?.until).toBe(inTime);
  });
});

describe('terms in words', () => {
  it.each([
    ['2% 10 NET 30', '2', 10],
    ['2 % 10, net 30', '2', 10],
    ['1.50% 7 days net 14', '1.5', 7],
    ['2/10 net 30', '2', 10],
    ['2/10, NET30', '2', 10],
  ])('%p offer %s %% for %i days', (words, percentage, days) => {
    expect(earlyPaymentInWords(words)).toEqual({ percentage, days });
  });

  it.each([
    'NET 30',
    '2% 10',
    '0% 10 NET 30',
    '101% 10 NET 30',
    '2% 400 NET 30',
    '1.23456% 10 NET 30',
    '',
    null,
  ])('%p offer nothing', (words) => {
    expect(earlyPaymentInWords(words)).toBeNull();
  });

  it('are in force where nothing else is said', () => {
    expect(must(read({ terms: '2% 10 NET 30' })).earlyPayment).toEqual(terms);
    expect(must(read({ terms: '2% 10 NET 30', earlyPayment: null })).earlyPayment).toBeNull();
    const own = { percentage: 3, days: 5 };
    expect(must(read({ terms: '2% 10 NET 30', earlyPayment: own })).earlyPayment).toEqual({
      percentage: '3',
      days: 5,
    });
  });

  it.each([
    ['follow the words', { terms: '2% 10 NET 30' }, { terms: '3% 5 NET 30' }, { percentage: '3', days: 5 }],
    ['go with the words', { terms: '2% 10 NET 30' }, { terms: 'NET 30' }, null],
    ['come with the words', { terms: 'NET 30' }, { terms: '2% 10 NET 30' }, terms],
    ['stay as they were given', { earlyPayment: terms }, { terms: 'NET 30' }, terms],
    ['stay away', { terms: '2% 10 NET 30', earlyPayment: null }, { terms: '3% 5 NET 30' }, null],
    ['stay', { terms: '2% 10 NET 30' }, { memo: 'x' }, terms],
    ['go with a null', { terms: '2% 10 NET 30' }, { earlyPayment: null }, null],
  ])('%s: %j changed by %j', (_, first, change, early) => {
    const invoice = given(created(must(read(first))));
    expect(must(changeDraft(invoice, change, () => 'line-2')).draft.earlyPayment).toEqual(early);
  });

  it.each([
    [{}, 'invalid_value', '/early_payment/percentage'],
    [{ percentage: 0, days: 10 }, 'invalid_value', '/early_payment/percentage'],
    [{ percentage: 101, days: 10 }, 'invalid_value', '/early_payment/percentage'],
    [{ percentage: 2.00001, days: 10 }, 'too_many_decimals', '/early_payment/percentage'],
    [{ percentage: 2 }, 'invalid_value', '/early_payment/days'],
    [{ percentage: 2, days: 366 }, 'invalid_value', '/early_payment/days'],
    [{ percentage: 2, days: 1.5 }, 'invalid_value', '/early_payment/days'],
    [{ percentage: 2, days: 10, net: 30 }, 'unknown_field', '/early_payment/net'],
    ['2% 10', 'invalid_value', '/early_payment'],
  ])('given as %j are refused', (asked, code, pointer) => {
    const answer = read({ earlyPayment: asked });
    expect(isRejection(answer) ? [answer.rejected, answer.pointer] : 'accepted').toEqual([code, pointer]);
  });
});
