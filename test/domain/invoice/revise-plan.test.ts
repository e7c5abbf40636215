import { amountDue, lateFeeTotal } from '../../../src/domain/invoice/invoice.ts';
import { restore, type StoredInvoice } from '../../../src/domain/invoice/restore.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { balance } from '../books.ts';
import { after, events, openStory, pay, send, step, type Story, terms, wake } from '../given.ts';
import { waive } from '../money-commands.ts';
import { asked, changed, document, now } from '../revising.ts';

const weekly = { lateFeeTerms: terms({ interval: 'week' as const }) };
const fees = ({ invoice }: Story) =>
  invoice.lateFees.map((fee) => [fee.occurrence, fee.date, fee.reversed ? 'reversed' : 'stands']);
const rows = ({ invoice }: Story) =>
  invoice.reminders.map((row) => [row.stepId, row.occurrence, row.plannedAt.slice(0, 10), row.status]);

describe('late fees under a revised due date', () => {
  const late = wake(openStory(document(weekly)), now);

  it('stand as they were where they are due all the same', () => {
    expect(fees(late)).toEqual([
      [1, '2026-04-02', 'stands'],
      [2, '2026-04-09', 'stands'],
    ]);
    // Under 3 April the fees fall due on the 4th and the 11th.
    expect(fees(changed(late, { dueDate: '2026-04-03' }))).toEqual(fees(late));
  });

  it('that would not have fallen due yet are reversed, and come at their new time under a new identity', () => {
    const revised = changed(late, { dueDate: '2026-04-05' });
    expect(fees(revised)).toEqual([
      [1, '2026-04-02', 'stands'],
      [2, '2026-04-09', 'reversed'],
    ]);
    expect(amountDue(revised.invoice)).toBe(11_000);
    expect(revised.entries.at(-1)).toMatchObject({ type: 'late_fee_reversed', date: '2026-04-11' });
    expect(fees(wake(revised, '2026-04-20T00:00:00.000Z'))).toEqual([
      [1, '2026-04-02', 'stands'],
      [2, '2026-04-09', 'reversed'],
      [3, '2026-04-13', 'stands'],
      [4, '2026-04-20', 'stands'],
    ]);
  });

  it('all go where it is not overdue any more', () => {
    const revised = changed(late, { dueDate: '2026-05-01' });
    expect(fees(revised).map((row) => row[2])).toEqual(['reversed', 'reversed']);
    expect(amountDue(revised.invoice)).toBe(10_000);
    expect(lateFeeTotal(revised.invoice)).toBe(0);
    expect(fees(wake(revised, '2026-05-02T00:00:00.000Z')).at(-1)).toEqual([3, '2026-05-02', 'stands']);
  });

  it('are told apart by their place in the schedule, also after one revision and month ends', () => {
    const monthly = document({
      issueDate: '2026-01-02',
      dueDate: '2026-01-31',
      lateFeeTerms: terms({ interval: 'month' }),
    });
    const story = wake(openStory(monthly, '2026-01-02T10:00:00.000Z'), '2026-04-01T12:00:00.000Z');
    expect(fees(story).map((row) => row[1])).toEqual(['2026-02-01', '2026-03-01', '2026-04-01']);
    // Under 28 February: 1 March, 29 March, 29 April.
    const once = changed(story, { dueDate: '2026-02-28' }, '2026-04-01T12:00:00.000Z');
    expect(fees(once).map((row) => row[2])).toEqual(['stands', 'stands', 'reversed']);
    const grown = wake(once, '2026-04-29T12:00:00.000Z');
    expect(fees(grown).at(-1)).toEqual([4, '2026-04-29', 'stands']);
    // Under 27 February: 28 February, 28 March, 28 April. The fourth fee is the third place, and due.
    const sooner = changed(grown, { dueDate: '2026-02-27' }, '2026-04-29T12:00:00.000Z');
    expect(fees(sooner).map((row) => row[2])).toEqual(['stands', 'stands', 'reversed', 'stands']);
    // Under 31 March: 1 April, 1 May, 1 June. The fees are the places 1, 2 and 3 of the schedule.
    const twice = changed(grown, { dueDate: '2026-03-31' }, '2026-04-29T12:00:00.000Z');
    expect(fees(twice).map((row) => row[2])).toEqual(['stands', 'reversed', 'reversed', 'reversed']);
    expect(fees(wake(twice, '2026-06-01T00:00:00.000Z')).slice(4)).toEqual([
      [5, '2026-05-01', 'stands'],
      [6, '2026-06-01', 'stands'],
    ]);
  });

  it('of an earlier release, which knew no places, are placed by their occurrence', () => {
    const lateFees = late.invoice.lateFees.map(({ place: _place, ...fee }) => fee);
    const stored = { ...late.invoice, lateFees } as unknown as StoredInvoice;
    const restored = { ...late, invoice: restore(stored) };
    expect(fees(changed(restored, { dueDate: '2026-04-05' }))).toEqual(
      fees(changed(late, { dueDate: '2026-04-05' })),
    );
  });

  it('over the change of the clocks: an hour decides', () => {
    const daily = document({ timeZone: 'Europe/Paris', lateFeeTerms: terms({ interval: 'day' }) });
    const story = wake(openStory({ ...daily, dueDate: '2026-03-27' }), '2026-03-28T23:30:00.000Z');
    expect(fees(story).map((row) => row[1])).toEqual(['2026-03-28', '2026-03-29']);
    // Midnight of the 30th in Paris is at 22:00 UTC, since summer time began on the 29th.
    const before = changed(story, { dueDate: '2026-03-29' }, '2026-03-29T21:59:59.999Z');
    expect(fees(before).map((row) => row[2])).toEqual(['reversed', 'reversed']);
    const exactly = changed(story, { dueDate: '2026-03-29' }, '2026-03-29T22:00:00.000Z');
    expect(fees(exactly).map((row) => row[2])).toEqual(['stands', 'reversed']);
    expect(turnOfTime(exactly.invoice, '2026-03-30T21:59:59.999Z').events).toEqual([]);
    expect(fees(wake(exactly, '2026-03-30T22:00:00.000Z')).at(-1)).toEqual([3, '2026-03-31', 'stands']);
  });

  it('that had been paid give the money back as credit', () => {
    const paid = after(late, pay(11_500), now);
    expect(amountDue(paid.invoice)).toBe(500);
    expect(events(paid.invoice, asked(paid, { dueDate: '2026-05-01' }), now)).toMatchObject([
      { type: 'invoice.updated' },
      { type: 'invoice.late_fee_reversed', occurrence: 1, amount: 1000, credited: 500 },
      { type: 'invoice.late_fee_reversed', occurrence: 2, amount: 1000, credited: 1000 },
      { type: 'invoice.paid' },
    ]);
    const revised = changed(paid, { dueDate: '2026-05-01' });
    expect(balance(revised, 'customer_credit')).toBe(-1500);
    expect(balance(revised, 'accounts_receivable')).toBe(0);
    expect(balance(revised, 'late_fee_income')).toBe(0);
  });

  it('that were waived stay waived', () => {
    const waived = after(late, waive(2), now);
    const revised = changed(waived, { dueDate: '2026-05-01' });
    expect(revised.invoice.lateFees.map((fee) => [fee.waived, fee.reversed])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('are never posted afterwards where the date moves back', () => {
    const story = openStory(document({ ...weekly, dueDate: '2026-05-01' }));
    const revised = changed(story, { dueDate: '2026-03-20' });
    expect(fees(wake(revised, now))).toEqual([]);
    // 21 and 28 March, 4 and 11 April have passed: the next is the fifth of the schedule.
    expect(fees(wake(revised, '2026-04-18T00:00:00.000Z'))).toEqual([[1, '2026-04-18', 'stands']]);
  });

  it('of once are never charged where their only time has passed', () => {
    const story = openStory(document({ lateFeeTerms: terms(), dueDate: '2026-05-01' }));
    const revised = changed(story, { dueDate: '2026-03-20' });
    expect(fees(wake(revised, '2027-01-01T00:00:00.000Z'))).toEqual([]);
  });

  it('with other terms: what was charged is judged by the old ones, what comes is by the new ones', () => {
    const lateFees = { type: 'fixed', value: 300, frequency: { interval: 'day' } };
    const revised = changed(late, { dueDate: '2026-04-05', lateFees });
    const happened = events(late.invoice, asked(late, { dueDate: '2026-04-05', lateFees }), now);
    expect(happened.map((one) => one.type)).toEqual([
      'invoice.updated',
      'invoice.late_fee_reversed',
      'invoice.late_fees_set',
    ]);
    expect(wake(revised, '2026-04-13T00:00:00.000Z').invoice.lateFees.slice(2)).toMatchObject([
      { occurrence: 3, amount: 300, date: '2026-04-12' },
      { occurrence: 4, amount: 300, date: '2026-04-13' },
    ]);
    // A fee of terms that are gone stands as long as the invoice is overdue at all.
    expect(fees(changed(revised, { dueDate: '2026-04-10' }))[0]?.[2]).toBe('stands');
    expect(fees(changed(revised, { dueDate: '2026-04-11' }))[0]?.[2]).toBe('reversed');
  });
});

describe('reminders under a revision', () => {
  const steps = [
    step({ id: 'before', offsetDays: -3 }),
    step({ id: 'due' }),
    step({ id: 'later', offsetDays: 20 }),
  ];
  const late = wake(
    wake(openStory(document({ reminderSteps: steps })), '2026-03-29T09:00:00.000Z'),
    '2026-04-01T09:00:00.000Z',
  );

  it('that went out stay, and come again at the new time under a new occurrence', () => {
    expect(rows(late)).toEqual([
      ['before', 1, '2026-03-29', 'PLANNED'],
      ['due', 1, '2026-04-01', 'PLANNED'],
      ['later', 1, '2026-04-21', 'PLANNED'],
    ]);
    const revised = changed(late, { dueDate: '2026-05-01' });
    expect(rows(revised)).toEqual([
      ['before', 1, '2026-03-29', 'PLANNED'],
      ['due', 1, '2026-04-01', 'PLANNED'],
      ['before', 2, '2026-04-28', 'PLANNED'],
      ['due', 2, '2026-05-01', 'PLANNED'],
      ['later', 1, '2026-05-21', 'PLANNED'],
    ]);
    const sent = wake(revised, '2026-04-28T09:00:00.000Z').invoice.messages.map((one) => one.id);
    expect(sent).toEqual(['invoice-1:before:1:email', 'invoice-1:due:1:email', 'invoice-1:before:2:email']);
  });

  it('whose new time has passed are not sent, and say why', () => {
    const revised = changed(late, { dueDate: '2026-03-20' });
    expect(revised.invoice.reminders.filter((row) => row.messageId === null)).toMatchObject([
      { stepId: 'before', plannedAt: '2026-03-17T09:00:00.000Z', status: 'SKIPPED', reason: 'before_change' },
      { stepId: 'due', plannedAt: '2026-03-20T09:00:00.000Z', status: 'SKIPPED', reason: 'before_change' },
      { stepId: 'later', plannedAt: '2026-04-09T09:00:00.000Z', status: 'SKIPPED', reason: 'before_change' },
    ]);
    expect(wake(revised, '2027-01-01T00:00:00.000Z').invoice.messages).toHaveLength(2);
  });

  it('never pile up rows of what was never tried', () => {
    let story = late;
    for (const dueDate of ['2026-03-20', '2026-06-01', '2026-03-21', '2026-06-02', '2026-04-01']) {
      story = changed(story, { dueDate });
    }
    expect(rows(story)).toEqual(rows(late));
  });

  it('on the issue date move with it', () => {
    const story = openStory(
      document({ reminderSteps: [step({ id: 'welcome', anchor: 'issue_date', offsetDays: 60 })] }),
    );
    expect(rows(changed(story, { issueDate: '2026-03-31' }))).toEqual([
      ['welcome', 1, '2026-05-30', 'PLANNED'],
    ]);
  });

  it('keep their wall-clock time over the change of the clocks and into another zone', () => {
    const story = openStory(document({ reminderSteps: [step()], timeZone: 'Europe/Paris' }));
    const winter = changed(story, { dueDate: '2026-10-26' }).invoice.reminders[0]?.plannedAt;
    const zone = changed(story, { timeZone: 'Asia/Tokyo', dueDate: '2026-05-01' });
    expect([winter, zone.invoice.reminders[0]?.plannedAt]).toEqual([
      '2026-10-26T08:00:00.000Z',
      '2026-05-01T00:00:00.000Z',
    ]);
  });

  it('may be replaced by the revision itself', () => {
    const revised = changed(late, { reminders: [{ id: 'x', offsetDays: 30 }] });
    expect(rows(revised)).toEqual([
      ['before', 1, '2026-03-29', 'PLANNED'],
      ['due', 1, '2026-04-01', 'PLANNED'],
      ['x', 1, '2026-05-01', 'PLANNED'],
    ]);
  });

  it('on their way are left to their outcome', () => {
    const queued = wake(openStory(document({ reminderSteps: [step()] })), '2026-04-01T09:00:00.000Z');
    const revised = changed(queued, { dueDate: '2026-05-01' }, '2026-04-01T09:00:01.000Z');
    expect(revised.invoice.reminders).toMatchObject([
      { stepId: 'due', occurrence: 1, messageId: 'invoice-1:due:1:email', status: 'PLANNED' },
      { stepId: 'due', occurrence: 2, messageId: null, status: 'PLANNED' },
    ]);
  });

  it('of a plain send are not touched by a resend', () => {
    expect(rows(after(late, send, now))).toEqual(rows(late));
  });
});
