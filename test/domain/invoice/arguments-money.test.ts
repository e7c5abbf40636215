import { checkArguments, readCommand } from '../../../src/domain/invoice/arguments.ts';
import type { CommandOnName } from '../../../src/domain/invoice/command.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { created, given, issued, pay } from '../given.ts';
import { applyCredit, creditNote, refund, reverse, voidWith } from '../money-commands.ts';

const open = given(created(), issued);
const read = (name: CommandOnName, args: Fields) => readCommand(name, args, open, () => 'line-new');
const fault = (answer: unknown) =>
  isRejection(answer) ? [answer.rejected, answer.pointer] : ['accepted', undefined];

describe('what a command about money says', () => {
  it.each([
    ['recordPayment', {}, pay(null, { method: 'other' })],
    [
      'recordPayment',
      { amount: 5, tip: 2, provider: 'sandbox', providerPaymentId: 'pi_1' },
      pay(5, { method: 'other', tip: 2, provider: 'sandbox', providerPaymentId: 'pi_1' }),
    ],
    ['reversePayment', { paymentId: 'p', reason: 'bounced' }, reverse('p', 'bounced')],
    ['reversePayment', {}, reverse(null)],
    ['refundPayment', {}, refund()],
    [
      'refundPayment',
      { paymentId: 'p', amount: 7, mode: 'credit', reason: 'r' },
      refund(7, { paymentId: 'p', mode: 'credit', reason: 'r' }),
    ],
    ['applyCredit', {}, applyCredit()],
    ['applyCredit', { amount: 7 }, applyCredit(7)],
    ['issueCreditNote', {}, creditNote()],
    ['issueCreditNote', { amount: 7 }, creditNote(7)],
    [
      'issueCreditNote',
      { lineItems: [{ id: 'line-1', amount: 7 }, { id: 'line-2' }] },
      creditNote(null, [
        { id: 'line-1', amount: 7 },
        { id: 'line-2', amount: null },
      ]),
    ],
    ['waiveLateFee', {}, { name: 'waiveLateFee', occurrence: null, reason: null }],
    ['waiveLateFee', { occurrence: 2 }, { name: 'waiveLateFee', occurrence: 2, reason: null }],
    ['writeOff', { reason: 'r' }, { name: 'writeOff', reason: 'r' }],
    [
      'void',
      {
        disposition: [
          { type: 'refund', amount: 1 },
          { type: 'credit', amount: 2 },
          { type: 'leave_unapplied', amount: 3 },
        ],
      },
      voidWith({ refund: 1, credit: 2, leave_unapplied: 3 }),
    ],
    ['void', { disposition: null }, { name: 'void', reason: null, disposition: null }],
  ] as const)('%s %j is read', (name, args, command) => {
    expect(checkArguments(name, args)).toBeNull();
    expect(read(name, args)).toEqual(command);
  });

  it.each([
    ['recordPayment', { tip: -1 }, 'invalid_amount', '/tip_cents'],
    ['recordPayment', { provider: 'sandbox' }, 'invalid_value', '/provider_payment_id'],
    ['recordPayment', { providerPaymentId: 'pi_1' }, 'invalid_value', '/provider'],
    ['reversePayment', { amount: 5 }, 'unknown_field', '/amount'],
    ['refundPayment', { amount: 0.5 }, 'invalid_amount', '/amount_cents'],
    ['refundPayment', { mode: 'maybe' }, 'invalid_value', '/mode'],
    ['applyCredit', { amount: '7' }, 'invalid_amount', '/amount_cents'],
    ['issueCreditNote', { lineItems: [] }, 'invalid_value', '/line_items'],
    ['issueCreditNote', { lineItems: [{ amount: 1 }] }, 'invalid_value', '/line_items/0/id'],
    ['issueCreditNote', { lineItems: [{ id: 'line-1' }], amount: 1 }, 'conflicting_fields', '/line_items'],
    ['waiveLateFee', { occurrence: 0 }, 'invalid_value', '/occurrence'],
    ['void', { disposition: 'refund' }, 'invalid_value', '/disposition'],
    ['void', { disposition: [{ type: 'burn', amount: 1 }] }, 'invalid_value', '/disposition/0/type'],
    ['void', { disposition: [{ type: 'refund' }] }, 'invalid_amount', '/disposition/0/amount_cents'],
  ] as const)('%s %j is refused', (name, args, code, pointer) => {
    expect(fault(checkArguments(name, args))).toEqual([code, pointer]);
    expect(fault(read(name, args))).toEqual([code, pointer]);
  });
});
