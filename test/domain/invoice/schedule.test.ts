import { agendaLabel, nextAction } from '../../../src/domain/invoice/agenda.ts';
import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import {
  after,
  create,
  draft,
  events,
  issueOnly,
  must,
  openStory,
  pay,
  priced,
  refusal,
  remove,
  send,
  start,
  step,
  terms,
  text2pay,
  update,
  voidIt,
  wake,
  when,
} from '../given.ts';
import { schedule, unschedule } from '../plan-commands.ts';

const document = priced(5115, {
  terms: 'NET 14',
  lateFeeTerms: terms(),
  reminderSteps: [step({ id: 'due' })],
});
const drafted = after(null, create({ draft: document }));
const scheduled = after(drafted, schedule('2026-03-10T09:00'));
const at = '2026-03-10T09:00:00.000Z';

describe('a scheduled send', () => {
  it.each([
    // local time, zone of the command, zone of the invoice, instant
    ['2026-03-10T09:00', null, 'UTC', '2026-03-10T09:00:00.000Z'],
    ['2026-03-28T09:00', null, 'Europe/Paris', '2026-03-28T08:00:00.000Z'],
    ['2026-03-29T09:00', null, 'Europe/Paris', '2026-03-29T07:00:00.000Z'], // summer time has begun
    ['2026-03-29T02:30', null, 'Europe/Paris', '2026-03-29T01:30:00.000Z'], // in the gap: 03:30
    ['2026-10-25T02:30', null, 'Europe/Paris', '2026-10-25T00:30:00.000Z'], // doubled: the first
    ['2026-03-31T23:59', 'Pacific/Kiritimati', 'UTC', '2026-03-31T09:59:00.000Z'],
    ['2028-02-29T00:00', 'America/New_York', 'Europe/Paris', '2028-02-29T05:00:00.000Z'],
  ])('at %s (%s) of an invoice in %s is at %s', (sendAt, zone, timeZone, instant) => {
    const { invoice } = after(
      after(null, create({ draft: { ...document, timeZone } })),
      schedule(sendAt, zone),
    );
    expect(invoice).toMatchObject({
      status: 'scheduled',
      scheduledSend: { localTime: sendAt, timeZone: zone ?? timeZone, at: instant },
    });
    expect(nextAction(invoice)).toEqual({ kind: 'send', at: instant });
  });

  it('again moves it, and the same again changes nothing', () => {
    const moved = after(scheduled, schedule('2026-03-11T09:00'));
    expect(nextAction(moved.invoice)).toMatchObject({ at: '2026-03-11T09:00:00.000Z' });
    expect(when(moved.invoice, schedule('2026-03-11T09:00'))).toMatchObject({ events: [] });
  });

  it('is told in the timer’s line', () => {
    const item = nextAction(scheduled.invoice);
    expect(item === null ? '' : agendaLabel(item)).toBe(`scheduled send – ${at}`);
  });

  it.each([
    ['2026-03-02T10:00', null, 'date_in_past', '/send_at'], // now
    ['2026-03-02T11:00', 'Europe/Paris', 'date_in_past', '/send_at'], // now, too
    ['2020-01-01T09:00', null, 'date_in_past', '/send_at'],
    ['2026-02-30T09:00', null, 'invalid_date', '/send_at'],
    ['2026-03-10', null, 'invalid_date', '/send_at'],
    ['2026-03-10T24:00', null, 'invalid_date', '/send_at'],
    ['2026-03-10T09:00', 'Mars/Phobos', 'invalid_time_zone', '/time_zone'],
  ])('at %s in %s is refused with %s', (sendAt, zone, rejected, pointer) => {
    expect(refusal(drafted.invoice, schedule(sendAt, zone))).toMatchObject({ rejected, pointer });
  });

  it('after the due date that the document gives is refused', () => {
    const due = after(null, create({ draft: { ...document, dueDate: '2026-03-09' } }));
    expect(refusal(due.invoice, schedule('2026-03-10T09:00'))).toMatchObject({
      rejected: 'due_before_issue',
      pointer: '/due_date',
    });
    expect(after(due, schedule('2026-03-09T23:59')).invoice.status).toBe('scheduled');
  });

  it('after the date of an instalment is refused; one that comes to lie there by a change is not sent', () => {
    const parts = (first: string) => ({
      deposit: null,
      schedule: [first, '2026-04-20'].map((dueDate) => ({
        type: 'percentage' as const,
        value: '50',
        dueDate,
      })),
    });
    const split = after(null, create({ draft: { ...document, installments: parts('2026-03-10') } }));
    expect(refusal(split.invoice, schedule('2026-03-11T00:00'))).toMatchObject({
      rejected: 'invalid_installments',
      pointer: '/installments/schedule/0/due_date',
    });
    const waiting = after(split, schedule('2026-03-10T09:00'));
    const moved = after(
      waiting,
      update({ ...document, installments: parts('2026-03-09') }, ['installments']),
    );
    expect(turnOfTime(moved.invoice, at).events).toMatchObject([
      { type: 'invoice.unscheduled', code: 'invalid_installments' },
    ]);
    expect(wake(waiting, at).invoice.status).toBe('open');
  });

  it.each([
    ['an open invoice', openStory(document).invoice, schedule('2026-03-10T09:00'), 'wrong_status'],
    ['a void', after(openStory(document), voidIt).invoice, schedule('2026-03-10T09:00'), 'already_void'],
    ['a draft, taken back', drafted.invoice, unschedule, 'wrong_status'],
    ['scheduled, text2pay', scheduled.invoice, text2pay, 'wrong_status'],
    ['scheduled, deleted', scheduled.invoice, remove, 'wrong_status'],
    ['scheduled, paid', scheduled.invoice, pay(), 'wrong_status'],
    ['scheduled, voided', scheduled.invoice, voidIt, 'wrong_status'],
  ])('of %s is refused', (_, invoice, command, rejected) => {
    expect(refusal(invoice, command).rejected).toBe(rejected);
  });

  it('can be asked for at once when the invoice is made', () => {
    const { invoice } = after(null, create({ draft: document, sendAt: '2026-03-10T09:00' }));
    expect(invoice).toMatchObject({ status: 'scheduled', scheduledSend: { at } });
  });

  it('taken back leaves a draft', () => {
    const back = after(scheduled, unschedule).invoice;
    expect(back).toMatchObject({ status: 'draft', scheduledSend: null });
    expect(nextAction(back)).toBeNull();
  });

  it('stays when the document is changed', () => {
    const changed = after(scheduled, update({ ...document, memo: 'new' }, ['memo'])).invoice;
    expect(changed).toMatchObject({ status: 'scheduled', memo: 'new', scheduledSend: { at } });
  });

  it.each([
    ['sent', send],
    ['issued', issueOnly],
  ] as const)('%s by hand before is not sent again', (_, command) => {
    const { invoice } = after(scheduled, command, '2026-03-05T10:00:00.000Z');
    expect(invoice).toMatchObject({ status: 'open', scheduledSend: null, issueDate: '2026-03-05' });
    expect(turnOfTime(invoice, at).events).toEqual([]);
  });
});

