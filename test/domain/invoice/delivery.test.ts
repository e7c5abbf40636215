import { recorded } from '../../../src/domain/invoice/commands.ts';
import { deliveryEvents, type Outcome, outbox, reportEvents } from '../../../src/domain/invoice/delivery.ts';
import type { InvoiceEvent } from '../../../src/domain/invoice/events.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import { type Invoice, messagesKept } from '../../../src/domain/invoice/invoice.ts';
import { after, draft, openStory, pay, remind, send, start, step, text2pay, wake } from '../given.ts';

const later = '2026-03-02T10:00:05.000Z';
const sent = after(openStory(draft()), send).invoice;
const messageId = 'invoice-1:command-1:email';
const accepted: Outcome = { outcome: 'accepted' };

function happen(invoice: Invoice, events: readonly InvoiceEvent[], at: string = later): Invoice {
  return recorded(invoice, events, at).reduce<Invoice>(evolve, invoice);
}
const types = (events: readonly InvoiceEvent[]) => events.map((event) => event.type);
const state = (invoice: Invoice) => invoice.messages.map((one) => [one.state, one.code, one.settledAt]);

describe('the outcome of a delivery', () => {
  it('that a server took the message is what sends the invoice; nothing claims it before', () => {
    expect(sent.sentAt).toBeNull();
    expect(types(deliveryEvents(sent, messageId, accepted))).toEqual([
      'invoice.message_accepted',
      'invoice.sent',
    ]);
    const settled = happen(sent, deliveryEvents(sent, messageId, accepted));
    expect(settled.sentAt).toBe(later);
    expect(state(settled)).toEqual([['accepted', null, later]]);
  });

  it('of a resend leaves the first instant alone', () => {
    const settled = happen(sent, deliveryEvents(sent, messageId, accepted));
    const again = after({ invoice: settled, entries: [] }, text2pay).invoice;
    expect(types(deliveryEvents(again, 'invoice-1:command-1:sms', accepted))).toEqual([
      'invoice.message_accepted',
    ]);
  });

  it('by text2pay sends the invoice too', () => {
    const texted = after(openStory(draft()), text2pay).invoice;
    expect(types(deliveryEvents(texted, 'invoice-1:command-1:sms', accepted))).toContain('invoice.sent');
  });

  it('of a receipt or a reminder does not send the invoice', () => {
    const paid = after(after(openStory(draft()), pay()), send).invoice;
    expect(types(deliveryEvents(paid, messageId, accepted))).toEqual(['invoice.message_accepted']);
    const reminded = after(openStory(draft()), remind).invoice;
    expect(deliveryEvents(reminded, messageId, accepted)).toEqual([
      { type: 'invoice.message_accepted', messageId },
      { type: 'invoice.reminder_sent', stepId: null, occurrence: null, channel: 'email', messageId },
    ]);
  });

  it.each([
    ['failed', '550'],
    ['unknown', 'timeout'],
    ['suppressed', 'nothing_due'],
  ] as const)('that is %s comes back with its code', (outcome, code) => {
    const settled = happen(sent, deliveryEvents(sent, messageId, { outcome, code }));
    expect(state(settled)).toEqual([[outcome, code, later]]);
    expect(settled.sentAt).toBeNull();
    expect(outbox(settled)).toEqual([]);
  });

  it('that comes twice, late, or for a message nobody knows changes nothing', () => {
    const settled = happen(sent, deliveryEvents(sent, messageId, accepted));
    expect(deliveryEvents(settled, messageId, accepted)).toEqual([]);
    expect(deliveryEvents(settled, messageId, { outcome: 'failed', code: '550' })).toEqual([]);
    expect(deliveryEvents(sent, 'nobody', accepted)).toEqual([]);
  });
});

