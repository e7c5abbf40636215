// Arbitrary JSON, most of it with the names of real fields: nothing that comes in may throw.
import fc from 'fast-check';
import { checkArguments, readCommand } from '../../../src/domain/invoice/arguments.ts';
import { type CommandOnName, commandTable } from '../../../src/domain/invoice/command.ts';
import { decide } from '../../../src/domain/invoice/commands.ts';
import { readDraft } from '../../../src/domain/invoice/draft.ts';
import { fingerprint } from '../../../src/domain/fingerprint.ts';
import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection, isRejectionCode } from '../../../src/domain/rejection.ts';
import { circumstances, create, created, given, issued } from '../given.ts';

const names = Object.keys(commandTable) as CommandOnName[];
const drafted = given(created());
const open = given(created(), issued);

const fields = [
  'amount',
  'date',
  'paymentMethod',
  'method',
  'note',
  'deliver',
  'to',
  'phone',
  'channel',
  'reason',
  'commandId',
  'notAfter',
  'expectedVersion',
  'clockOffset',
  'customerId',
  'currency',
  'timeZone',
  'invoiceNumber',
  'issueDate',
  'dueDate',
  'terms',
  'metadata',
  'taxes',
  'taxRates',
  'discount',
  'discounts',
  'tips',
  'installments',
  'earlyPayment',
  'attachments',
  'lateFees',
  'reminders',
  'lineItemsAttributes',
  '__proto__',
  'toString',
];
/** With no more than these an argument now and then has the right ones. */
const own: Readonly<Partial<Record<CommandOnName, readonly string[]>>> = {
  hold: ['kind', 'until', 'note'],
  resume: ['kind'],
  schedule: ['sendAt', 'timeZone'],
  attach: ['attachments'],
  setLateFees: ['lateFees', 'type', 'value', 'frequency', 'graceDays', 'cap', 'compounding'],
  setReminders: ['reminders', 'steps'],
  recordPayment: ['amount', 'date', 'tip', 'provider', 'providerPaymentId'],
  reversePayment: ['paymentId'],
  refundPayment: ['paymentId', 'amount', 'mode'],
  void: ['disposition'],
  waiveLateFee: ['occurrence'],
  applyCredit: ['amount'],
  issueCreditNote: ['amount', 'lineItems'],
};
const inner = [
  'id',
  '_destroy',
  'quantity',
  'rate',
  'amount',
  'taxable',
  'taxRates',
  'taxes',
  'discount',
  'discounts',
  'discountable',
  'productIds',
  'percentages',
  'percentage',
  'days',
  'deposit',
  'schedule',
  'dueDate',
  'fileId',
  'size',
  'name',
  'inclusive',
  'type',
  'value',
  'frequency',
  'interval',
  'intervalCount',
  'cap',
  'graceDays',
  'steps',
  'offsetDays',
  'localTime',
  '__proto__',
];
const scalar = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    -0,
    0.5,
    1,
    5115,
    1e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.MAX_SAFE_INTEGER,
    '',
    '7',
    '1e-9',
    'USD',
    'UTC',
    '9999-12-31',
    '1970-01-01',
    '2026-03-02',
    '2031-03-02',
    '2031-03-02T09:00',
    '2031-03-02T09:00Z',
    '+275760-09-14T00:00Z',
    'promise',
    'dispute',
    'refund',
    'credit',
    'NET 999',
    '2% 10 NET 30',
    'line-1',
    'week',
    'fixed',
    'percentage',
    '__proto__',
    '\u0000',
    '\ud800',
  ),
);
const object = (keys: readonly string[], values: fc.Arbitrary<unknown>) =>
  fc
    .array(fc.tuple(fc.constantFrom(...keys), values), { maxLength: 8 })
    .map((pairs) => Object.fromEntries(pairs));
const nested = fc.oneof(
  scalar,
  object(inner, scalar),
  fc.array(object(inner, fc.oneof(scalar, object(inner, scalar))), { maxLength: 3 }),
);
const anything: fc.Arbitrary<Fields> = object(fields, nested);

/** Read or refused with a code and a pointer, and decided without a throw where it was read. */
function isSound(name: CommandOnName, args: Fields, invoice: Invoice): boolean {
  const command = readCommand(name, args, invoice, () => 'line-new');
  const answer = isRejection(command) ? command : decide(invoice, command, circumstances());
  if (isRejection(answer) && (!isRejectionCode(answer.rejected) || answer.message === '')) return false;
  const fault = checkArguments(name, args);
  if (fault !== null && !isRejection(command)) return false;
  return !isRejection(command) || command.pointer?.startsWith('/') === true;
}

describe('whatever comes in', () => {
  it('under the names of a command’s own fields is read or refused, and decided without a throw', () => {
    const asked = fc
      .constantFrom(...(Object.keys(own) as (keyof typeof own)[]))
      .chain((name) => fc.tuple(fc.constant(name), object(own[name] ?? [], nested)));
    fc.assert(
      fc.property(asked, fc.constantFrom(drafted, open), ([name, args], invoice) => {
        expect(isSound(name, args, invoice)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is read or refused with a code and a pointer, and what was read is decided without a throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        anything,
        fc.constantFrom(drafted, open),
        (name, args, invoice) => {
          expect(isSound(name, args, invoice)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('as a document is read or refused, and what was read is decided without a throw', () => {
    const withLines = fc.tuple(anything, nested).map(([args, lines]) => ({
      ...args,
      customerId: 'c1',
      lineItemsAttributes: Array.isArray(lines) && lines.length > 0 ? lines : [{ rate: 100 }],
    }));
    const defaults = { currency: 'USD', timeZone: 'UTC', newId: () => 'line' };
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(anything, withLines),
        fc.constantFrom('draft' as const, 'send' as const),
        (args, action) => {
          const draft = readDraft(args, defaults);
          const answer = isRejection(draft)
            ? draft
            : decide(null, create({ draft, action }), circumstances());
          accepted += isRejection(answer) ? 0 : 1;
          expect(!isRejection(answer) || isRejectionCode(answer.rejected)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
    // Or nothing would ever get past the reader.
    expect(accepted).toBeGreaterThan(100);
  });

  it('as any JSON at all is taken as an argument or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        const answer = checkArguments(name, value);
        expect(answer === null || isRejectionCode(answer.rejected)).toBe(true);
      }),
    );
  });
});

describe('a fingerprint', () => {
  it('is the same for the same content whatever the order of its keys, and another for another', () => {
    expect(fingerprint({ a: 1, b: [{ c: 2, d: null }] })).toBe(fingerprint({ b: [{ d: null, c: 2 }], a: 1 }));
    const all = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: { 0: 1 } }, { b: 1 }, {}, null, [], [null], [[]]];
    expect(new Set(all.map(fingerprint)).size).toBe(all.length);
    expect(fingerprint({ a: 1, b: undefined })).toBe(fingerprint({ a: 1 }));
  });

  it('survives what is nested too deep for a stack', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(fingerprint(deep)).toMatch(/^[0-9a-f]{16}$/);
    expect(isRejection(readCommand('send', { to: deep }, open, () => 'x'))).toBe(true);
  });
});
