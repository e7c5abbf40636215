import { CancelledFailure } from '@temporalio/common';
import type { Channels, OutgoingEmail, Send, Tried } from '../../activities/deliver/channel.ts';
import { createDeliver } from '../../activities/deliver/deliver.ts';
import type { MessageDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import {
  issuedAt,
  makeWorld,
  publicUrl,
  quietEnvironment,
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
afterAll(async () => {
  await database.drop();
});

const row = async (world: World): Promise<MessageDocument> => {
  const found = await store.messages.findOne({ _id: world.message._id });
  if (found === null) throw new Error('the message is gone');
  return found;
};

const acceptance: Tried = { outcome: 'accepted', providerId: 'p-1', segments: null, detail: null };
const unsent: Tried = {
  outcome: 'fault',
  seen: { provider: 'smtp', reply: null, session: false, error: 'EABORT', written: false },
  retryAfter: null,
  detail: 'no reply (EABORT)',
};

/** A delivery whose channel does what the test says, at a time that the test says. */
function deliveryWith(send: Send<OutgoingEmail>, now: () => number = Date.now) {
  const set = { email: send, sms: () => Promise.reject(new Error('no text was expected')) };
  const channels: Channels = { live: set, test: set };
  return createDeliver({ store, channels, publicUrl, now, lease: 45_000, heartbeatEvery: 5 });
}

function counting(result: Tried = acceptance) {
  const sent: OutgoingEmail[] = [];
  const send: Send<OutgoingEmail> = async (message) => {
    sent.push(message);
    return result;
  };
  return { sent, send };
}

describe('a message that makes no sense any more', () => {
  const reminder: WorldOptions['message'] = { kind: 'reminder', template: 'reminder_due' };
  const paid: WorldOptions['invoice'] = {
    status: 'paid',
    payments: [
      {
        id: 'pay-1',
        amount: 4885,
        applied: 4885,
        unapplied: 0,
        refunded: 0,
        tip: 0,
        recovery: false,
        provider: null,
        providerPaymentId: null,
        date: '2026-03-02',
        method: 'cash',
        depositToAccountId: null,
        reference: null,
        note: null,
        status: 'succeeded',
        createdAt: issuedAt,
      },
    ],
  };
  it.each([
    ['a reminder of a paid invoice', reminder, paid, 'nothing_due'],
    ['a reminder of a void invoice', reminder, { status: 'void' }, 'invoice_void'],
    ['a reminder of a written-off invoice', reminder, { status: 'uncollectible' }, 'not_open'],
    ['the invoice itself once it is void', {}, { status: 'void' }, 'invoice_void'],
    ['a text for a paid invoice', { kind: 'text2pay', channel: 'sms' }, paid, 'nothing_due'],
    ['a message of a deleted draft', {}, { status: 'deleted' }, 'invoice_deleted'],
  ] as const)('is suppressed: %s', async (_name, message, invoice, code) => {
    const world = await makeWorld(store, { message: { ...message, cap_key: `moot-${_name}` }, invoice });
    await store.messageCaps.insertOne({
      _id: `moot-${_name}`,
      claims: [{ message_id: world.message._id, at: issuedAt }],
    });
    const { sent, send } = counting();
    const deliver = deliveryWith(send);
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'suppressed', code });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'suppressed', code });
    expect(sent).toEqual([]);
    expect(await row(world)).toMatchObject({ state: 'suppressed', sent_at: null });
    expect((await store.messageCaps.findOne({ _id: `moot-${_name}` }))?.claims).toEqual([]);
  });

  it('is sent all the same when it is a receipt, or the invoice after it was paid', async () => {
    for (const kind of ['receipt', 'invoice'] as const) {
      const world = await makeWorld(store, { message: { kind, template: kind }, invoice: paid });
      const { sent, send } = counting();
      expect((await runOnce(deliveryWith(send), world.request)).outcome).toEqual({ outcome: 'accepted' });
      expect(sent).toHaveLength(1);
    }
  });
});

