// What is looked at again right before an automatic reminder leaves: holds, consent, credit, the hour, the tolerance.
import type { Channels, OutgoingEmail, OutgoingSms } from '../../activities/deliver/channel.ts';
import { createDeliver } from '../../activities/deliver/deliver.ts';
import type { Invoice, Message, ReminderRow } from '../../src/domain/invoice/invoice.ts';
import { int64 } from '../../src/store/int64.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import {
  invoiceState,
  makeWorld,
  publicUrl,
  runOnce,
  type World,
  type WorldOptions,
} from './deliver-fixture.ts';

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await openTestDatabase();
  store = database.store;
});
afterAll(() => database.drop());

const plannedAt = '2026-03-31T09:00:00.000Z';
const noon = '2026-03-31T12:00:00.000Z';
const night = '2026-03-31T23:00:00.000Z';

type Kind = 'policy' | 'by hand';

/** An open invoice with a queued reminder, of a step or by hand. */
async function reminded(kind: Kind, change: WorldOptions = {}): Promise<World> {
  const channel = change.message?.channel ?? 'email';
  const base = invoiceState('any');
  const messageId = `${base.id}:due:1:${channel}`;
  const isStep = kind === 'policy';
  const message: Message = {
    id: messageId,
    channel,
    kind: 'reminder',
    template: 'reminder_due',
    commandId: 'reminder:due:1',
    stepId: isStep ? 'due' : null,
    occurrence: isStep ? 1 : null,
    queuedAt: plannedAt,
    state: 'queued',
    settledAt: null,
    code: null,
    switchedFrom: null,
  };
  const row: ReminderRow = {
    stepId: 'due',
    occurrence: 1,
    channel,
    template: 'reminder_due',
    plannedAt,
    nominal: null,
    moved: null,
    switched: null,
    actualAt: null,
    status: 'PLANNED',
    reason: null,
    messageId,
  };
  const policy = { ...base.policy, quietHours: { from: '20:00', to: '08:00' } };
  const invoice: Partial<Invoice> = {
    id: base.id,
    policy,
    reminders: [row],
    messages: [message],
    ...change.invoice,
  };
  const kept = { _id: messageId, channel, kind: 'reminder', template: 'reminder_due' } as const;
  return makeWorld(store, { ...change, invoice, message: { ...kept, ...change.message } });
}

async function delivered(world: World, now = noon): Promise<Ended> {
  const sent: (OutgoingEmail | OutgoingSms)[] = [];
  const send = async (message: OutgoingEmail | OutgoingSms) => {
    sent.push(message);
    return { outcome: 'accepted', providerId: 'p-1', segments: null, detail: null } as const;
  };
  const set = { email: send, sms: send };
  const channels: Channels = { live: set, test: set };
  const deliver = createDeliver({ store, channels, publicUrl, now: () => Date.parse(now) });
  return { ...(await runOnce(deliver, world.request)), sent: sent.length };
}

type Ended = { readonly outcome: unknown; readonly failure: unknown; readonly sent: number };
const suppressed = (code: string): Ended => ({
  outcome: { outcome: 'suppressed', code },
  failure: null,
  sent: 0,
});
const accepted: Ended = { outcome: { outcome: 'accepted' }, failure: null, sent: 1 };

async function giveCredit({ invoice }: World, amount: number): Promise<void> {
  const { organizationId, customerId, liveMode, currency } = invoice;
  await store.creditBalances.insertOne({
    _id: `${customerId}:${liveMode ? 'live' : 'test'}:${currency}`,
    organization_id: organizationId,
    customer_id: customerId,
    live_mode: liveMode,
    currency,
    amount_cents: int64(amount),
  });
}

const dispute = { kind: 'dispute', until: null, endsAt: null, note: null, since: plannedAt } as const;
const text: WorldOptions['message'] = { channel: 'sms', to: ['+14155552671'] };

test.each<[string, Kind, WorldOptions, Ended]>([
  ['a hold keeps a step back', 'policy', { invoice: { holds: [dispute] } }, suppressed('suspended')],
  ['a hold lets a reminder by hand pass', 'by hand', { invoice: { holds: [dispute] } }, accepted],
  [
    'who has opted out gets no step',
    'policy',
    { customer: { email_opt_out: true } },
    suppressed('opted_out'),
  ],
  ['who has opted out gets what a person sends', 'by hand', { customer: { email_opt_out: true } }, accepted],
  [
    'no text to who has taken the consent back',
    'by hand',
    { message: text, customer: { sms_consent: false } },
    suppressed('sms_not_consented'),
  ],
  [
    'no step by text to who never agreed',
    'policy',
    { message: text, customer: { sms_consent: null } },
    suppressed('sms_not_consented'),
  ],
  [
    'a text by hand to who never said a word',
    'by hand',
    { message: text, customer: { sms_consent: null } },
    accepted,
  ],
  ['a step to who has agreed', 'policy', { message: text }, accepted],
])('%s', async (_, kind, change, expected) => {
  expect(await delivered(await reminded(kind, change))).toEqual(expected);
});

test.each<[number, Kind, Ended]>([
  [4885, 'policy', suppressed('covered_by_credit')],
  [4884, 'policy', accepted],
  [4885, 'by hand', accepted],
])('a credit of %i when 4885 are due, and a reminder of the %s', async (credit, kind, expected) => {
  const world = await reminded(kind);
  await giveCredit(world, credit);
  expect(await delivered(world)).toEqual(expected);
});

test('a step that was kept up until the night waits for the morning, in real time only', async () => {
  const live = { invoice: { liveMode: true } };
  const late = await delivered(await reminded('policy', live), night);
  expect(late).toMatchObject({ failure: { type: 'quiet_hours', nextRetryDelay: 9 * 3_600_000 }, sent: 0 });
  expect(await delivered(await reminded('policy', live), '2026-04-01T08:00:00.000Z')).toEqual(accepted);
  expect(await delivered(await reminded('by hand', live), night)).toEqual(accepted);
  expect(await delivered(await reminded('policy'), night)).toEqual(accepted);
});

test('a step that was kept up beyond the tolerance does not come any more', async () => {
  const live = { invoice: { liveMode: true } };
  expect(await delivered(await reminded('policy', live), '2026-04-02T09:00:00.001Z')).toEqual(
    suppressed('too_late'),
  );
  expect(await delivered(await reminded('policy', live), '2026-04-02T09:00:00.000Z')).toEqual(accepted);
  expect(await delivered(await reminded('by hand', live), '2026-04-02T09:00:00.001Z')).toEqual(accepted);
});
