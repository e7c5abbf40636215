// What one message says over all open invoices of a customer.
import fc from 'fast-check';
import { plusDays } from '../../../src/domain/calendar.ts';
import { groupsOf, letterOf, type OpenInvoice } from '../../../src/domain/dunning/letter.ts';

const today = '2026-06-15';
const at = '2026-06-15T10:00:00.000Z';

let made = 0;
function open(daysOverdue: number, change: Partial<OpenInvoice> = {}): OpenInvoice {
  made += 1;
  const dueDate = plusDays(today, -daysOverdue);
  return {
    id: `invoice-${made}`,
    number: `INV-${String(made).padStart(4, '0')}`,
    currency: 'USD',
    due: 1_000,
    dueDate,
    dueAt: `${plusDays(dueDate, 1)}T00:00:00.000Z`,
    standing: 'open',
    ...change,
  };
}

it('lists the oldest first, what is overdue before what is still to come, with their sums', () => {
  const [young, upcoming, old] = [open(3, { due: 300 }), open(-5, { due: 50 }), open(30, { due: 7_000 })];
  const letter = letterOf([young, upcoming, old], {}, at, today);
  expect(letter?.daysOverdue).toBe(30);
  expect(letter?.invoiceIds).toEqual([old.id, young.id, upcoming.id]);
  expect(letter?.sections).toMatchObject([
    {
      currency: 'USD',
      overdueTotal: 7_300,
      total: 7_350,
      overdue: [{ daysOverdue: 30 }, { daysOverdue: 3 }],
    },
  ]);
  expect(letter?.sections[0]?.upcoming.map(({ daysOverdue }) => daysOverdue)).toEqual([0]);
});

it('tells currencies apart and leaves out what is held, processed, covered or not overdue in its currency', () => {
  const invoices = [
    open(10, { currency: 'USD' }),
    open(20, { currency: 'EUR' }),
    open(40, { currency: 'USD', standing: 'held' }),
    open(40, { currency: 'USD', standing: 'processing' }),
    open(50, { currency: 'JPY' }),
    open(-3, { currency: 'GBP' }),
  ];
  const letter = letterOf(invoices, { JPY: 1_000 }, at, today);
  expect(letter?.sections.map(({ currency, total }) => [currency, total])).toEqual([
    ['EUR', 1_000],
    ['USD', 1_000],
  ]);
  expect(letter?.daysOverdue).toBe(20);
});

it('is none where nothing is asked for', () => {
  expect(letterOf([], {}, at, today)).toBeNull();
  expect(letterOf([open(-1)], {}, at, today)).toBeNull();
  expect(letterOf([open(9, { standing: 'held' })], {}, at, today)).toBeNull();
});

const anyInvoice = fc
  .record({
    days: fc.integer({ min: -30, max: 90 }),
    currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    due: fc.integer({ min: 1, max: 9_999 }),
    standing: fc.constantFrom('open' as const, 'held' as const, 'processing' as const),
  })
  .map(({ days, ...change }) => open(days, change));

it('holds every open invoice of its currencies once, and its sums are theirs', () => {
  fc.assert(
    fc.property(fc.array(anyInvoice, { maxLength: 40 }), (invoices) => {
      const letter = letterOf(invoices, {}, at, today);
      const overdue = groupsOf(invoices, at).filter(({ standing }) => standing === 'open');
      const currencies = overdue.map(({ currency }) => currency).sort();
      const wanted = invoices.filter((one) => one.standing === 'open' && currencies.includes(one.currency));
      expect([...(letter?.invoiceIds ?? [])].sort()).toEqual(wanted.map(({ id }) => id).sort());
      for (const section of letter?.sections ?? []) {
        const due = overdue.find(({ currency }) => currency === section.currency)?.due;
        expect(section.overdueTotal).toBe(due);
        const dates = section.overdue.map(({ dueDate }) => dueDate);
        expect(dates).toEqual(dates.toSorted());
      }
      expect((letter?.sections ?? []).map(({ currency }) => currency)).toEqual(currencies);
    }),
  );
});
