import { checkDraft, readDraft } from '../../../src/domain/invoice/draft.ts';
import { checkInstallmentDates, installmentRows } from '../../../src/domain/invoice/installments.ts';
import type { CreditNote, InstallmentPart, InstallmentTerms } from '../../../src/domain/invoice/invoice.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { created, given, issued, payment, policy, priced, start } from '../given.ts';

const day = (index: number) => `2026-04-${String(index + 1).padStart(2, '0')}`;
const part = (type: 'percentage' | 'fixed', value: number | string, index: number): InstallmentPart => ({
  type,
  value,
  dueDate: day(index),
});
const percents = (...values: readonly string[]) =>
  values.map((value, index) => part('percentage', value, index + 1));
const amounts = (...values: readonly number[]) =>
  values.map((value, index) => part('fixed', value, index + 1));

const rows = (total: number, terms: InstallmentTerms, paid = 0, now = start) =>
  installmentRows(
    given(created(priced(total, { installments: terms })), issued, ...(paid === 0 ? [] : [payment(paid)])),
    now,
  );

describe('instalments', () => {
  it.each([
    ['of a total', 10_000, null, percents('50', '50'), [5000, 5000]],
    ['rounded half up', 10_001, null, percents('50', '50'), [5001, 5000]],
    [
      'of which the last takes the remainder',
      100,
      null,
      percents('33.3333', '33.3333', '33.3334'),
      [33, 33, 34],
    ],
    [
      'of what a deposit leaves',
      10_000,
      part('percentage', '20', 0),
      percents('25', '75'),
      [2000, 2000, 6000],
    ],
    ['after a deposit rounded half up', 125, part('percentage', '10', 0), percents('50', '50'), [13, 56, 56]],
    ['after a fixed deposit', 10_000, part('fixed', 2500, 0), amounts(5000, 2500), [2500, 5000, 2500]],
    [
      'of next to nothing are never more than is left',
      3,
      null,
      percents('20', '20', '20', '20', '20'),
      [1, 1, 1, 0, 0],
    ],
    ['of nothing', 0, null, percents('50', '50'), [0, 0]],
    ['after a deposit of everything', 100, part('percentage', '100', 0), percents('50', '50'), [100, 0, 0]],
  ] as const)('%s', (_, total, deposit, schedule, expected) => {
    const result = rows(total, { deposit, schedule });
    expect(result.map((row) => row.amount)).toEqual(expected);
    expect(result.map((row) => row.kind)).toEqual(
      expected.map((_one, index) => (index === 0 && deposit !== null ? 'deposit' : 'installment')),
    );
  });

  it('are none without terms', () => {
    expect(installmentRows(given(created(priced(100)), issued), start)).toEqual([]);
  });

  const thirds = { deposit: part('fixed', 1000, 0), schedule: amounts(4000, 5000) };
  it.each([
    [0, [0, 0, 0], ['due', 'due', 'due']],
    [400, [400, 0, 0], ['partially_paid', 'due', 'due']],
    [1000, [1000, 0, 0], ['paid', 'due', 'due']],
    [5001, [1000, 4000, 1], ['paid', 'paid', 'partially_paid']],
    [10_000, [1000, 4000, 5000], ['paid', 'paid', 'paid']],
  ])('with %i paid are filled from the earliest', (paid, filled, statuses) => {
    const result = rows(10_000, thirds, paid);
    expect(result.map((row) => row.paid)).toEqual(filled);
    expect(result.map((row) => row.status)).toEqual(statuses);
  });

  it('are overdue from the day after, partly paid or not, in the zone of the invoice', () => {
    const statuses = (now: string) => rows(10_000, thirds, 400, now).map((row) => row.status);
    expect(statuses('2026-04-01T23:59:59.999Z')).toEqual(['partially_paid', 'due', 'due']);
    expect(statuses('2026-04-02T00:00:00.000Z')).toEqual(['overdue', 'due', 'due']);
    expect(statuses('2026-04-03T00:00:00.000Z')).toEqual(['overdue', 'overdue', 'due']);
  });

  it('are never overdue on an invoice that is closed', () => {
    const invoice = given(created(priced(10_000, { installments: thirds })), issued);
    const late = '2027-01-01T00:00:00.000Z';
    expect(installmentRows({ ...invoice, status: 'void' }, late).map((row) => row.status)).toEqual([
      'due',
      'due',
      'due',
    ]);
  });

  it('are filled by credit and credit notes as by money', () => {
    const invoice = given(created(priced(10_000, { installments: thirds })), issued, payment(500));
    const note = { kind: 'credit_note', amount: 300, reversedBehind: null } as CreditNote;
    const settled = {
      ...invoice,
      creditApplications: [{ id: 'a', amount: 200, date: '2026-03-02' }],
      creditNotes: [note],
    };
    expect(installmentRows(settled, start).map((row) => row.paid)).toEqual([1000, 0, 0]);
  });
});

