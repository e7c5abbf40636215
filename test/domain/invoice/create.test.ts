import { decide } from '../../../src/domain/invoice/commands.ts';
import type { Policy } from '../../../src/domain/invoice/invoice.ts';
import { restoreRequest } from '../../../src/domain/invoice/restore.ts';
import {
  create,
  circumstances,
  draft,
  events,
  must,
  policy,
  priced,
  refusal,
  start,
  step,
  terms,
  when,
} from '../given.ts';

const types = (action: 'draft' | 'issue' | 'send' | 'text2pay', document = draft()) =>
  events(null, create({ action, draft: document })).map((event) => event.type);

describe('create', () => {
  it.each([
    ['draft', ['invoice.created']],
    ['issue', ['invoice.created', 'invoice.issued']],
    ['send', ['invoice.created', 'invoice.issued', 'invoice.message_queued']],
    ['text2pay', ['invoice.created', 'invoice.issued', 'invoice.message_queued']],
  ] as const)('with action %s makes %j happen', (action, expected) => {
    expect(types(action)).toEqual(expected);
  });

  it.each([
    ['issue', ['invoice.created', 'invoice.issued', 'invoice.paid']],
    ['send', ['invoice.created', 'invoice.issued', 'invoice.message_queued', 'invoice.paid']],
    ['draft', ['invoice.created']],
  ] as const)('of a total of zero with action %s makes %j happen', (action, expected) => {
    expect(types(action, priced(0))).toEqual(expected);
  });

  it('is scheduled at once where it says when it is to be sent', () => {
    const command = create({ sendAt: '2026-03-09T08:30', draft: draft({ timeZone: 'Europe/Paris' }) });
    expect(events(null, command).slice(1)).toEqual([
      {
        type: 'invoice.scheduled',
        scheduledSend: {
          localTime: '2026-03-09T08:30',
          timeZone: 'Europe/Paris',
          at: '2026-03-09T07:30:00.000Z',
        },
      },
    ]);
    expect(refusal(null, create({ sendAt: '2026-03-02T09:59' }))).toMatchObject({
      rejected: 'date_in_past',
      pointer: '/send_at',
    });
  });

  it('says who has to be reached for the message it queues, and which one that is', () => {
    expect(must(when(null, create({ action: 'send' })))).toMatchObject({
      conditions: [{ kind: 'recipient', messageId: 'invoice-1:command-1:email', automatic: false }],
      told: { messageIds: ['invoice-1:command-1:email'] },
    });
    expect(must(when(null, create({ action: 'text2pay' })))).toMatchObject({
      told: { messageIds: ['invoice-1:command-1:sms'] },
    });
    expect(must(when(null, create({ action: 'issue' })))).toMatchObject({ conditions: [], told: {} });
  });

  it('reserves a number that the caller gave', () => {
    const command = create({ action: 'send', draft: draft({ requestedNumber: 'A-7' }) });
    expect(must(when(null, command)).conditions).toEqual([
      { kind: 'numberFree', number: 'A-7' },
      { kind: 'recipient', messageId: 'invoice-1:command-1:email', automatic: false },
    ]);
    expect(events(null, command)[1]).toMatchObject({ type: 'invoice.issued', number: 'A-7' });
    expect(events(null, create({ action: 'issue' }))[1]).toMatchObject({ number: null });
  });

  it.each([
    ['an unknown currency', draft({ currency: 'XYZ' }), 'invalid_currency', '/currency'],
    ['a lower-case currency', draft({ currency: 'usd' }), 'invalid_currency', '/currency'],
    ['an unknown zone', draft({ timeZone: 'Mars/Phobos' }), 'invalid_time_zone', '/time_zone'],
    ['no lines', draft({ lines: [] }), 'no_line_items', '/line_items_attributes'],
    [
      '501 lines',
      draft({ lines: Array.from({ length: 501 }, () => draft().lines[0]!) }),
      'too_many_lines',
      '/line_items_attributes',
    ],
    [
      'a due date before the issue date',
      draft({ issueDate: '2026-03-02', dueDate: '2026-03-01' }),
      'due_before_issue',
      '/due_date',
    ],
  ] as const)('refuses %s', (_, document, rejected, pointer) => {
    expect(refusal(null, create({ draft: document }))).toMatchObject({ rejected, pointer });
  });

  it('refuses a due date before today where it is issued today, and takes it for a draft', () => {
    const document = draft({ dueDate: '2026-03-01' });
    expect(refusal(null, create({ draft: document, action: 'send' }))).toMatchObject({
      rejected: 'due_before_issue',
      pointer: '/due_date',
    });
    expect(types('draft', document)).toEqual(['invoice.created']);
  });
});