describe('a message that another attempt has claimed', () => {
  const start = Date.parse('2026-05-01T12:00:00.000Z');
  const claimed = (leaseUntil: number, over: WorldOptions['message'] = {}): WorldOptions => ({
    message: { state: 'claimed', lease_until: new Date(leaseUntil).toISOString(), ...over },
  });

  it('is left alone until the lease ends', async () => {
    const world = await makeWorld(store, claimed(start + 10_000));
    const { sent, send } = counting();
    const ran = await runOnce(
      deliveryWith(send, () => start),
      world.request,
    );
    expect(ran.failure).toMatchObject({
      type: 'delivery_claimed',
      nextRetryDelay: 10_100,
      nonRetryable: false,
    });
    expect(sent).toEqual([]);
  });

  it('goes out once more when the lease ran out on a first send, and only once more', async () => {
    const world = await makeWorld(store, claimed(start - 1));
    const { sent, send } = counting();
    const deliver = deliveryWith(send, () => start);
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    expect(sent).toHaveLength(1);
    expect((await row(world)).attempts).toMatchObject([
      { outcome: 'unknown', code: 'no_answer' },
      { outcome: 'accepted' },
    ]);
    const unknown = [{ at: issuedAt, outcome: 'unknown' as const, code: 'no_answer', detail: null }];
    const twice = await makeWorld(store, claimed(start - 1, { attempts: unknown }));
    expect((await runOnce(deliver, twice.request)).outcome).toEqual({
      outcome: 'unknown',
      code: 'no_answer',
    });
    expect(sent).toHaveLength(1);
  });

  it.each([
    { kind: 'reminder', template: 'reminder_due' },
    { kind: 'text2pay', channel: 'sms' },
    { kind: 'invoice', channel: 'sms' },
  ] as const)('stays unknown when the lease ran out: $kind', async (message) => {
    const world = await makeWorld(store, claimed(start - 1, message));
    const { sent, send } = counting();
    const deliver = deliveryWith(send, () => start);
    const unknown = { outcome: 'unknown', code: 'no_answer' };
    expect((await runOnce(deliver, world.request)).outcome).toEqual(unknown);
    expect((await runOnce(deliver, world.request)).outcome).toEqual(unknown);
    expect(sent).toEqual([]);
    expect((await row(world)).attempts).toHaveLength(1);
  });

  it('counts as accepted when the slow attempt comes back with the acceptance', async () => {
    const world = await makeWorld(store, { message: { kind: 'reminder', template: 'reminder_due' } });
    let now = start;
    const slow: Send<OutgoingEmail> = async () => {
      // While this attempt hangs its lease runs out and another one gives the message up.
      now += 60_000;
      const other = await runOnce(
        deliveryWith(counting().send, () => now),
        world.request,
      );
      expect(other.outcome).toEqual({ outcome: 'unknown', code: 'no_answer' });
      return acceptance;
    };
    expect(
      (
        await runOnce(
          deliveryWith(slow, () => now),
          world.request,
        )
      ).outcome,
    ).toEqual({ outcome: 'accepted' });
    expect(await row(world)).toMatchObject({ state: 'accepted', provider_id: 'p-1' });
  });

  it('keeps what a provider reported before it had answered us', async () => {
    const world = await makeWorld(store);
    const overtaken: Send<OutgoingEmail> = async () => {
      await store.messages.updateOne({ _id: world.message._id }, { $set: { state: 'delivered' } });
      return acceptance;
    };
    expect((await runOnce(deliveryWith(overtaken), world.request)).outcome).toEqual({ outcome: 'accepted' });
    const kept = await row(world);
    expect(kept).toMatchObject({ state: 'delivered', provider_id: 'p-1' });
    expect(kept.sent_at).not.toBeNull();
  });
});

describe('an attempt', () => {
  it('heartbeats while it waits', async () => {
    const world = await makeWorld(store);
    const environment = quietEnvironment();
    const enough = new Promise<void>((resolve) => {
      let beats = 0;
      environment.on('heartbeat', () => {
        beats += 1;
        if (beats === 3) resolve();
      });
    });
    const waiting: Send<OutgoingEmail> = async () => {
      await enough;
      return acceptance;
    };
    expect((await runOnce(deliveryWith(waiting), world.request, environment)).outcome).toEqual({
      outcome: 'accepted',
    });
  });

  it('puts the message back when it is cancelled before anything left', async () => {
    const world = await makeWorld(store);
    const environment = quietEnvironment();
    const cancelled: Send<OutgoingEmail> = async (_message, signal) => {
      environment.cancel('WORKER_SHUTDOWN');
      expect(signal.aborted).toBe(true);
      return unsent;
    };
    await expect(runOnce(deliveryWith(cancelled), world.request, environment)).rejects.toThrow(
      CancelledFailure,
    );
    expect(await row(world)).toMatchObject({ state: 'queued', lease_until: null });
    expect((await runOnce(deliveryWith(counting().send), world.request)).outcome).toEqual({
      outcome: 'accepted',
    });
  });

  it('writes the acceptance down once the database is back, and sends nothing again', async () => {
    const world = await makeWorld(store);
    const { sent, send } = counting();
    let failing = 2;
    const messages = new Proxy(store.messages, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        if (name === 'updateOne' && failing > 0) {
          failing -= 1;
          return () => Promise.reject(new Error('the database is away'));
        }
        return value.bind(target) as unknown;
      },
    });
    const set = { email: send, sms: () => Promise.reject(new Error('no text was expected')) };
    const channels = { live: set, test: set };
    const deliver = createDeliver({ store: { ...store, messages }, channels, publicUrl });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    expect(failing).toBe(0);
    expect(sent).toHaveLength(1);
    expect((await row(world)).state).toBe('accepted');
  });

  it('answers that there is nothing to send where there is no row, or another organization asks', async () => {
    const world = await makeWorld(store);
    const { sent, send } = counting();
    const stranger = { ...world.request, organizationId: 'another' };
    const missing = { ...world.request, messageId: 'none' };
    for (const request of [stranger, missing]) {
      const ran = await runOnce(deliveryWith(send), request);
      expect(ran.outcome).toEqual({ outcome: 'failed', code: 'unknown_message' });
    }
    expect(sent).toEqual([]);
  });
});
