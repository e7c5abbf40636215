// How an invoice ends without being paid, with whatever lies on it: void by each disposition, written off, recovered.
import { accounts, creditOf, does, refusedWithoutTrace } from '../support/e2e-commands.ts';
import { good } from '../support/e2e-http.ts';
import { newInvoice, type Organization, pay } from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look, words } from '../support/e2e-story.ts';

let user: Organization;
beforeAll(async () => {
  user = await ownOrganization();
});

async function partPaid(amount: number) {
  const { id, customer } = await newInvoice(user, { action: 'issue' });
  await good(pay(user, id, { amount_cents: amount }), 200);
  return { id, customer: customer.id };
}

describe('void with a disposition', () => {
  it.each([
    ['refund', {}, 0],
    ['credit', { 1000: 1_000, 2100: -1_000 }, 1_000],
    ['leave_unapplied', { 1000: 1_000, 2110: -1_000 }, 0],
  ] as const)('of %s leaves nothing of the invoice in the books but that', async (type, left, credit) => {
    const { id, customer } = await partPaid(1_000);
    const voided = await does(user, id, 'void', { disposition: [{ type, amount_cents: 1_000 }] });
    expect(words(voided)).toEqual(['void', 'void']);
    expect(voided).toMatchObject({ amount_due_cents: 0, is_processing: false, voiding: null });
    expect(accounts((await look(user, id)).entries)).toEqual(left);
    expect(await creditOf(user, customer)).toBe(credit);
  });

  it('divides what was paid as it is told', async () => {
    const { id, customer } = await partPaid(1_000);
    const voided = await does(user, id, 'void', {
      reason: 'mistake',
      disposition: [
        { type: 'refund', amount_cents: 600 },
        { type: 'credit', amount_cents: 300 },
        { type: 'leave_unapplied', amount_cents: 100 },
      ],
    });
    expect(voided).toMatchObject({
      status: 'void',
      void_reason: 'mistake',
      refunds: [{ amount_cents: 600 }],
    });
    expect(accounts((await look(user, id)).entries)).toEqual({ 1000: 400, 2100: -300, 2110: -100 });
    expect(await creditOf(user, customer)).toBe(300);
    for (const path of ['send', 'void', 'write_off', 'apply_credit', 'credit_notes']) {
      expect(await refusedWithoutTrace(user, id, path)).toEqual([409, 'already_void']);
    }
  });

  it('that does not fit what lies there is refused without a trace', async () => {
    const { id } = await partPaid(1_000);
    expect(await refusedWithoutTrace(user, id, 'void')).toEqual([409, 'net_paid_not_zero']);
    for (const amount of [999, 1_001]) {
      const disposition = [{ type: 'credit', amount_cents: amount }];
      expect(await refusedWithoutTrace(user, id, 'void', { disposition })).toEqual([
        422,
        'disposition_mismatch',
        '/disposition',
      ]);
    }
    const action = (await look(user, id)).available_actions.find(({ name }) => name === 'void');
    expect(action).toMatchObject({ allowed: true, requires: ['disposition'] });
  });
});

describe('an invoice that nobody pays', () => {
  it('is written off, and what comes in later is a recovery until all of it has', async () => {
    const { id } = await partPaid(885);
    const off = await does(user, id, 'write_off', { reason: 'insolvent' });
    expect(words(off)).toEqual(['uncollectible', 'uncollectible']);
    expect(off).toMatchObject({ amount_due_cents: 0, written_off_cents: 5_000 });
    expect(accounts((await look(user, id)).entries)).toEqual({
      1000: 885,
      2200: -385,
      4000: -5_500,
      6000: 5_000,
    });
    for (const path of ['void', 'write_off', 'remind', 'hold', 'apply_credit']) {
      const body = path === 'hold' ? { kind: 'dispute' } : {};
      expect(await refusedWithoutTrace(user, id, path, body)).toEqual([409, 'wrong_status']);
    }
    const part = await good(pay(user, id, { amount_cents: 2_000 }), 200);
    expect(part).toMatchObject({ status: 'uncollectible', written_off_cents: 3_000, recovered_cents: 2_000 });
    const { entries } = await look(user, id);
    expect(entries.slice(-2).map(({ type }) => type)).toEqual(['recovered', 'payment_recorded']);
    const whole = await good(pay(user, id), 200);
    expect(whole).toMatchObject({ status: 'paid', written_off_cents: 0, amount_paid_cents: 5_885 });
    expect(accounts((await look(user, id)).entries)).toEqual({ 1000: 5_885, 2200: -385, 4000: -5_500 });
  });
});
