// What cannot arrive goes by the customer's other channel: once, and only where it would still make sense.
import { recorded } from '../../../src/domain/invoice/decision.ts';
import { deliveryEvents, reportEvents } from '../../../src/domain/invoice/delivery.ts';
import type { InvoiceEvent } from '../../../src/domain/invoice/events.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import type { Invoice, Policy } from '../../../src/domain/invoice/invoice.ts';
import { withSecondChannel } from '../../../src/domain/invoice/second-channel.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import {
  after,
  openStory,
  pay,
  policy,
  priced,
  remind,
  send,
  start,
  step,
  text2pay,
  voidIt,
  wake,
} from '../given.ts';
import { changed } from '../revising.ts';

const document = priced(5115, {
  dueDate: '2026-04-01',
  reminderSteps: [step(), step({ id: 'text', channel: 'sms', offsetDays: 1 })],
});
const story = (by: Policy = policy) => openStory(document, start, by);
const now = '2026-03-02T10:00:05.000Z';

function failed(invoice: Invoice, code: string, at = now, id = invoice.messages.at(-1)?.id ?? '') {
  return withSecondChannel(invoice, deliveryEvents(invoice, id, { outcome: 'failed', code }), at);
}
const happen = (invoice: Invoice, events: readonly InvoiceEvent[], at = now) =>
  recorded(invoice, events, at).reduce<Invoice>(evolve, invoice);
const types = (events: readonly InvoiceEvent[]) => events.map(({ type }) => type);

describe('a first send that is refused for good', () => {
  const sent = after(story(), send).invoice;

  it('goes by text at once, and the text knows what it stands in for', () => {
    const { events, conditions } = failed(sent, 'smtp_550');
    expect(types(events)).toEqual(['invoice.message_failed', 'invoice.message_queued']);
    expect(events[1]).toMatchObject({
      message: {
        id: 'invoice-1:command-1:sms',
        channel: 'sms',
        kind: 'invoice',
        template: 'invoice',
        queuedAt: now,
        state: 'queued',
        switchedFrom: 'invoice-1:command-1:email',
      },
    });
    // A person asked for it, so silence about texts is no obstacle, and no cap counts first sends.
    expect(conditions).toEqual([
      { kind: 'recipient', messageId: 'invoice-1:command-1:sms', automatic: false },
    ]);
  });

  it.each([
    ['smtp_550', 2],
    ['smtp_554', 2],
    ['smtp_refused', 2],
    // Our own login, a day of tries, a text that nobody can read: none of it is about the recipient.
    ['smtp_535', 1],
    ['smtp_530', 1],
    ['smtp_421', 1],
    ['smtp_unreachable', 1],
    ['unsafe_content', 1],
  ])('with %s makes %i events', (code, count) => {
    expect(failed(sent, code).events).toHaveLength(count);
  });

  it('is switched once: the text that fails too does not come back as a mail', () => {
    const again = happen(sent, failed(sent, 'smtp_550').events);
    expect(types(failed(again, 'twilio_21211').events)).toEqual(['invoice.message_failed']);
    // Also when the state has forgotten the mail by then.
    const messages = again.messages.filter(({ channel }) => channel === 'sms');
    expect(types(failed({ ...again, messages }, 'twilio_21211').events)).toEqual(['invoice.message_failed']);
  });

  it('is not switched on an invoice that is void or paid by then, nor where the release gave it up', () => {
    for (const command of [voidIt, pay()]) {
      const closed = after(after(story(), send), command).invoice;
      expect(types(failed(closed, 'smtp_550').events)).toEqual(['invoice.message_failed']);
    }
    const old = after(story({ ...policy, secondChannel: false }), send).invoice;
    expect(types(failed(old, 'smtp_550').events)).toEqual(['invoice.message_failed']);
  });

  it('comes back later, and is switched then', () => {
    const id = 'invoice-1:command-1:email';
    const accepted = happen(sent, deliveryEvents(sent, id, { outcome: 'accepted' }));
    const bounced = reportEvents(accepted, { messageId: id, state: 'bounced', code: '511' });
    const { events } = withSecondChannel(accepted, bounced, now);
    expect(types(events)).toEqual(['invoice.message_failed', 'invoice.message_queued']);
    expect(withSecondChannel(accepted, [], now).events).toEqual([]);
  });
});

describe('a reminder by hand', () => {
  it('goes by the other channel under the cap', () => {
    const { invoice } = after(story(), { ...remind, channel: 'sms' } as typeof remind);
    const { events, conditions } = failed(invoice, 'twilio_21614');
    expect(events[1]).toMatchObject({ message: { channel: 'email', kind: 'reminder', stepId: null } });
    expect(conditions.map(({ kind }) => kind)).toEqual(['recipient', 'reminderCap']);
  });

  it.each([
    ['twilio_21211', 2],
    ['twilio_30003', 2],
    ['twilio_30005', 2],
    ['twilio_30006', 2],
    ['twilio_21610', 1], // who has opted out has not asked for mail instead
    ['twilio_30007', 1],
  ])('refused with %s makes %i events', (code, count) => {
    const { invoice } = after(story(), { ...remind, channel: 'sms' } as typeof remind);
    expect(failed(invoice, code).events).toHaveLength(count);
  });

  it('that a carrier reports as undeliverable goes by mail', () => {
    const { invoice } = after(story(), { ...remind, channel: 'sms' } as typeof remind);
    const messageId = invoice.messages[0]?.id ?? '';
    const report = reportEvents(invoice, { messageId, state: 'bounced', code: '30005' });
    expect(types(withSecondChannel(invoice, report, now).events).at(-1)).toBe('invoice.message_queued');
  });
});