describe('when the time of a scheduled send has come', () => {
  it('the invoice is issued there and then, and its e-mail is queued', () => {
    expect(turnOfTime(scheduled.invoice, '2026-03-10T08:59:59.999Z').events).toEqual([]);
    const turn = turnOfTime(scheduled.invoice, at);
    expect(turn.events).toMatchObject([
      { type: 'invoice.issued', at, number: null, issueDate: '2026-03-10', dueDate: '2026-03-24' },
      { type: 'invoice.message_queued', at, message: { kind: 'invoice', channel: 'email', queuedAt: at } },
    ]);
    const messageId = `invoice-1:schedule:${at}:email`;
    expect(turn.conditions).toEqual([{ kind: 'recipient', messageId, automatic: false }]);
    const { invoice } = wake(scheduled, at);
    expect(invoice).toMatchObject({
      status: 'open',
      scheduledSend: null,
      issuedAt: at,
      dueAt: '2026-03-25T00:00:00.000Z',
      reminders: [{ stepId: 'due', plannedAt: '2026-03-24T09:00:00.000Z', status: 'PLANNED' }],
    });
    expect(wake(scheduled, at).entries.map((entry) => [entry.type, entry.date])).toEqual([
      ['issued', '2026-03-10'],
    ]);
  });

  it('is issued when it leaves where nobody was there in time: the customer gets all the days to pay', () => {
    const { invoice } = wake(scheduled, '2026-03-12T15:00:00.000Z');
    expect(invoice).toMatchObject({
      issueDate: '2026-03-12',
      dueDate: '2026-03-26',
      issuedAt: '2026-03-12T15:00:00.000Z',
    });
  });

  it('nothing due is paid at once', () => {
    const free = after(after(null, create({ draft: priced(0) })), schedule('2026-03-10T09:00'));
    expect(wake(free, at).invoice).toMatchObject({ status: 'paid', paidAt: at });
  });

  it('and the write refuses the message, it is a draft again and says why', () => {
    const blocked = { [`invoice-1:schedule:${at}:email`]: 'no_email_address' as const };
    const { events: happened, conditions } = turnOfTime(scheduled.invoice, at, blocked);
    expect(happened).toMatchObject([{ type: 'invoice.unscheduled', code: 'no_email_address', at }]);
    expect(conditions).toEqual([]);
    const back = happened.reduce<Invoice>(evolve, scheduled.invoice);
    expect(back).toMatchObject({ status: 'draft', scheduledSend: null, number: null, messages: [] });
    expect(back.moments.at(-1)).toEqual({ at, kind: 'send', what: 'no_email_address', amount: null });
  });

  it('and the document does not fit the day any more, it is a draft again', () => {
    const changed = after(scheduled, update({ ...document, dueDate: '2026-03-09' }, ['dueDate']));
    expect(turnOfTime(changed.invoice, at).events).toMatchObject([
      { type: 'invoice.unscheduled', code: 'due_before_issue' },
    ]);
  });

  it('a number that the caller gave is kept', () => {
    const numbered = after(
      after(null, create({ draft: draft({ requestedNumber: 'A-1' }) })),
      schedule('2026-03-10T09:00'),
    );
    expect(wake(numbered, at).invoice.number).toBe('A-1');
  });

  it('the plan goes on from there', () => {
    const overdue = wake(wake(scheduled, at), '2026-03-25T00:00:00.000Z');
    expect(overdue.invoice.lateFees).toMatchObject([{ occurrence: 1, date: '2026-03-25' }]);
  });

  it('the message is another one each time', () => {
    const again = after(after(scheduled, unschedule), schedule('2026-03-10T10:00'));
    const [, queued] = turnOfTime(again.invoice, '2026-03-10T10:00:00.000Z').events;
    expect(queued).toMatchObject({
      message: { id: 'invoice-1:schedule:2026-03-10T10:00:00.000Z:email' },
    });
    expect(events(scheduled.invoice, unschedule, start)).toHaveLength(1);
    expect(must(when(scheduled.invoice, unschedule)).conditions).toEqual([]);
  });
});
