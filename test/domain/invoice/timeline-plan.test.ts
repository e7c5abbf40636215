// What the timeline announces of holds, scheduled sends and instalments, and what it tells of them afterwards.
import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import { timeline, type TimelineEntry } from '../../../src/domain/invoice/timeline.ts';
import {
  after,
  create,
  happens,
  openStory,
  pay,
  priced,
  start,
  step,
  type Story,
  terms,
  update,
  voidIt,
  wake,
} from '../given.ts';
import { applyCredit, creditNote, refund, reverse, waive, writeOff } from '../money-commands.ts';
import {
  attach,
  dispute,
  promise,
  resume,
  schedule,
  setLateFees,
  setReminders,
  unschedule,
} from '../plan-commands.ts';

const document = priced(10_000, {
  issueDate: '2026-03-02',
  dueDate: '2026-04-01',
  lateFeeTerms: terms({ interval: 'day', cap: 3000 }),
  reminderSteps: [step({ id: 'third', offsetDays: 2 }), step({ id: 'tenth', offsetDays: 9 })],
});
const story = openStory(document);
const brief = (one: TimelineEntry) => [one.at.slice(0, 10), one.kind, one.status, one.reason];
const plan = ({ invoice }: { readonly invoice: Invoice }, now?: string) =>
  timeline(invoice, now).entries.map(brief);
/** Without what came before a day. */
const from = (day: string, told: Story) => plan(told).filter((row) => String(row[0]) >= day);

describe('the timeline under a hold', () => {
  it('lists what falls into a promise as suspended, its end, and the plan that goes on', () => {
    const held = after(story, promise('2026-04-03', 'not their words'), '2026-03-20T10:00:00.000Z');
    expect(plan(held)).toEqual([
      ['2026-03-02', 'issue', 'done', null],
      ['2026-03-20', 'hold', 'done', 'promise'],
      ['2026-04-02', 'overdue', 'planned', null],
      ['2026-04-02', 'late_fee', 'suspended', 'suspended'],
      ['2026-04-03', 'late_fee', 'suspended', 'suspended'],
      ['2026-04-03', 'reminder', 'suspended', 'suspended'],
      ['2026-04-04', 'promise_broken', 'planned', 'promise'],
      ['2026-04-04', 'late_fee', 'planned', null],
      ['2026-04-05', 'late_fee', 'planned', null],
      ['2026-04-06', 'late_fee', 'planned', null],
      ['2026-04-10', 'reminder', 'planned', null],
    ]);
    expect(JSON.stringify(timeline(held.invoice))).not.toContain('not their words');
  });

  it('tells it as skipped once it has passed, and that the promise was broken', () => {
    const held = after(story, promise('2026-04-03'), '2026-03-20T10:00:00.000Z');
    expect(from('2026-03-03', wake(held, '2026-04-04T12:00:00.000Z'))).toEqual([
      ['2026-03-20', 'hold', 'done', 'promise'],
      ['2026-04-02', 'overdue', 'done', null],
      ['2026-04-02', 'late_fee', 'skipped', 'suspended'],
      ['2026-04-03', 'late_fee', 'skipped', 'suspended'],
      ['2026-04-03', 'reminder', 'skipped', 'suspended'],
      ['2026-04-04', 'promise_broken', 'done', 'promise'],
      ['2026-04-04', 'late_fee', 'done', null],
      ['2026-04-05', 'late_fee', 'planned', null],
      ['2026-04-06', 'late_fee', 'planned', null],
      ['2026-04-10', 'reminder', 'planned', null],
    ]);
  });

  it('of a dispute without a date lists twelve fees, and every reminder behind them, as suspended', () => {
    const endless = openStory({ ...document, lateFeeTerms: terms({ interval: 'hour' }) });
    const { entries, truncated } = timeline(after(endless, dispute()).invoice);
    expect(truncated).toBe(true);
    expect(entries.filter((one) => one.kind === 'late_fee').map((one) => one.status)).toEqual(
      Array.from({ length: 12 }, () => 'suspended'),
    );
    expect(entries.filter((one) => one.kind === 'reminder').map((one) => one.status)).toEqual([
      'suspended',
      'suspended',
    ]);
    const dated = timeline(after(endless, dispute('2026-04-05')).invoice).entries;
    expect(dated.filter((one) => one.kind === 'reminder').map(brief)).toEqual([
      ['2026-04-03', 'reminder', 'suspended', 'suspended'],
      ['2026-04-10', 'reminder', 'planned', null],
    ]);
    expect(dated.filter((one) => one.kind === 'resume').map(brief)).toEqual([
      ['2026-04-06', 'resume', 'planned', 'dispute'],
    ]);
  });

  it('says what would keep a promise from being broken', () => {
    const held = after(story, promise('2026-04-03'));
    const broken = timeline(held.invoice).entries.find((one) => one.kind === 'promise_broken');
    expect(broken?.cancelledBy).toEqual(['record_payment', 'void', 'resume']);
  });

  it('tells that it was ended by hand', () => {
    const resumed = after(after(story, dispute()), resume(), '2026-03-05T10:00:00.000Z');
    expect(plan(resumed).slice(1, 3)).toEqual([
      ['2026-03-02', 'hold', 'done', 'dispute'],
      ['2026-03-05', 'resume', 'done', 'dispute'],
    ]);
  });
});

