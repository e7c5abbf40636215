import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import {
  created,
  draft,
  events,
  given,
  issued,
  issueOnly,
  markViewed,
  must,
  payment,
  priced,
  refusal,
  remove,
  send,
  start,
  text2pay,
  voidIt,
  when,
} from '../given.ts';

const types = (invoice: Invoice, command: Parameters<typeof events>[1]) =>
  events(invoice, command).map((event) => event.type);
const drafted = given(created());
const open = given(created(), issued);
const paid = given(created(), issued, payment(5885), { type: 'invoice.paid' });

describe('send', () => {
  it('issues a draft and queues the message', () => {
    expect(types(drafted, send)).toEqual(['invoice.issued', 'invoice.message_queued']);
  });

  it('again only queues another message, with an id of its own command', () => {
    expect(events(open, send)).toEqual([
      {
        type: 'invoice.message_queued',
        message: {
          id: 'invoice-1:command-1:email',
          channel: 'email',
          kind: 'invoice',
          template: 'invoice',
          commandId: 'command-1',
          stepId: null,
          occurrence: null,
          queuedAt: start,
          state: 'queued',
          settledAt: null,
          code: null,
          switchedFrom: null,
        },
      },
    ]);
  });

  it('on a paid invoice delivers the receipt and changes no status', () => {
    expect(events(paid, send)).toMatchObject([
      { type: 'invoice.message_queued', message: { kind: 'receipt', template: 'receipt' } },
    ]);
  });

  it('without delivering issues and sends nothing; again it does nothing', () => {
    expect(types(drafted, issueOnly)).toEqual(['invoice.issued']);
    expect(must(when(drafted, issueOnly)).conditions).toEqual([]);
    expect(types(open, issueOnly)).toEqual([]);
    expect(types(paid, issueOnly)).toEqual([]);
  });

  it('of nothing to pay ends in paid', () => {
    const nothing = given(created(priced(0)));
    expect(types(nothing, send)).toEqual(['invoice.issued', 'invoice.message_queued', 'invoice.paid']);
    expect(types(nothing, issueOnly)).toEqual(['invoice.issued', 'invoice.paid']);
  });

  it('issues a scheduled invoice at once', () => {
    expect(types({ ...drafted, status: 'scheduled' }, send)).toEqual([
      'invoice.issued',
      'invoice.message_queued',
    ]);
  });

  it('is refused where the due date of the draft has passed', () => {
    const stale = given(created(draft({ dueDate: '2026-03-01' })));
    expect(refusal(stale, send)).toMatchObject({ rejected: 'due_before_issue', pointer: '/due_date' });
  });

  it.each([send, issueOnly, text2pay])(
    'is refused where a part would fall due before the issue: %j',
    (command) => {
      const parts = (deposit: string) => ({
        deposit: { type: 'percentage' as const, value: '10', dueDate: deposit },
        schedule: ['2026-03-20', '2026-04-20'].map((dueDate) => ({
          type: 'percentage' as const,
          value: '50',
          dueDate,
        })),
      });
      const late = given(created(draft({ installments: parts('2026-03-01') })));
      expect(refusal(late, command)).toMatchObject({
        rejected: 'invalid_installments',
        pointer: '/installments/deposit/due_date',
      });
      const today = given(created(draft({ installments: parts('2026-03-02') })));
      expect(types(today, command)[0]).toBe('invoice.issued');
    },
  );
});

describe('text2pay', () => {
  it('issues a draft and queues a text', () => {
    expect(events(drafted, text2pay)).toMatchObject([
      { type: 'invoice.issued' },
      {
        type: 'invoice.message_queued',
        message: { id: 'invoice-1:command-1:sms', channel: 'sms', kind: 'text2pay' },
      },
    ]);
  });

  it('on an open invoice only queues the text, on condition that a person asked for it', () => {
    expect(must(when(open, text2pay))).toMatchObject({
      events: [{ type: 'invoice.message_queued' }],
      conditions: [{ kind: 'recipient', messageId: 'invoice-1:command-1:sms', automatic: false }],
      told: { messageIds: ['invoice-1:command-1:sms'] },
    });
  });
});

describe('a remind by hand', () => {
  it('queues a message on the channel asked for, under the frequency cap', () => {
    expect(must(when(open, { name: 'remind', channel: 'sms' }))).toEqual({
      events: [
        {
          type: 'invoice.message_queued',
          message: expect.objectContaining({ channel: 'sms', kind: 'reminder', template: 'reminder_before' }),
        },
      ],
      conditions: [
        { kind: 'recipient', messageId: 'invoice-1:command-1:sms', automatic: false },
        { kind: 'reminderCap', messageId: 'invoice-1:command-1:sms', at: start, messages: 3, days: 7 },
      ],
      told: { messageIds: ['invoice-1:command-1:sms'], replaces: null },
    });
  });
});

describe('markViewed', () => {
  it('is noted once', () => {
    expect(types(open, markViewed)).toEqual(['invoice.viewed']);
    const viewed = given(created(), issued, { type: 'invoice.viewed' });
    expect(viewed.firstViewedAt).toBe(start);
    expect(types(viewed, markViewed)).toEqual([]);
  });
});

describe('delete', () => {
  it('ends a draft at once', () => {
    expect(types(drafted, remove)).toEqual(['invoice.deleted']);
    expect(given(created(), { type: 'invoice.deleted' })).toMatchObject({
      status: 'deleted',
      closedAt: start,
    });
  });
});

describe('void', () => {
  it('keeps the reason and the number, and stops everything', () => {
    const voided = { type: 'invoice.voided', reason: 'a duplicate', disposition: [] } as const;
    expect(events(open, { name: 'void', reason: 'a duplicate', disposition: null })).toEqual([voided]);
    expect(given(created(), issued, voided)).toMatchObject({
      status: 'void',
      number: 'TEST-0001',
      voidedAt: start,
      voidReason: 'a duplicate',
    });
  });

  it('is refused while something is paid, and says how much and by which payments', () => {
    expect(refusal(given(created(), issued, payment(100)), voidIt)).toEqual({
      rejected: 'net_paid_not_zero',
      message:
        'Payments lie on the invoice (net paid 100: payment-1). Say what becomes of them in `disposition`, or refund them first.',
      data: { net_paid: 100, payments: 'payment-1' },
    });
  });
});
