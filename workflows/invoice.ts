// One invoice, from its creation to the end of its grace period. State first, then handlers, then one loop that
// waits for the next thing that time will do. The pure core decides; this file only waits.
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import { Mutex } from 'async-mutex';
import type { ContinueInput, CreateInput, InvoiceInput } from '../src/contract/invoice.ts';
import { milliseconds } from '../src/domain/calendar.ts';
import { fingerprint } from '../src/domain/fingerprint.ts';
import { agendaLabel } from '../src/domain/invoice/agenda.ts';
import { decide, recorded } from '../src/domain/invoice/commands.ts';
import { restoreRequest } from '../src/domain/invoice/restore.ts';
import { isRejection, reject, type Rejection } from '../src/domain/rejection.ts';
import { interactive, patient } from './invoice-activities.ts';
import { listen, refuseCancel } from './invoice-commands.ts';
import { type Desk, isIdle, workOn } from './invoice-desk.ts';
import { listenInside } from './invoice-internal.ts';
import { createEntity, current, type Entity, moveClock, newId, now } from './invoice-entity.ts';
import { createOutbox } from './invoice-outbox.ts';
import { answerQueries } from './invoice-queries.ts';
import { createRefunds } from './invoice-refunds.ts';
import { catchUp } from './invoice-turn.ts';
import { commit, PersistenceAway, resync } from './invoice-write.ts';

/** A timer is always armed, also where nothing is due: a task that does nothing else still has its command. */
const housekeeping = 90 * 24 * 3_600_000;
/** Replay of a cold run stays short. */
const eventsMax = 500;
/** Beyond this a delivery that is being retried no longer holds the hand-over back. */
const eventsLimit = 4_000;

/** What a run answers when it ends: how the invoice stands, or why it never came to be. */
export type InvoiceEnd = { readonly status: string; readonly refused?: string };

function originOf({ recurringScheduleId }: CreateInput): Pick<CreateInput, 'recurringScheduleId'> {
  return recurringScheduleId === undefined ? {} : { recurringScheduleId };
}

async function create(entity: Entity, input: CreateInput): Promise<Rejection | null> {
  if (input.notAfter !== undefined && Date.now() > Date.parse(input.notAfter)) {
    // Unless a worker that died had written it: then the invoice is there and begins its life.
    await resync(entity, patient);
    return entity.invoice === null ? reject('command_expired') : null;
  }
  const commandId = input.commandId ?? `create:${input.invoiceId}`;
  const { action, organizationId, liveMode } = input;
  const { draft, policy } = restoreRequest(input.draft, input.policy);
  const command = {
    name: 'create',
    id: input.invoiceId,
    organizationId,
    liveMode,
    draft,
    policy,
    action,
    ...(input.sendAt === undefined ? {} : { sendAt: input.sendAt }),
    ...originOf(input),
  } as const;
  const decision = decide(null, command, { now: now(entity), commandId, newId: newId() });
  if (isRejection(decision)) return decision;
  const asking = {
    command: 'create',
    commandId,
    fingerprint: fingerprint(['create', { ...command, draft: { ...draft, shipToRef: null } }]),
    actor: input.actor ?? 'operator:temporal',
    reason: input.reason ?? null,
    content: input.contentRef === null ? null : { ref: input.contentRef },
  };
  const events = recorded(null, decision.events, now(entity));
  try {
    const answer = await commit(entity, interactive, { ...decision, events }, asking);
    if (answer === 'conflict') return null;
    return 'rejected' in answer ? answer : null;
  } catch (error) {
    if (!(error instanceof PersistenceAway)) throw error;
    // Whether the write went through is known once the store answers again, and only then is there an answer.
    await resync(entity, patient);
    return entity.invoice !== null ? null : reject('engine_unavailable');
  }
}

async function noteRefusal(entity: Entity, input: CreateInput, refusal: Rejection): Promise<InvoiceEnd> {
  await patient.note({
    organizationId: input.organizationId,
    invoiceId: input.invoiceId,
    commandId: input.commandId ?? `create:${input.invoiceId}`,
    command: 'create',
    actor: input.actor ?? 'operator:temporal',
    code: refusal.rejected,
    message: refusal.message,
    at: now(entity),
  });
  return { status: 'refused', refused: refusal.rejected };
}

function entityOf(input: InvoiceInput): Entity {
  if (input.kind === 'continue') {
    const { invoice, clockOffset, processed } = input;
    const { organizationId, id: invoiceId } = invoice;
    return createEntity({ organizationId, invoiceId, invoice, clockOffset, processed });
  }
  const { organizationId, invoiceId } = input;
  const clockOffset = input.kind === 'create' && !input.liveMode ? (input.clockOffset ?? 0) : 0;
  return createEntity({ organizationId, invoiceId, invoice: null, clockOffset, processed: [] });
}