describe('a text that asks for the payment', () => {
  it('is not turned into a mail', () => {
    const { invoice } = after(story(), text2pay);
    expect(types(failed(invoice, 'twilio_21211').events)).toEqual(['invoice.message_failed']);
  });
});

describe('a step', () => {
  const due = '2026-04-01T09:00:00.000Z';
  const at = '2026-04-01T09:00:02.000Z';
  const queued = wake(story(), due).invoice;

  it('is planned once more by the other channel, and its turn of time asks everything again', () => {
    const decision = failed(queued, 'smtp_550', at);
    expect(types(decision.events)).toEqual(['invoice.message_failed', 'invoice.reminder_switched']);
    expect(decision.conditions).toEqual([]);
    const again = happen(queued, decision.events, at);
    expect(again.reminders[0]).toMatchObject({
      channel: 'sms',
      status: 'PLANNED',
      reason: null,
      messageId: null,
      plannedAt: due,
      moved: { to: at, reason: 'second_channel' },
      switched: { channel: 'email', messageId: 'invoice-1:due:1:email', code: 'smtp_550' },
    });
    const { events, conditions } = turnOfTime(again, at);
    expect(events).toEqual([
      expect.objectContaining({
        type: 'invoice.message_queued',
        message: expect.objectContaining({
          id: 'invoice-1:due:1:sms',
          channel: 'sms',
          switchedFrom: 'invoice-1:due:1:email',
        }) as unknown,
      }),
    ]);
    expect(conditions[0]).toEqual({ kind: 'recipient', messageId: 'invoice-1:due:1:sms', automatic: true });
    const row = happen(again, events, at).reminders[0];
    expect(row).toMatchObject({ status: 'PLANNED', messageId: 'invoice-1:due:1:sms' });
  });

  it('tells both in the timeline', () => {
    const again = happen(queued, failed(queued, 'smtp_550', at).events, at);
    const told = timeline(again, at).entries.filter(({ stepId }) => stepId === 'due');
    expect(told.map((entry) => [entry.at, entry.status, entry.channel, entry.reason])).toEqual([
      [due, 'skipped', 'email', 'smtp_550'],
      [at, 'planned', 'sms', 'second_channel'],
    ]);
  });

  it('waits for the morning where the first one came back at night', () => {
    const by: Policy = { ...policy, quietHours: { from: '20:00', to: '08:00' } };
    const begun = wake(story(by), due).invoice;
    const id = 'invoice-1:due:1:email';
    const accepted = happen(begun, deliveryEvents(begun, id, { outcome: 'accepted' }), at);
    const bounced = reportEvents(accepted, { messageId: id, state: 'bounced', code: null });
    const night = '2026-04-01T22:00:00.000Z';
    const again = happen(accepted, withSecondChannel(accepted, bounced, night).events, night);
    expect(turnOfTime(again, night).events).toEqual([]);
    const text = turnOfTime(again, '2026-04-02T08:00:00.000Z').events.at(-1);
    expect(text).toMatchObject({ type: 'invoice.message_queued', message: { channel: 'sms' } });
  });

  it('ends where the other channel is not wanted', () => {
    const again = happen(queued, failed(queued, 'smtp_550', at).events, at);
    const blocked = { 'invoice-1:due:1:sms': 'sms_not_consented' } as const;
    const [row] = turnOfTime(again, at, blocked).events.reduce<Invoice>(evolve, again).reminders;
    expect(row).toMatchObject({ status: 'SUPPRESSED', reason: 'sms_not_consented' });
  });

  it('is not switched where other dates bring it again anyway', () => {
    const later = changed({ ...story(), invoice: queued }, { dueDate: '2026-04-20' }, at).invoice;
    expect(
      later.reminders.filter(({ stepId, status }) => stepId === 'due' && status === 'PLANNED'),
    ).toHaveLength(2);
    const lost = failed(later, 'smtp_550', at, 'invoice-1:due:1:email');
    expect(types(lost.events)).toEqual(['invoice.message_failed']);
  });

  it('is not switched twice', () => {
    const again = happen(queued, failed(queued, 'smtp_550', at).events, at);
    const texted = turnOfTime(again, at).events.reduce<Invoice>(evolve, again);
    const lost = failed(texted, 'twilio_30006', at, 'invoice-1:due:1:sms');
    expect(types(lost.events)).toEqual(['invoice.message_failed']);
    expect(happen(texted, lost.events, at).reminders[0]).toMatchObject({
      status: 'FAILED',
      reason: 'twilio_30006',
    });
  });
});
