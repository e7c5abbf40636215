import {
  amountDue,
  amountPaid,
  isPartiallyPaid,
  lateFeeTotal,
  outstandingPrincipal,
} from '../../../src/domain/invoice/invoice.ts';
import { AMOUNT_MAX } from '../../../src/domain/money.ts';
import {
  after,
  created,
  draft,
  events,
  given,
  issued,
  must,
  openStory,
  pay,
  payment,
  policy,
  priced,
  refusal,
  terms,
  wake,
  when,
} from '../given.ts';

const open = given(created(), issued);

describe('recordPayment', () => {
  it('takes all that is due, today, where nothing else is said', () => {
    expect(must(when(open, pay()))).toEqual({
      events: [
        {
          type: 'invoice.payment_recorded',
          payment: {
            id: 'new-1',
            amount: 5885,
            applied: 5885,
            unapplied: 0,
            refunded: 0,
            tip: 0,
            recovery: false,
            provider: null,
            providerPaymentId: null,
            date: '2026-03-02',
            method: 'check',
            depositToAccountId: null,
            reference: null,
            note: null,
            status: 'succeeded',
            createdAt: '2026-03-02T10:00:00.000Z',
          },
        },
        { type: 'invoice.paid' },
      ],
      conditions: [],
      told: { paymentId: 'new-1' },
    });
  });

  it.each([
    // amount, applied, unapplied, then
    [1, 1, 0, { type: 'invoice.partially_paid', amountDue: 5884 }],
    [5884, 5884, 0, { type: 'invoice.partially_paid', amountDue: 1 }],
    [5885, 5885, 0, { type: 'invoice.paid' }],
    [5886, 5885, 1, { type: 'invoice.paid' }],
    [AMOUNT_MAX, 5885, AMOUNT_MAX - 5885, { type: 'invoice.paid' }],
  ])('of %i applies %i and credits %i', (amount, applied, unapplied, then) => {
    expect(events(open, pay(amount))).toEqual([
      { type: 'invoice.payment_recorded', payment: expect.objectContaining({ amount, applied, unapplied }) },
      then,
    ]);
  });

  it('pays the rest after a part', () => {
    const partly = given(created(), issued, payment(885));
    expect(isPartiallyPaid(partly)).toBe(true);
    expect(events(partly, pay())).toMatchObject([{ payment: { amount: 5000 } }, { type: 'invoice.paid' }]);
    expect(events(partly, pay(5000))).toMatchObject([
      { payment: { applied: 5000 } },
      { type: 'invoice.paid' },
    ]);
  });

  it.each([
    ['zero', 0],
    ['negative', -1],
    ['half a cent', 0.5],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['1e308', 1e308],
    ['one above the cap', AMOUNT_MAX + 1],
    ['beyond exact numbers', Number.MAX_SAFE_INTEGER + 1],
  ])('refuses an amount that is %s', (_, amount) => {
    expect(refusal(open, pay(amount))).toMatchObject({
      rejected: 'invalid_amount',
      pointer: '/amount_cents',
    });
  });

  it.each([
    ['by the command', pay(5886, { overpayment: 'refuse' }), policy],
    ['by the policy', pay(5886), { ...policy, overpayment: 'refuse' as const }],
  ])('refuses more than what is due where that is asked %s', (_, command, by) => {
    expect(refusal(given(created(draft(), by), issued), command)).toMatchObject({
      rejected: 'amount_exceeds_due',
      message: 'The amount is above what is due (5885). Pay at most that, or allow overpayment.',
      data: { due: 5885 },
      pointer: '/amount_cents',
    });
  });

  it('takes more than what is due where the command allows what the policy refuses, and exactly that in any case', () => {
    const strict = given(created(draft(), { ...policy, overpayment: 'refuse' }), issued);
    expect(events(strict, pay(5886, { overpayment: 'credit' }))).toHaveLength(2);
    expect(events(strict, pay(5885))).toHaveLength(2);
  });

  it.each([
    ['UTC', '2026-03-02T23:59:59.999Z', '2026-03-02', true],
    ['UTC', '2026-03-02T23:59:59.999Z', '2026-03-03', false],
    ['Pacific/Kiritimati', '2026-03-02T10:00:00.000Z', '2026-03-03', true], // already tomorrow there
    ['Pacific/Niue', '2026-03-02T10:00:00.000Z', '2026-03-02', false], // still yesterday there
    ['UTC', '2026-03-02T10:00:00.000Z', '1999-12-31', true],
  ])('in %s at %s, dated %s: accepted %p', (timeZone, now, date, accepted) => {
    const answer = when(given(created(draft({ timeZone })), issued), pay(1, { date }), now);
    expect(answer).toMatchObject(
      accepted ? { told: { paymentId: 'new-1' } } : { rejected: 'date_in_future', pointer: '/date' },
    );
  });

  it('keeps method, account, reference and note', () => {
    const command = pay(1, { method: 'ach', depositToAccountId: 'bank', reference: 'R-1', note: 'thanks' });
    expect(events(open, command)[0]).toMatchObject({
      payment: { method: 'ach', depositToAccountId: 'bank', reference: 'R-1', note: 'thanks' },
    });
  });

  it('covers principal before late fees', () => {
    const story = wake(
      openStory(priced(5115, { dueDate: '2026-04-01', lateFeeTerms: terms() })),
      '2026-04-02T00:00:00.000Z',
    );
    expect(amountDue(story.invoice)).toBe(6115);
    const partly = after(story, pay(5000), '2026-04-02T10:00:00.000Z');
    expect(outstandingPrincipal(partly.invoice)).toBe(115);
    const more = after(partly, pay(600), '2026-04-02T11:00:00.000Z');
    expect(outstandingPrincipal(more.invoice)).toBe(0);
    expect([amountDue(more.invoice), amountPaid(more.invoice), lateFeeTotal(more.invoice)]).toEqual([
      515, 5600, 1000,
    ]);
    expect(after(more, pay(), '2026-04-02T12:00:00.000Z').invoice).toMatchObject({
      status: 'paid',
      paidAt: '2026-04-02T12:00:00.000Z',
    });
  });
});
