// The write of a run about one customer: the row of the day, the message of it and the stage, together or not at all.
import {
  type DunningActivities,
  dunningMessageId,
  type DunningQueueAnswer,
  type DunningQueueRequest,
  type DunningSkip,
} from '../../src/contract/dunning.ts';
import { instant } from '../../src/domain/calendar.ts';
import type { Sweep } from '../../src/domain/dunning/rules.ts';
import type { Channel } from '../../src/domain/invoice/invoice.ts';
import { reachOf } from '../../src/dunning/reach.ts';
import { capKey } from '../../src/store/addresses.ts';
import type { DunningRowDocument, MessageDocument } from '../../src/store/documents.ts';
import { collided } from '../../src/store/credit-balance.ts';
import { dunningStateKey } from '../../src/store/dunning.ts';
import type { Session, Store } from '../../src/store/store.ts';
import { claimCap } from '../persist/cap.ts';

type Run = { readonly organizationId: string; readonly sweep: Sweep };
type Ended = Pick<DunningRowDocument, 'status' | 'reason' | 'message_id'>;

function rowOf({ organizationId, sweep }: Run, skip: Omit<DunningSkip, 'reason'>, ended: Ended) {
  const { customerId, stage } = skip;
  return {
    _id: dunningMessageId(customerId, sweep, stage.daysOverdue),
    organization_id: organizationId,
    live_mode: sweep.liveMode,
    customer_id: customerId,
    date: sweep.date,
    stage: stage.daysOverdue,
    template: stage.template,
    at: sweep.at,
    ...ended,
  } satisfies DunningRowDocument;
}

function skipped(run: Run, { reason, ...skip }: DunningSkip): DunningRowDocument {
  return rowOf(run, skip, { status: 'SKIPPED', reason, message_id: null });
}

/** A row that is there stays: what the day's run did first is how it was. */
export function createSkipDunning(store: Store): DunningActivities['skipDunning'] {
  return async ({ skips, ...run }) => {
    if (skips.length === 0) return;
    await store.dunningMessages.bulkWrite(
      skips.map((skip) => {
        const { _id, ...row } = skipped(run, skip);
        return { updateOne: { filter: { _id }, update: { $setOnInsert: row }, upsert: true } };
      }),
      { ordered: false },
    );
  };
}

type Addressed = { readonly channel: Channel; readonly address: string };

function messageOf(request: DunningQueueRequest, id: string, to: Addressed, now: number): MessageDocument {
  const { organizationId, sweep, customerId, stage } = request;
  return {
    _id: id,
    organization_id: organizationId,
    live_mode: sweep.liveMode,
    invoice_id: null,
    customer_id: customerId,
    channel: to.channel,
    kind: 'dunning',
    template: stage.template,
    command_id: id,
    to: [to.address],
    cc: [],
    bcc: [],
    subject: null,
    message: null,
    state: 'queued',
    lease_until: null,
    attempts: [],
    segments: null,
    provider_id: null,
    cap_key: capKey({ organizationId, liveMode: sweep.liveMode }, to.channel, to.address),
    queued_at: instant(now),
    sent_at: null,
  };
}

/** The stage is taken; with nothing before it the customer's stages begin anew. */
async function takeStage(store: Store, session: Session, request: DunningQueueRequest): Promise<void> {
  const { organizationId, sweep, customerId, stage, stagesSent } = request;
  await collided(() =>
    store.dunningStates.updateOne(
      { _id: dunningStateKey(customerId, sweep.liveMode) },
      {
        $set: {
          stages_sent: [...stagesSent, stage.daysOverdue],
          last_at: sweep.at,
          ...(stagesSent.length === 0 ? { since: sweep.at } : {}),
        },
        $setOnInsert: {
          organization_id: organizationId,
          live_mode: sweep.liveMode,
          customer_id: customerId,
          undeliverable: null,
          ...(stagesSent.length === 0 ? {} : { since: sweep.at }),
        },
      },
      { session, upsert: true },
    ),
  );
}

/** What this run, or one before it, has made of the customer's day and stage. */
function known(row: DunningRowDocument | null): DunningQueueAnswer | null {
  if (row === null || row.status === 'SKIPPED') return null;
  return row.status === 'QUEUED' ? { outcome: 'queued', messageId: row._id } : { outcome: 'passed_over' };
}

async function write(
  store: Store,
  session: Session,
  request: DunningQueueRequest,
  messageId: string,
): Promise<DunningQueueAnswer> {
  const { organizationId, sweep, customerId, stage, cap } = request;
  const put = (row: DunningRowDocument) =>
    store.dunningMessages.replaceOne({ _id: messageId }, row, { session, upsert: true });
  const before = known(await store.dunningMessages.findOne({ _id: messageId }, { session }));
  if (before !== null) return before;
  const stateKey = { _id: dunningStateKey(customerId, sweep.liveMode) };
  const state = await store.dunningStates.findOne(stateKey, { session });
  // Another run was faster: the customer is past the point at which this was decided.
  if ((state?.last_at ?? null) !== request.lastAt) return { outcome: 'passed_over' };
  const own = { _id: customerId, organization_id: organizationId };
  const reach = reachOf(await store.customers.findOne(own, { session }), state);
  const skip = async (reason: string): Promise<DunningQueueAnswer> => {
    await put(skipped(request, { customerId, stage, reason }));
    return { outcome: 'skipped' };
  };
  if ('refused' in reach) return skip(reach.refused);
  const key = capKey({ organizationId, liveMode: sweep.liveMode }, reach.channel, reach.address);
  const claim = { kind: 'reminderCap', messageId, at: sweep.at, ...cap } as const;
  if ((await claimCap(store, session, key, claim)) !== null) return skip('reminder_cap');
  await takeStage(store, session, request);
  const organization = await store.organizations.findOne({ _id: organizationId }, { session });
  const now = Date.now() + (sweep.liveMode ? 0 : (organization?.clock_offset_ms ?? 0));
  await put(rowOf(request, request, { status: 'QUEUED', reason: null, message_id: messageId }));
  await store.messages.insertOne(messageOf(request, messageId, reach, now), { session });
  return { outcome: 'queued', messageId };
}

export function createQueueDunning(store: Store): DunningActivities['queueDunning'] {
  return (request) => {
    const { sweep, customerId, stage } = request;
    const messageId = dunningMessageId(customerId, sweep, stage.daysOverdue);
    return store.transaction((session) => write(store, session, request, messageId));
  };
}
