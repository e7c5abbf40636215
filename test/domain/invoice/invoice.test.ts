import { agendaLabel, nextAction, wakeAt } from '../../../src/domain/invoice/agenda.ts';
import type { InvoiceEvent, Recorded } from '../../../src/domain/invoice/events.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import { amountDue, closes, findLine, type Status, statuses } from '../../../src/domain/invoice/invoice.ts';
import { details, reading } from '../../../src/domain/invoice/reading.ts';
import { restore } from '../../../src/domain/invoice/restore.ts';
import { apiStatus, displayStatus, dunningStage } from '../../../src/domain/invoice/words.ts';
import {
  after,
  create,
  created,
  draft,
  given,
  issued,
  openStory,
  pay,
  payment,
  start,
  step,
  terms,
  wake,
} from '../given.ts';
import { applyCredit, creditNote, voided, writeOff } from '../money-commands.ts';
import { dispute, promise, schedule } from '../plan-commands.ts';

const late = '2026-04-02T00:00:00.000Z';
const open = given(created(), issued);
const seen: InvoiceEvent = { type: 'invoice.viewed' };
const sent: InvoiceEvent = { type: 'invoice.sent', messageId: 'm' };

describe('the word that people see', () => {
  it.each([
    // history, asked at, the one word, S001's word
    [given(created()), start, 'draft', 'draft'],
    [open, start, 'not_sent', 'sent'],
    [given(created(), issued, sent), start, 'sent', 'sent'],
    [given(created(), issued, sent, seen), start, 'viewed', 'sent'],
    [given(created(), issued, seen), start, 'viewed', 'sent'],
    [given(created(), issued, seen, payment(1)), start, 'partially_paid', 'partially_paid'],
    [given(created(), issued, seen, payment(1)), late, 'overdue', 'overdue'],
    [open, '2026-04-01T23:59:59.999Z', 'not_sent', 'sent'],
    [open, late, 'overdue', 'overdue'],
    [given(created(), issued, payment(5885), { type: 'invoice.paid' }), late, 'paid', 'paid'],
    [given(created(), issued, voided), late, 'void', 'void'],
    [given(created(), { type: 'invoice.deleted' }), late, 'deleted', 'deleted'],
    [{ ...open, status: 'uncollectible' as const }, late, 'uncollectible', 'uncollectible'],
    [{ ...open, status: 'scheduled' as const }, start, 'scheduled', 'scheduled'],
  ])('%#: at %s', (invoice, now, word, api) => {
    expect(displayStatus(invoice, now)).toBe(word);
    expect(apiStatus(invoice, now)).toBe(api);
  });

  it('of collection is the template of the newest reminder that went out', () => {
    expect(dunningStage(open)).toBeNull();
    const row = {
      stepId: 'a',
      occurrence: 1,
      channel: 'email',
      plannedAt: start,
      nominal: null,
      moved: null,
      switched: null,
      actualAt: start,
      reason: null,
      messageId: null,
    } as const;
    const reminders = [
      { ...row, template: 'reminder_due', status: 'SENT' },
      { ...row, stepId: 'b', template: 'reminder_overdue', status: 'SENT' },
      { ...row, stepId: 'c', template: 'final_notice', status: 'SKIPPED' },
    ] as const;
    expect(dunningStage({ ...open, reminders })).toBe('reminder_overdue');
  });
});

describe('what an invoice comes to', () => {
  it.each([
    ['a draft', given(created()), 5885],
    ['an open one', open, 5885],
    ['a part-paid one', given(created(), issued, payment(885)), 5000],
    ['a void one', given(created(), issued, voided), 0],
    ['a deleted one', given(created(), { type: 'invoice.deleted' }), 0],
  ])('%s has %#', (_, invoice, due) => {
    expect(amountDue(invoice)).toBe(due);
  });

  it('leaves out late fees that were waived or reversed', () => {
    const story = wake(
      openStory(draft({ dueDate: '2026-04-01', lateFeeTerms: terms({ interval: 'day' }) })),
      '2026-04-04T00:00:00.000Z',
    );
    const lateFees = story.invoice.lateFees.map((fee, index) => ({
      ...fee,
      waived: index === 0,
      reversed: index === 1,
    }));
    expect(amountDue(story.invoice)).toBe(8885);
    expect(amountDue({ ...story.invoice, lateFees })).toBe(6885);
  });

  it('finds its lines by their ids', () => {
    expect(findLine(open, 'line-2')?.rate).toBe(1000);
    expect(findLine(open, 'line-3')).toBeUndefined();
  });
});