/**
 * Past its end, with a delivery or a refund still under way: time has nothing more to say. Earlier releases asked
 * it again every second, and what they wrote has to replay.
 */
function outlastsItsEnd(desk: Desk): boolean {
  const { agenda } = desk.entity;
  const isPast = agenda?.kind === 'close' && agenda.at <= now(desk.entity);
  return isPast && !isIdle(desk) && patched('waits-for-its-work');
}

/** Waits for the next deadline; sooner when a command brings it forward, the run is long, or a write is in doubt. */
async function wait(desk: Desk): Promise<void> {
  const { entity, mutex } = desk;
  const item = entity.agenda;
  const armed = item?.at ?? null;
  const outlasts = outlastsItsEnd(desk);
  const due =
    armed === null || outlasts ? housekeeping : Math.max(1, milliseconds(armed) - milliseconds(now(entity)));
  const summary = item === null || outlasts ? 'housekeeping' : agendaLabel(item);
  const offset = entity.clockOffset;
  const sooner = () => {
    const deadline = entity.agenda?.at ?? null;
    if (deadline === null) return false;
    if (entity.clockOffset !== offset) return true;
    return armed === null || deadline < armed;
  };
  const free = () => !mutex.isLocked();
  const isThrough = () => outlasts && (isIdle(desk) || entity.agenda?.kind !== 'close');
  await condition(
    () => free() && (sooner() || isThrough() || entity.creditWanted || entity.uncertain || mayHandOver(desk)),
    due,
    { summary },
  );
}

function isLong(): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || info.historyLength > eventsMax;
}

function isTooLong(): boolean {
  return workflowInfo().historyLength > eventsLimit;
}

function mayHandOver(desk: Desk): boolean {
  return isLong() && (isIdle(desk) || isTooLong());
}

function isOver(desk: Desk): boolean {
  const { agenda } = desk.entity;
  return agenda?.kind === 'close' && agenda.at <= now(desk.entity) && isIdle(desk);
}

async function live(desk: Desk): Promise<InvoiceEnd> {
  const { entity, mutex } = desk;
  for (;;) {
    await mutex.runExclusive(async () => {
      if (entity.uncertain) await resync(entity, patient);
      await catchUp(entity, patient);
      workOn(desk);
    });
    const isEnding = isOver(desk);
    if (isEnding || mayHandOver(desk)) {
      await condition(allHandlersFinished);
      // A command that was waiting may have brought a closed invoice back to life, or queued a message. The first
      // release ended all the same, and what it wrote has to replay.
      if (isEnding && (isOver(desk) || !patched('stays-when-wanted'))) {
        return { status: current(entity).status };
      }
      if (!mayHandOver(desk)) continue;
      await continueAsNew<typeof invoice>({
        kind: 'continue',
        invoice: current(entity),
        clockOffset: entity.clockOffset,
        processed: [...entity.processed.values()],
      } satisfies ContinueInput);
    }
    await wait(desk);
  }
}

/** The workflow: started with `create`, continued with its own state, or woken from the stored one. */
export async function invoice(input: InvoiceInput): Promise<InvoiceEnd> {
  const entity = entityOf(input);
  const mutex = new Mutex();
  const outbox = createOutbox(entity, mutex);
  const refunds = createRefunds(entity, mutex);
  let isReady = input.kind === 'continue';
  const ready = () => (isReady ? undefined : condition(() => isReady));
  const shield = new CancellationScope({ cancellable: false });
  const desk: Desk = { entity, mutex, outbox, refunds, ready, shield };
  CancellationScope.current().cancelRequested.catch(async (error: unknown) => {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => refuseCancel(desk));
  });
  answerQueries(entity);
  // What nobody else listens to is refused: our own words are registered before.
  listenInside(desk);
  listen(desk);
  return CancellationScope.nonCancellable(async () => {
    if (input.kind === 'create') {
      const refusal = await create(entity, input);
      if (refusal !== null) {
        isReady = true;
        const end = await noteRefusal(entity, input, refusal);
        await condition(allHandlersFinished);
        return end;
      }
    }
    if (input.kind === 'reopen') {
      await resync(entity, patient);
      if (entity.invoice === null) {
        isReady = true;
        await condition(allHandlersFinished);
        return { status: 'refused', refused: 'not_found' };
      }
      if (!current(entity).liveMode)
        moveClock(entity, await patient.readClock({ organizationId: entity.organizationId }));
    }
    isReady = true;
    return live(desk);
  });
}
