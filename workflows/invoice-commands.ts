// Every command as an update and as a signal of the same name, through one path under one mutex.
// An update answers or refuses; a signal that is refused leaves a row in the activity and never throws.
import {
  currentUpdateInfo,
  defineSignal,
  defineUpdate,
  setDefaultSignalHandler,
  setDefaultUpdateHandler,
  setHandler,
} from '@temporalio/workflow';
import type { CommandResult, MessageContent } from '../src/contract/invoice.ts';
import { commandDescriptions, commandIdNote, type CommandName, commandNames } from '../src/contract/names.ts';
import { fingerprint } from '../src/domain/fingerprint.ts';
import {
  checkArguments,
  contentFields,
  envelopeFields,
  readArguments,
  readCommand,
} from '../src/domain/invoice/arguments.ts';
import type { Circumstances } from '../src/domain/invoice/command.ts';
import { decide } from '../src/domain/invoice/commands.ts';
import type { Fields } from '../src/domain/reader.ts';
import { isRejection, reject, type Rejection } from '../src/domain/rejection.ts';
import { interactive, patient } from './invoice-activities.ts';
import { creditInstead, useCredit } from './invoice-credit.ts';
import { type Desk, workOn } from './invoice-desk.ts';
import {
  current,
  type Entity,
  failure,
  happening,
  moveClock,
  newId,
  now,
  remark,
  type Store,
} from './invoice-entity.ts';
import { withPolicies } from './invoice-policies.ts';
import { endOfRefunds } from './invoice-refunds.ts';
import { correctsFees, feeTermsFault } from './invoice-releases.ts';
import { catchUp, isDue } from './invoice-turn.ts';
import { type Asking, commit, PersistenceAway, recall } from './invoice-write.ts';

const operator = 'operator:temporal';
/** A conflict means that someone else wrote the invoice; each round starts from what they wrote. */
const roundsMax = 5;

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function contentOf(args: Fields): MessageContent | null {
  const ref = text(args['contentRef']);
  if (ref !== null) return { ref };
  const given = contentFields.filter((field) => args[field] !== undefined && args[field] !== null);
  return given.length === 0 ? null : Object.fromEntries(given.map((field) => [field, args[field]]));
}

function askingIn(name: CommandName, args: Fields, ownId: string): Asking {
  const left: readonly string[] = [...envelopeFields, 'contentRef'];
  const own = Object.fromEntries(Object.entries(args).filter(([key]) => !left.includes(key)));
  return {
    command: name,
    commandId: text(args['commandId']) ?? ownId,
    fingerprint: fingerprint([name, own]),
    actor: text(args['actor']) ?? operator,
    reason: text(args['reason']),
    content: contentOf(args),
  };
}

/** The answer, and whether the command wrote anything: a repetition and a second view do not. */
type Outcome = { readonly answer: CommandResult | Rejection; readonly changed: boolean };

function unchanged(answer: CommandResult | Rejection): Outcome {
  return { answer, changed: false };
}

/** What stands in the way before the command itself is looked at. */
function guard(entity: Entity, args: Fields): Rejection | null {
  const notAfter = text(args['notAfter']);
  if (notAfter !== null && Date.now() > Date.parse(notAfter)) return reject('command_expired');
  const { version } = current(entity);
  const expected = args['expectedVersion'];
  return typeof expected === 'number' && expected !== version
    ? reject('version_mismatch', { version })
    : null;
}

/** The offset that the caller read, else the stored one. */
function offsetOf({ organizationId }: Entity, store: Store, args: Fields): number | Promise<number> {
  const given = args['clockOffset'];
  return typeof given === 'number' ? given : store.readClock({ organizationId });
}

async function run(
  { entity }: Desk,
  store: Store,
  name: CommandName,
  args: Fields,
  asking: Asking,
): Promise<Outcome> {
  let credit: Pick<Circumstances, 'creditAvailable'> = {};
  for (let round = 0; round < roundsMax; round += 1) {
    if (!current(entity).liveMode) {
      const offset = offsetOf(entity, store, args);
      moveClock(entity, typeof offset === 'number' ? offset : await offset);
    }
    if (isDue(entity)) await catchUp(entity, store);
    const refusal = guard(entity, args);
    if (refusal !== null) return unchanged(refusal);
    const invoice = current(entity);
    const command = readCommand(name, args, invoice, newId);
    if (isRejection(command)) return unchanged(command);
    const fault = feeTermsFault(invoice, command);
    if (fault !== null) return unchanged(fault);
    const told = { ...credit, ...correctsFees(invoice, command) };
    const circumstances = { now: now(entity), commandId: asking.commandId, newId: newId(), ...told };
    const decision = decide(invoice, command, circumstances);
    if (isRejection(decision)) return unchanged(decision);
    if (decision.events.length === 0) {
      return unchanged({ invoiceId: invoice.id, version: invoice.version, status: invoice.status });
    }
    const dated = { ...decision, events: happening(entity, decision.events) };
    const answer = await commit(entity, store, dated, asking);
    if (answer === 'conflict') continue;
    if (isRejection(answer)) {
      const creditAvailable = creditInstead(command, answer);
      if (creditAvailable === null) return unchanged(answer);
      credit = { creditAvailable };
      continue;
    }
    if (!entity.creditWanted) return { answer, changed: true };
    await useCredit(entity);
    const { version, status } = current(entity);
    return { answer: { ...answer, version, status }, changed: true };
  }
  return unchanged(reject('engine_unavailable'));
}

