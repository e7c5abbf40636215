// What our own processes say to the invoice: the test clock, a provider's report, a look at the stored state.
import { defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { MessageStatusArguments, RunDueArguments, RunDueResult } from '../src/contract/invoice.ts';
import type { DunnedArguments } from '../src/contract/dunning.ts';
import { dunnedSignal, messageStatusSignal, refreshSignal, runDueUpdate } from '../src/contract/names.ts';
import { reportEvents } from '../src/domain/invoice/delivery.ts';
import { dunnedEvents } from '../src/domain/invoice/dunned.ts';
import type { Invoice } from '../src/domain/invoice/invoice.ts';
import { reject } from '../src/domain/rejection.ts';
import { patient } from './invoice-activities.ts';
import { note } from './invoice-commands.ts';
import { type Desk, workOn } from './invoice-desk.ts';
import { current, happening, moveClock } from './invoice-entity.ts';
import { firstAttempts, writeOutcome } from './invoice-outbox.ts';
import { catchUp } from './invoice-turn.ts';
import { askingOf, commit, happened, resync } from './invoice-write.ts';

/** The test clock has reached something that is due: run it, and answer when its messages were first tried. */
function handleRunDue(desk: Desk): void {
  const handler = async (value: RunDueArguments): Promise<RunDueResult> =>
    desk.shield.run(async () => {
      const { entity, mutex, outbox } = desk;
      await desk.ready();
      await mutex.runExclusive(async () => {
        if (entity.invoice === null) return;
        moveClock(entity, value.clockOffset);
        if ((value.version ?? 0) > current(entity).version) await resync(entity, patient);
        await catchUp(entity, patient);
        workOn(desk);
      });
      if (value.waits !== false) await firstAttempts(outbox);
      const version = entity.invoice?.version ?? 0;
      return { nextActionAt: entity.agenda?.at ?? null, version };
    });
  setHandler(defineUpdate<RunDueResult, [RunDueArguments]>(runDueUpdate), handler, {
    description: 'Internal: the test clock runs what is due.',
  });
}

function handleReports(desk: Desk): void {
  const handler = async (report: MessageStatusArguments): Promise<void> =>
    desk.shield.run(async () => {
      const { entity } = desk;
      await desk.ready();
      const commandId = `report:${report.messageId}:${report.state}`;
      await desk.mutex.runExclusive(async () => {
        if (entity.invoice === null) return;
        const asking = askingOf('outcome', commandId, 'provider');
        const outcomeOf = (invoice: Invoice) => reportEvents(invoice, report);
        // Earlier releases did not ask a second time, and what they wrote has to replay.
        const isStubborn = current(entity).policy.secondChannel;
        const changed = await writeOutcome(entity, asking, outcomeOf, isStubborn);
        if (!changed) await note(desk, messageStatusSignal, commandId, 'provider', reject('nothing_to_do'));
        workOn(desk);
      });
    });
  setHandler(defineSignal<[MessageStatusArguments]>(messageStatusSignal), handler, {
    description: 'Internal: what a provider reported about a message.',
  });
}

/** The customer was written to over all open invoices: the invoice shows at which stage. */
function handleDunned(desk: Desk): void {
  const handler = async ({ clockOffset, messageId, stage, at }: DunnedArguments): Promise<void> =>
    desk.shield.run(async () => {
      const { entity, mutex } = desk;
      await desk.ready();
      const commandId = `dunned:${messageId}`;
      await mutex.runExclusive(async () => {
        if (entity.invoice === null) return;
        moveClock(entity, clockOffset);
        for (;;) {
          const events = happening(entity, dunnedEvents(current(entity), { messageId, stage, at }));
          if (events.length === 0) {
            await note(desk, dunnedSignal, commandId, 'dunning', reject('nothing_to_do'));
            return;
          }
          const answer = await commit(
            entity,
            patient,
            happened(events),
            askingOf(dunnedSignal, commandId, 'dunning'),
          );
          if (answer !== 'conflict') return;
        }
      });
    });
  setHandler(defineSignal<[DunnedArguments]>(dunnedSignal), handler, {
    description: 'Internal: the customer was written to over all open invoices.',
  });
}

/** A write may have outlived the worker that made it, and the engine that should have heard of it. */
function handleRefresh(desk: Desk): void {
  const { entity, mutex, ready, shield } = desk;
  const handler = async (): Promise<void> =>
    shield.run(async () => {
      await ready();
      await mutex.runExclusive(() => resync(entity, patient));
      workOn(desk);
    });
  setHandler(defineSignal(refreshSignal), handler, {
    description: 'Internal: read the stored invoice, which may have moved on.',
  });
}

/** Registers what only our own processes say to the invoice. */
export function listenInside(desk: Desk): void {
  handleRunDue(desk);
  handleReports(desk);
  handleDunned(desk);
  handleRefresh(desk);
}
