// The commands of a schedule as updates and signals of the same name, through one path under one mutex.
// An update answers or refuses; a signal that is refused leaves a line in the details and never throws.
import {
  type CancellationScope,
  currentUpdateInfo,
  defineQuery,
  defineSignal,
  defineUpdate,
  setDefaultSignalHandler,
  setDefaultUpdateHandler,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import type { RunDueArguments, RunDueResult } from '../src/contract/invoice.ts';
import { commandIdNote, refreshSignal, runDueUpdate } from '../src/contract/names.ts';
import {
  begunUpdate,
  type RecurringCommandName,
  recurringCommands,
  recurringDescriptions,
  recurringQuery,
  type RecurringResult,
} from '../src/contract/recurring.ts';
import { fingerprint } from '../src/domain/fingerprint.ts';
import { readRecurring } from '../src/domain/recurring/arguments.ts';
import { decideRecurring, type RecurringCommand } from '../src/domain/recurring/decide.ts';
import { nextAt } from '../src/domain/recurring/occurrences.ts';
import { type Fields, isFields } from '../src/domain/reader.ts';
import { isRejection, reject, type Rejection } from '../src/domain/rejection.ts';
import { failure } from './invoice-entity.ts';
import { catchUp } from './recurring-turn.ts';
import {
  commit,
  interactive,
  moveClock,
  now,
  patient,
  type Recurring,
  remark,
  resultOf,
  resync,
  WriteAway,
} from './recurring-state.ts';

type Store = typeof interactive;

export type RecurringDesk = {
  readonly recurring: Recurring;
  /** Resolves when the state is there: handlers of a run that starts wait for it. */
  readonly ready: () => Promise<void>;
  readonly shield: CancellationScope;
};

/** A conflict means that someone else wrote it; each round starts from what they wrote. */
const roundsMax = 5;

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The offset that the caller read, else the stored one. */
async function moveTo(recurring: Recurring, store: Store, args: Fields): Promise<void> {
  if (recurring.schedule?.liveMode !== false) return;
  const given = args['clockOffset'];
  const { organizationId } = recurring;
  moveClock(recurring, typeof given === 'number' ? given : await store.readClock({ organizationId }));
}

type Asked = { readonly command: RecurringCommand; readonly args: Fields; readonly commandId: string };

async function run(
  recurring: Recurring,
  store: Store,
  { command, args, commandId }: Asked,
): Promise<RecurringResult | Rejection> {
  const templateRef = text(args['templateRef']);
  const ran = { id: commandId, fingerprint: fingerprint([command, templateRef]) };
  for (let round = 0; round < roundsMax; round += 1) {
    if (recurring.isUncertain) await resync(recurring, store);
    await moveTo(recurring, store, args);
    await catchUp(recurring);
    const { schedule } = recurring;
    if (schedule === null) return reject('not_found');
    const before = schedule.commands.find(({ id }) => id === commandId);
    if (before !== undefined) {
      return before.fingerprint === ran.fingerprint ? resultOf(schedule) : reject('idempotency_mismatch');
    }
    const notAfter = text(args['notAfter']);
    if (notAfter !== null && Date.now() > Date.parse(notAfter)) return reject('command_expired');
    const next = decideRecurring(schedule, command, { now: now(recurring), ran });
    if (isRejection(next)) return next;
    if (await commit(recurring, store, next, templateRef)) return resultOf(next);
  }
  return reject('engine_unavailable');
}

async function execute(
  { recurring, ready }: RecurringDesk,
  store: Store,
  name: RecurringCommandName,
  value: unknown,
): Promise<RecurringResult | Rejection> {
  const ownId = currentUpdateInfo()?.id ?? `signal:${uuid4()}`;
  const command = readRecurring(name, value);
  if (isRejection(command)) return command;
  const args = isFields(value) ? value : {};
  const commandId = text(args['commandId']) ?? ownId;
  await ready();
  return recurring.mutex.runExclusive(() => run(recurring, store, { command, args, commandId }));
}

function handleUpdate(desk: RecurringDesk, name: RecurringCommandName): void {
  const handler = (value?: unknown): Promise<RecurringResult> =>
    desk.shield.run(async () => {
      try {
        const answer = await execute(desk, interactive, name, value);
        if (isRejection(answer)) throw failure(answer);
        return answer;
      } catch (error) {
        if (!(error instanceof WriteAway)) throw error;
        const given = isFields(value) ? text(value['commandId']) : null;
        throw failure(reject('outcome_unknown', { command_id: given ?? currentUpdateInfo()?.id ?? '' }));
      }
    });
  setHandler(defineUpdate<RecurringResult, [unknown?]>(name), handler, {
    description: recurringDescriptions[name] + commandIdNote,
    validator: (value?: unknown) => {
      const command = readRecurring(name, value);
      if (isRejection(command)) throw failure(command);
    },
  });
}

/** Whoever signalled has gone: operators read of it. The task does not end without a command. */
async function refuseSignal(recurring: Recurring, name: string, refusal: Rejection): Promise<void> {
  await recurring.mutex.runExclusive(() => resync(recurring, patient));
  remark(recurring, `A signal ${name} was refused: ${refusal.message}`);
}

function handleSignal(desk: RecurringDesk, name: RecurringCommandName): void {
  const handler = (value?: unknown): Promise<void> =>
    desk.shield.run(async () => {
      const answer = await execute(desk, patient, name, value);
      if (isRejection(answer)) await refuseSignal(desk.recurring, name, answer);
    });
  setHandler(defineSignal<[unknown?]>(name), handler, {
    description: recurringDescriptions[name] + commandIdNote,
  });
}

/** The test clock has reached an occurrence: its invoice is there when this answers. */
function handleRunDue({ recurring, ready, shield }: RecurringDesk): void {
  const handler = async (value: RunDueArguments): Promise<RunDueResult> =>
    shield.run(async () => {
      await ready();
      return recurring.mutex.runExclusive(async () => {
        if ((value.version ?? 0) > (recurring.schedule?.version ?? 0)) await resync(recurring, patient);
        moveClock(recurring, value.clockOffset);
        await catchUp(recurring);
        const { schedule } = recurring;
        return {
          nextActionAt: schedule === null ? null : nextAt(schedule),
          version: schedule?.version ?? 0,
        };
      });
    });
  setHandler(defineUpdate<RunDueResult, [RunDueArguments]>(runDueUpdate), handler, {
    description: 'Internal: the test clock runs what is due.',
  });
}

/** Registers everything that may be said to a schedule. State first, then this, then the loop. */
export function listenRecurring(desk: RecurringDesk): void {
  const { recurring, ready, shield } = desk;
  for (const name of recurringCommands) {
    handleUpdate(desk, name);
    handleSignal(desk, name);
  }
  handleRunDue(desk);
  setHandler(
    defineUpdate<{ readonly version: number }>(begunUpdate),
    () =>
      shield.run(async () => {
        await ready();
        return { version: recurring.schedule?.version ?? 0 };
      }),
    { description: 'Internal: answers once a new schedule is stored.' },
  );
  setHandler(
    defineSignal(refreshSignal),
    () =>
      shield.run(async () => {
        await ready();
        await recurring.mutex.runExclusive(() => resync(recurring, patient));
      }),
    { description: 'Internal: read the stored schedule, which may have moved on.' },
  );
  const unknown = reject('unknown_command', { commands: recurringCommands.join(', ') });
  setDefaultUpdateHandler(() => {
    throw failure(unknown);
  });
  setDefaultSignalHandler((name) =>
    shield.run(async () => {
      await ready();
      await refuseSignal(recurring, name, unknown);
    }),
  );
  setHandler(defineQuery<unknown>(recurringQuery), () => recurring.schedule, {
    description: 'The schedule as it stands: its plan, its last occurrences, what is next.',
  });
}