const fault = (change: Fields, total = 10_000) => {
  const draft = readDraft(
    { customerId: 'c1', issueDate: '2026-03-02', lineItemsAttributes: [{ rate: total }], ...change },
    { currency: 'USD', timeZone: 'UTC', newId: () => 'line-1' },
  );
  const refusal = isRejection(draft) ? draft : checkDraft(draft, policy);
  return refusal === null ? ['accepted'] : [refusal.rejected, refusal.pointer];
};

describe('instalments that are asked for', () => {
  const halves = percents('50', '50');
  const [first, second] = halves;

  it.each([
    [{ schedule: halves }],
    [{ deposit: null, schedule: halves }],
    [{ deposit: part('percentage', 20, 0), schedule: percents('33.3333', '33.3333', '33.3334') }],
    [{ deposit: part('fixed', 10_000, 0), schedule: halves }],
    [{ schedule: amounts(9_999, 1) }],
    [{ schedule: Array.from({ length: 12 }, (_, index) => part('percentage', index < 11 ? 9 : 1, index)) }],
    [{ schedule: [part('percentage', 50, 1), part('percentage', 50, 5)] }],
  ])('as %j are taken', (installments) => {
    expect(fault({ installments })).toEqual(['accepted']);
  });

  it.each([
    // terms, code, pointer below /installments
    [{ schedule: percents('50', '49.9999') }, 'invalid_installments', '/schedule'],
    [{ schedule: percents('50', '50.0001') }, 'invalid_installments', '/schedule'],
    [{ schedule: amounts(5000, 4999) }, 'invalid_installments', '/schedule'],
    [{ schedule: amounts(5000, 5001) }, 'invalid_installments', '/schedule'],
    [{ deposit: part('fixed', 1, 0), schedule: amounts(5000, 5000) }, 'invalid_installments', '/schedule'],
    [{ schedule: [part('fixed', 5000, 1), part('percentage', 50, 2)] }, 'invalid_installments', '/schedule'],
    [{ deposit: part('fixed', 10_001, 0), schedule: halves }, 'invalid_installments', '/deposit/value'],
    [{ schedule: [second, first] }, 'invalid_installments', '/schedule/1/due_date'],
    [{ schedule: [first, first] }, 'invalid_installments', '/schedule/1/due_date'],
    [
      { deposit: part('percentage', 10, 5), schedule: halves },
      'invalid_installments',
      '/schedule/0/due_date',
    ],
    [
      { schedule: [{ ...first, dueDate: '2026-03-01' }, second] },
      'invalid_installments',
      '/schedule/0/due_date',
    ],
    [
      { deposit: { ...first, dueDate: '2026-03-01' }, schedule: halves },
      'invalid_installments',
      '/deposit/due_date',
    ],
    [{ schedule: [first] }, 'invalid_value', '/schedule'],
    [{}, 'invalid_value', '/schedule'],
    [{ schedule: Array.from({ length: 13 }, () => first) }, 'invalid_value', '/schedule'],
    [{ schedule: 'monthly' }, 'invalid_value', '/schedule'],
    [{ schedule: [first, { ...second, value: 0 }] }, 'invalid_value', '/schedule/1/value'],
    [{ schedule: [first, { ...second, value: 101 }] }, 'invalid_value', '/schedule/1/value'],
    [{ schedule: [first, { ...second, type: 'rest' }] }, 'invalid_value', '/schedule/1/type'],
    [{ schedule: [first, { ...second, dueDate: '2026-02-30' }] }, 'invalid_date', '/schedule/1/due_date'],
    [{ schedule: [first, { ...second, dueDate: undefined }] }, 'invalid_date', '/schedule/1/due_date'],
    [{ schedule: [first, { ...second, amount: 5 }] }, 'unknown_field', '/schedule/1/amount'],
    [{ deposit: 5, schedule: halves }, 'invalid_value', '/deposit'],
    [{ deposit: { ...first, value: 0 }, schedule: halves }, 'invalid_value', '/deposit/value'],
    [{ deposits: [], schedule: halves }, 'unknown_field', '/deposits'],
  ])('as %j are refused', (installments, code, pointer) => {
    expect(fault({ installments })).toEqual([code, `/installments${pointer}`]);
  });

  it('may begin on the issue date itself, which is checked again once it is known', () => {
    const terms: InstallmentTerms = { deposit: null, schedule: halves };
    expect(checkInstallmentDates(terms, day(1))).toBeNull();
    expect(checkInstallmentDates(terms, day(2))).toMatchObject({
      rejected: 'invalid_installments',
      pointer: '/installments/schedule/0/due_date',
    });
    expect(checkInstallmentDates(terms, null)).toBeNull();
    expect(checkInstallmentDates(null, day(2))).toBeNull();
  });
});