describe('the timeline of a scheduled send', () => {
  const scheduled = after(
    after(null, create({ draft: { ...document, issueDate: null, dueDate: null, terms: 'NET 14' } })),
    schedule('2026-03-10T09:00'),
  );

  it('announces the issue, the e-mail and the plan behind them', () => {
    expect(plan(scheduled)).toEqual([
      ['2026-03-02', 'command', 'done', 'schedule'],
      ['2026-03-10', 'issue', 'planned', null],
      ['2026-03-10', 'send', 'planned', null],
      ['2026-03-25', 'overdue', 'planned', null],
      ['2026-03-25', 'late_fee', 'planned', null],
      ['2026-03-26', 'late_fee', 'planned', null],
      ['2026-03-26', 'reminder', 'planned', null],
      ['2026-03-27', 'late_fee', 'planned', null],
      ['2026-04-02', 'reminder', 'planned', null],
    ]);
    const sends = timeline(scheduled.invoice).entries.filter((one) => one.kind === 'send');
    expect(sends).toMatchObject([
      { at: '2026-03-10T09:00:00.000Z', channel: 'email', cancelledBy: ['unschedule'] },
    ]);
  });

  it('tells that it was taken back, and why it did not happen', () => {
    expect(plan(after(scheduled, unschedule, '2026-03-05T10:00:00.000Z'))).toEqual([
      ['2026-03-02', 'command', 'done', 'schedule'],
      ['2026-03-05', 'command', 'done', 'unschedule'],
    ]);
    const refused = happens(
      scheduled,
      [{ type: 'invoice.unscheduled', code: 'no_email_address' }],
      '2026-03-10T09:00:00.000Z',
    );
    expect(plan(refused).at(-1)).toEqual(['2026-03-10', 'send', 'skipped', 'no_email_address']);
  });
});

describe('the timeline of instalments', () => {
  const parts = openStory(
    priced(10_000, {
      issueDate: '2026-03-02',
      dueDate: '2026-05-31',
      timeZone: 'Europe/Paris',
      installments: {
        deposit: { type: 'percentage', value: '10', dueDate: '2026-03-28' },
        schedule: [
          { type: 'percentage', value: '50', dueDate: '2026-04-30' },
          { type: 'percentage', value: '50', dueDate: '2026-05-31' },
        ],
      },
    }),
  );
  const due = (told: Story, now?: string) =>
    timeline(told.invoice, now)
      .entries.filter((one) => one.kind === 'instalment_due')
      .map((one) => [one.at, one.occurrence, one.amount, one.status, one.reason]);

  it('announces each at the end of its date in the zone, over the change of the clocks', () => {
    expect(due(parts)).toEqual([
      ['2026-03-28T23:00:00.000Z', 1, 1000, 'planned', 'deposit'],
      ['2026-04-30T22:00:00.000Z', 2, 4500, 'planned', null],
      ['2026-05-31T22:00:00.000Z', 3, 4500, 'planned', null],
    ]);
  });

  it('tells what was paid, what is left of a part, and what fell due', () => {
    expect(due(after(parts, pay(2000)))).toEqual([
      ['2026-03-28T23:00:00.000Z', 1, 1000, 'done', 'deposit'],
      ['2026-04-30T22:00:00.000Z', 2, 3500, 'planned', null],
      ['2026-05-31T22:00:00.000Z', 3, 4500, 'planned', null],
    ]);
    expect(due(parts, '2026-04-30T22:00:00.000Z').map((row) => row[3])).toEqual(['done', 'done', 'planned']);
    expect(due(parts, '2026-04-30T21:59:59.999Z').map((row) => row[3])).toEqual([
      'done',
      'planned',
      'planned',
    ]);
  });

  it('cancels what is left of them with the invoice', () => {
    expect(due(after(parts, voidIt)).map((row) => row[3])).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });
});

describe('the timeline of commands', () => {
  const at = '2026-04-11T12:00:00.000Z';
  const late = wake(story, at);
  const paid = after(late, pay(6000), at);
  const paymentId = paid.invoice.payments[0]?.id ?? '';

  it.each([
    ['update', late, update({ ...document, memo: 'x' }, ['memo']), null],
    ['attach', late, attach({ fileId: 'f', name: 'n', type: 't', size: 1 }), null],
    ['set_late_fees', late, setLateFees(null), null],
    ['set_reminders', late, setReminders(), null],
    ['waive_late_fee', late, waive(2), 1000],
    ['refund_payment', paid, refund(500), 500],
    ['reverse_payment', paid, reverse(paymentId), 6000],
    ['apply_credit', late, applyCredit(700), 700],
    ['issue_credit_note', late, creditNote(800), 800],
    ['write_off', late, writeOff, 13_000],
  ] as const)('tells %s', (what, before, command, amount) => {
    const { entries } = timeline(after(before, command, at).invoice);
    const told = entries.filter((one) => one.kind === 'command');
    expect(told).toMatchObject([{ at, reason: what, amount, status: 'done' }]);
  });

  it('tells a fee that was taken back, and a payment that was, as cancelled', () => {
    const waived = timeline(after(late, waive(2), at).invoice).entries;
    expect(waived.filter((one) => one.kind === 'late_fee').map((one) => one.status)).toEqual([
      'done',
      'cancelled',
      'done',
      'planned',
    ]);
    const reversed = timeline(after(paid, reverse(paymentId), at).invoice).entries;
    expect(reversed.filter((one) => one.kind === 'payment').map(brief)).toEqual([
      ['2026-04-11', 'payment', 'cancelled', 'reversed'],
    ]);
  });

  it('cancels the plan of what was written off', () => {
    const given = after(story, writeOff, start);
    expect(plan(given).filter((row) => row[1] === 'reminder')).toEqual([
      ['2026-04-03', 'reminder', 'cancelled', 'uncollectible'],
      ['2026-04-10', 'reminder', 'cancelled', 'uncollectible'],
    ]);
  });

  it('remembers the last fifty', () => {
    let noted = late;
    for (let count = 0; count < 60; count += 1) noted = after(noted, dispute(null, `${count}`), at);
    expect(noted.invoice.moments).toHaveLength(50);
  });
});