describe('the row of a reminder', () => {
  const planned = openStory(draft({ dueDate: '2026-03-05', reminderSteps: [step()] }));
  const queued = wake(planned, '2026-03-05T09:00:00.000Z').invoice;
  const reminderId = 'invoice-1:due:1:email';
  const at = '2026-03-05T09:00:03.000Z';
  const row = (invoice: Invoice) =>
    invoice.reminders.map((one) => [one.status, one.reason, one.actualAt, one.messageId]);

  it.each([
    [accepted, ['SENT', null, at, reminderId]],
    [{ outcome: 'failed', code: '550' }, ['FAILED', '550', at, reminderId]],
    [{ outcome: 'unknown', code: 'timeout' }, ['FAILED', 'timeout', at, reminderId]],
    [{ outcome: 'suppressed', code: 'nothing_due' }, ['SUPPRESSED', 'nothing_due', at, reminderId]],
  ] as const)('after %j is %j', (outcome, expected) => {
    expect(row(queued)).toEqual([['PLANNED', null, null, reminderId]]);
    expect(row(happen(queued, deliveryEvents(queued, reminderId, outcome), at))).toEqual([expected]);
  });

  it('is SENT after all where the provider reports a delivery that nobody had heard of', () => {
    const lost = happen(
      queued,
      deliveryEvents(queued, reminderId, { outcome: 'unknown', code: 'timeout' }),
      at,
    );
    const told = reportEvents(lost, { messageId: reminderId, state: 'delivered', code: null });
    expect(row(happen(lost, told, at))).toEqual([['SENT', null, at, reminderId]]);
  });

  it('that was sent fails when the message bounces', () => {
    const done = happen(queued, deliveryEvents(queued, reminderId, accepted), at);
    const bounced = happen(
      done,
      reportEvents(done, { messageId: reminderId, state: 'bounced', code: '511' }),
      at,
    );
    expect(row(bounced)).toEqual([['FAILED', '511', at, reminderId]]);
  });
});

describe('the report of a provider', () => {
  const settled = happen(sent, deliveryEvents(sent, messageId, accepted));
  const report = (invoice: Invoice, what: 'delivered' | 'bounced', code: string | null = null) =>
    reportEvents(invoice, { messageId, state: what, code });

  it.each(['queued', 'unknown'] as const)(
    'that comes while the send is %s says that the message was taken',
    (before) => {
      const lost = deliveryEvents(sent, messageId, { outcome: 'unknown', code: 'timeout' });
      const invoice = before === 'queued' ? sent : happen(sent, lost);
      expect(types(report(invoice, 'delivered'))).toEqual([
        'invoice.message_accepted',
        'invoice.sent',
        'invoice.message_delivered',
      ]);
      const delivered = happen(invoice, report(invoice, 'delivered'));
      expect(delivered.sentAt).toBe(later);
      expect(state(delivered)).toEqual([['delivered', null, later]]);
      expect(types(report(invoice, 'bounced'))).toEqual([
        'invoice.message_accepted',
        'invoice.sent',
        'invoice.message_failed',
      ]);
    },
  );

  it.each(['failed', 'suppressed'] as const)('on a message that %s changes nothing', (outcome) => {
    const ended = happen(sent, deliveryEvents(sent, messageId, { outcome, code: 'x' }));
    expect([report(ended, 'delivered'), report(ended, 'bounced')]).toEqual([[], []]);
  });

  it('of delivery counts once', () => {
    const delivered = happen(settled, report(settled, 'delivered'));
    expect(state(delivered)).toEqual([['delivered', null, later]]);
    expect(report(delivered, 'delivered')).toEqual([]);
  });

  it('of a bounce counts also after delivery, and stays', () => {
    const delivered = happen(settled, report(settled, 'delivered'));
    const bounced = happen(delivered, report(delivered, 'bounced'));
    expect(state(bounced)[0]?.slice(0, 2)).toEqual(['bounced', 'bounced']);
    expect(report(bounced, 'delivered')).toEqual([]);
    expect(report(bounced, 'bounced')).toEqual([]);
  });

  it('about a message nobody knows changes nothing', () => {
    expect(reportEvents(sent, { messageId: 'nobody', state: 'bounced', code: null })).toEqual([]);
  });
});

describe('the messages that an invoice remembers', () => {
  it('are the last ones, and every one that is still to be delivered', () => {
    let { invoice } = openStory(draft());
    for (let index = 0; index < messagesKept + 10; index += 1) {
      const id = `m${index}`;
      const [queued] = after({ invoice, entries: [] }, send).invoice.messages.slice(-1);
      const message = { ...queued!, id };
      invoice = happen(invoice, [{ type: 'invoice.message_queued', message }]);
      if (index !== 0) invoice = happen(invoice, deliveryEvents(invoice, id, accepted));
    }
    expect(invoice.messages).toHaveLength(messagesKept);
    expect(invoice.messages[0]).toMatchObject({ id: 'm0', state: 'queued' });
    expect(invoice.messages.at(-1)?.id).toBe(`m${messagesKept + 9}`);
  });
});

describe('the outbox', () => {
  it('holds what is still to be delivered, oldest first', () => {
    const two = after(after(openStory(draft()), send), text2pay).invoice;
    expect(outbox(two).map((one) => [one.channel, one.queuedAt])).toEqual([
      ['email', start],
      ['sms', start],
    ]);
  });
});