/** The one path of a command, whoever asks. */
async function execute(
  desk: Desk,
  store: Store,
  name: CommandName,
  value: unknown,
  ownId: string,
): Promise<Outcome> {
  const args = readArguments(value);
  if (isRejection(args)) return unchanged(args);
  const asking = askingIn(name, args, ownId);
  const ready = desk.ready();
  if (ready !== undefined) await ready;
  // Not runExclusive, which makes half a dozen promises more.
  const release = await desk.mutex.acquire();
  try {
    if (desk.entity.invoice === null) return unchanged(reject('not_found'));
    const before = desk.entity.processed.get(asking.commandId);
    if (before !== undefined) {
      const same = before.fingerprint === asking.fingerprint;
      return unchanged(same ? before.result : reject('idempotency_mismatch'));
    }
    const looked = withPolicies(desk.entity, store, name, args);
    const known = looked === args ? args : await looked;
    const outcome = isRejection(known) ? unchanged(known) : await run(desk, store, name, known, asking);
    const refusal = isRejection(outcome.answer) ? outcome.answer : null;
    const told = refusal === null ? outcome : unchanged(await recall(desk.entity, store, asking, refusal));
    workOn(desk);
    return told;
  } finally {
    release();
  }
}

export async function note(
  { entity }: Desk,
  command: string,
  commandId: string,
  actor: string,
  refusal: Rejection,
) {
  await patient.note({
    organizationId: entity.organizationId,
    invoiceId: entity.invoiceId,
    commandId,
    command,
    actor,
    code: refusal.rejected,
    message: refusal.message,
    at: now(entity),
  });
}

/** The command's own id, else that of the update that brought it. */
function commandIdOf(value: unknown, ownId: string): string {
  const args = readArguments(value);
  return (isRejection(args) ? null : text(args['commandId'])) ?? ownId;
}

/** Runs the command and, where it only began something, waits a little for its end. The mutex is free meanwhile. */
async function answerTo(
  desk: Desk,
  name: CommandName,
  value: unknown,
  ownId: string,
): Promise<CommandResult | Rejection> {
  const { answer } = await execute(desk, interactive, name, value, ownId);
  if (isRejection(answer) || answer.processing !== true) return answer;
  const asking = { command: name, commandId: commandIdOf(value, ownId) };
  return endOfRefunds(desk.refunds, interactive, asking, answer);
}

function handleUpdate(desk: Desk, name: CommandName): void {
  const handler = (value?: unknown): Promise<CommandResult> =>
    desk.shield.run(async () => {
      const id = currentUpdateInfo()?.id ?? newId();
      try {
        const answer = await answerTo(desk, name, value, id);
        if (isRejection(answer)) throw failure(answer);
        return answer;
      } catch (error) {
        if (!(error instanceof PersistenceAway)) throw error;
        // The last try may have been written and only its reply lost.
        throw failure(reject('outcome_unknown', { command_id: commandIdOf(value, id) }));
      }
    });
  setHandler(defineUpdate<CommandResult, [unknown?]>(name), handler, {
    description: commandDescriptions[name] + commandIdNote,
    validator: (value?: unknown) => {
      const fault = checkArguments(name, value);
      if (fault !== null) throw failure(fault);
    },
  });
}

function handleSignal(desk: Desk, name: CommandName): void {
  const handler = (value?: unknown): Promise<void> =>
    desk.shield.run(async () => {
      const id = `signal:${newId()}`;
      const fault = checkArguments(name, value);
      const outcome = fault === null ? await execute(desk, patient, name, value, id) : unchanged(fault);
      if (outcome.changed) return;
      const args = readArguments(value);
      const { commandId, actor } = askingIn(name, isRejection(args) ? {} : args, id);
      // A row says that nothing happened and why, and the task does not end without a command.
      const why = isRejection(outcome.answer) ? outcome.answer : reject('nothing_to_do');
      await note(desk, name, commandId, actor, why);
    });
  setHandler(defineSignal<[unknown?]>(name), handler, {
    description: commandDescriptions[name] + commandIdNote,
  });
}

/** Registers every command. State first, then this, then the loop. */
export function listen(desk: Desk): void {
  for (const name of commandNames) {
    handleUpdate(desk, name);
    handleSignal(desk, name);
  }
  const unknown = reject('unknown_command', { commands: commandNames.join(', ') });
  setDefaultUpdateHandler(() => {
    throw failure(unknown);
  });
  setDefaultSignalHandler(async (name) =>
    desk.shield.run(async () => {
      await desk.ready();
      await note(desk, name, `signal:${newId()}`, operator, unknown);
    }),
  );
}

/** Cancel in the UI has one meaning: it is written down, and the invoice goes on. void and delete end an invoice. */
export async function refuseCancel(desk: Desk): Promise<void> {
  const refusal = reject('cancel_ignored');
  remark(desk.entity, refusal.message);
  await note(desk, 'cancel', `cancel:${newId()}`, operator, refusal);
}