describe('what time alone will do', () => {
  it.each([
    ['a draft', given(created()), null],
    [
      'an open one is overdue first, before its fee and its words',
      openStory(draft({ dueDate: '2026-04-01', lateFeeTerms: terms() })).invoice,
      { kind: 'overdue', at: late },
    ],
    [
      'a deleted one closes at once',
      given(created(), { type: 'invoice.deleted' }),
      { kind: 'close', at: start },
    ],
    [
      'a paid one closes after its grace',
      after(openStory(draft()), pay()).invoice,
      { kind: 'close', at: '2026-04-02T00:00:00.000Z' },
    ],
  ])('%s', (_, invoice, expected) => {
    expect(nextAction(invoice)).toEqual(expected);
  });

  it('is for the test clock too where it ends a test invoice, and for the timer alone where it ends a live one', () => {
    const paid = after(openStory(draft()), pay()).invoice;
    expect(wakeAt({ ...paid, liveMode: false })).toBe('2026-04-02T00:00:00.000Z');
    expect(wakeAt({ ...paid, liveMode: true })).toBeNull();
    for (const liveMode of [true, false]) {
      expect(wakeAt({ ...openStory(draft({ dueDate: '2026-04-01' })).invoice, liveMode })).toBe(late);
      expect(wakeAt({ ...given(created(), { type: 'invoice.deleted' }), liveMode })).toBeNull();
      expect(wakeAt({ ...given(created()), liveMode })).toBeNull();
    }
  });

  it('begins with the issue where the due date had passed before it', () => {
    const document = draft({ issueDate: '2026-02-01', dueDate: '2026-02-20' });
    expect(nextAction(openStory(document).invoice)).toEqual({ kind: 'overdue', at: start });
  });

  it('is told on the timer’s line', () => {
    expect(agendaLabel({ kind: 'late_fee', at: late, occurrence: 2 })).toBe(`late fee 2 – ${late}`);
    expect(agendaLabel({ kind: 'reminder', at: late, stepId: 'due', occurrence: 1 })).toBe(
      `reminder due – ${late}`,
    );
    expect(agendaLabel({ kind: 'overdue', at: late })).toBe(`becomes overdue – ${late}`);
    expect(agendaLabel({ kind: 'close', at: late })).toBe(`closed; workflow ends – ${late}`);
  });
});

describe('a status', () => {
  it('ends the workflow where it is a last one', () => {
    const last: readonly Status[] = ['paid', 'void', 'uncollectible', 'deleted'];
    expect(statuses.filter((status) => closes[status])).toEqual(last);
  });
});

describe('evolve', () => {
  it('needs an invoice for every event but the first, which is a mistake of the program', () => {
    expect(() => evolve(null, { ...seen, sequence: 1, at: start })).toThrow('before invoice.created');
  });

  it('keeps the first view and the first send', () => {
    const again = (event: InvoiceEvent): Recorded => ({ ...event, sequence: 9, at: late });
    const first = given(created(), issued, sent, seen);
    expect(evolve(first, again(seen)).firstViewedAt).toBe(start);
    expect(evolve(first, again(sent)).sentAt).toBe(start);
  });
});

describe('a stored invoice', () => {
  it('of today comes back as it is', () => {
    const story = wake(openStory(draft({ lateFeeTerms: terms(), reminderSteps: [step()] })), late);
    expect(restore(JSON.parse(JSON.stringify(story.invoice)))).toStrictEqual(story.invoice);
  });

  it('of an earlier release gets a neutral value for what it lacks', () => {
    const { messages: _, metadata: __, fixedTaxes: ___, voidReason: ____, ...older } = open;
    expect(restore(older)).toMatchObject({
      messages: [],
      metadata: {},
      fixedTaxes: [],
      voidReason: null,
      id: open.id,
    });
  });
});

describe('the reading of an operator', () => {
  const story = wake(
    after(
      openStory(
        draft({
          dueDate: '2026-04-01',
          lateFeeTerms: terms({ interval: 'week' }),
          requestedNumber: 'A-1',
          memo: 'secret',
        }),
      ),
      pay(885),
    ),
    late,
  );

  it('has amounts, dates and what is next, and no free words', () => {
    const read = reading(story.invoice, late);
    expect(read).toMatchObject({
      displayStatus: 'overdue',
      total: 5885,
      amountPaid: 885,
      lateFeeTotal: 1000,
      amountDue: 6000,
      nextAction: { kind: 'late_fee', at: '2026-04-09T00:00:00.000Z', occurrence: 2 },
    });
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it('in Markdown says the same in sentences', () => {
    expect(details(story.invoice, late, ['one more'])).toBe(
      [
        '**A-1** is **overdue**',
        '- total 58.85 USD, late fees 10.00 USD, paid 8.85 USD, due 60.00 USD',
        '- due date 2026-04-01 (UTC)',
        '- next: late fee at 2026-04-09T00:00:00.000Z',
        '- one more',
      ].join('\n'),
    );
    expect(details(given(created()), start)).toContain('- next: nothing by itself');
  });

  it('in Markdown names each hold and until when, without the note', () => {
    const held = after(after(story, promise('2026-04-05', 'secret'), late), dispute(), late);
    const lines = details(held.invoice, late).split('\n');
    expect(lines.filter((one) => one.startsWith('- on hold'))).toEqual([
      '- on hold: promise until 2026-04-05',
      '- on hold: dispute',
    ]);
    expect(lines).toContain('- next: hold ends at 2026-04-06T00:00:00.000Z');
    expect(lines.join()).not.toContain('secret');
  });

  it('in Markdown tells what reduced it without money, where there is any', () => {
    const noted = after(after(story, creditNote(500), late), applyCredit(600), late);
    const lines = () => details(noted.invoice, late).split('\n');
    expect(lines()).toContain('- credit applied 6.00 USD, credit notes 5.00 USD');
    const given = after(after(noted, writeOff, late), pay(100), late);
    expect(details(given.invoice, late)).toContain(
      '- credit applied 6.00 USD, credit notes 5.00 USD, written off 49.00 USD, recovered 1.00 USD\n',
    );
  });

  it('in Markdown says when a scheduled send comes', () => {
    const waiting = after(after(null, create()), schedule('2026-03-10T09:00'));
    expect(details(waiting.invoice, start)).toContain('- next: send at 2026-03-10T09:00:00.000Z');
  });
});