describe('an issue', () => {
  const issue = (document: Parameters<typeof draft>[0], now = start, by = policy) =>
    must(decide(null, create({ draft: draft(document), action: 'issue', policy: by }), circumstances(now)))
      .events[1];

  it.each([
    // issue date, due date, terms → issue date, due date
    [null, null, null, '2026-03-02', '2026-04-01'], // the policy's 30 days
    [null, null, 'NET 14', '2026-03-02', '2026-03-16'],
    [null, null, '2% 10 NET 30', '2026-03-02', '2026-04-01'],
    [null, null, 'due on receipt', '2026-03-02', '2026-03-02'],
    [null, null, 'as we agreed', '2026-03-02', '2026-04-01'],
    ['2026-01-31', null, 'Net 30', '2026-01-31', '2026-03-02'],
    ['2026-02-10', '2026-02-20', 'NET 90', '2026-02-10', '2026-02-20'], // a given date wins
    ['2026-05-01', null, null, '2026-05-01', '2026-05-31'],
  ])('of %s due %s on %p is dated %s and due %s', (issueDate, dueDate, words, date, due) => {
    expect(issue({ issueDate, dueDate, terms: words })).toMatchObject({ issueDate: date, dueDate: due });
  });

  it('is dated today in the zone of the invoice, and overdue from the first instant after its due date', () => {
    const now = '2026-03-02T10:30:00.000Z';
    expect(issue({ timeZone: 'Pacific/Kiritimati', terms: 'NET 1' }, now)).toMatchObject({
      issueDate: '2026-03-03',
      dueDate: '2026-03-04',
      dueAt: '2026-03-04T10:00:00.000Z',
    });
    expect(issue({ timeZone: 'Pacific/Niue', terms: 'NET 1' }, now)).toMatchObject({
      issueDate: '2026-03-01',
      dueAt: '2026-03-03T11:00:00.000Z',
    });
  });

  it('follows the organization’s days where the document names none', () => {
    expect(issue({}, start, { ...policy, defaultNetDays: 7 })).toMatchObject({ dueDate: '2026-03-09' });
  });

  describe('with instalments', () => {
    const part = (dueDate: string) => ({ type: 'percentage', value: '50', dueDate }) as const;
    const installments = { deposit: null, schedule: [part('2026-04-20'), part('2026-06-20')] };

    it('falls due with the last where neither a date nor terms say when', () => {
      expect(issue({ installments })).toMatchObject({
        dueDate: '2026-06-20',
        dueAt: '2026-06-21T00:00:00.000Z',
      });
      expect(issue({ installments, terms: 'With thanks' })).toMatchObject({ dueDate: '2026-06-20' });
      expect(issue({ installments, terms: 'NET 14' })).toMatchObject({ dueDate: '2026-03-16' });
      expect(issue({ installments, dueDate: '2026-05-01' })).toMatchObject({ dueDate: '2026-05-01' });
    });

    it('falls due after the organization’s days where it was begun under an earlier release', () => {
      const { dueWithLastInstallment: _later, ...former } = policy;
      const restored = restoreRequest(draft({ installments }), former as Policy).policy;
      expect(issue({ installments }, start, restored)).toMatchObject({ dueDate: '2026-04-01' });
    });

    it('that lie before the issue is refused for them, not for the due date that they make', () => {
      const past = { deposit: null, schedule: [part('2026-01-01'), part('2026-02-01')] };
      expect(refusal(null, create({ action: 'issue', draft: draft({ installments: past }) }))).toMatchObject({
        rejected: 'invalid_installments',
        pointer: '/installments/schedule/0/due_date',
      });
    });
  });

  it('freezes the reminders and the place in the plan of late fees', () => {
    const document = {
      issueDate: '2026-02-01',
      dueDate: '2026-02-27',
      reminderSteps: [step(), step({ id: 'later', offsetDays: 7 })],
      lateFeeTerms: terms({ interval: 'day' as const }),
    };
    expect(issue(document)).toMatchObject({
      firstFeeOccurrence: 4,
      reminders: [
        { stepId: 'due', status: 'SKIPPED', reason: 'before_issue' },
        { stepId: 'later', status: 'PLANNED', plannedAt: '2026-03-06T09:00:00.000Z' },
      ],
    });
  });

  it('with a due date at the end of the calendar is not overdue', () => {
    expect(issue({ dueDate: '9999-12-31' })).toMatchObject({ dueAt: '9999-12-31T23:59:59.999Z' });
  });
});
