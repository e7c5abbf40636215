// POST /invoices: a workflow takes the new invoice over, and the answer waits until it is there.
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { CreateInput } from '../../contract/invoice.ts';
import {
  commandPatience,
  invoiceWorkflowId,
  invoiceWorkflowType,
  settledQuery,
} from '../../contract/names.ts';
import { isRejectionCode, reject } from '../../domain/rejection.ts';
import { startOptionsOf } from '../../drafting/start.ts';
import type { InvoiceDocument } from '../../store/documents.ts';
import type { Answer } from '../answer.ts';
import { etag } from '../etag.ts';
import { sortFailure } from '../failure.ts';
import { createFlight } from '../flight.ts';
import { refused, refusedAs } from '../problem.ts';
import { derivedId } from './contents.ts';
import { type Creating, inputOf } from './create-input.ts';
import { findStored, presentOne, rereadInvoice } from './read-invoice.ts';
import { exactly } from '../../store/exactly.ts';

/** New invoices under way at once, of all callers together. */
const creations = createFlight(8);
/** How long one waits for its turn, in milliseconds; nothing has been done until then. */
const turnPatience = 20_000;
/** From the request to its answer at most. */
export const createPatience = turnPatience + commandPatience + 2_000;
/** How much longer than the command's own patience we look for what became of it. */
const grace = 1_000;
/** Milliseconds from one look to the next; the first comes about when a quiet machine has written the invoice. */
const looks = [14, 6, 6, 6, 8, 12, 20, 32] as const;
const looksLater = 50;
/** Refusals are rarer, and looked for in every so many looks only. */
const looksForRefusal = 3;

async function start(call: Creating, input: CreateInput): Promise<void> {
  const { client, taskQueue } = call.tools;
  try {
    await client.withDeadline(Date.now() + commandPatience, () =>
      client.workflow.start(invoiceWorkflowType, {
        ...startOptionsOf(input, taskQueue),
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
  } catch (error) {
    // An earlier try with the same key got this far: its run is ours.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    const { kind } = sortFailure(error);
    call.tools.logger.warn({ err: error, commandId: call.commandId }, 'an invoice could not be started');
    const code = kind === 'unavailable' || kind === 'again' ? 'engine_unavailable' : 'outcome_unknown';
    throw refusedAs(code, { command_id: call.commandId });
  }
}

async function isStored(call: Creating, invoiceId: string): Promise<boolean> {
  const found = await call.tools.store.events.countDocuments(
    { invoice_id: invoiceId, command_key: exactly(call.commandId) },
    { limit: 1 },
  );
  return found > 0;
}

/** An earlier try's refusals give way to this one's: they are about an invoice that never came to be. */
async function forgetRefusals(call: Creating, invoiceId: string): Promise<void> {
  await call.tools.store.refusals.deleteMany({ invoice_id: invoiceId, command_id: call.commandId });
}

/** The refusal that the workflow wrote down, thrown. */
async function heedRefusal(call: Creating, invoiceId: string): Promise<void> {
  const { tools, commandId } = call;
  const refusal = await tools.store.refusals.findOne({ invoice_id: invoiceId, command_id: commandId });
  if (refusal === null) return;
  const code = isRejectionCode(refusal.code) ? refusal.code : 'internal_error';
  const pointer = code === 'number_taken' ? '/invoice_number' : undefined;
  throw refused(reject(code, { command_id: commandId }, pointer));
}

/** The invoice as soon as it is there to be read. Throws when it was refused, or the time is over. */
async function arrival(call: Creating, invoiceId: string, deadline: number): Promise<InvoiceDocument> {
  for (let look = 0; ; look += 1) {
    await pause(looks[look] ?? looksLater);
    const isLast = Date.now() >= deadline;
    const document = await findStored(call, invoiceId);
    if (document !== null) return document;
    if (!isLast && look % looksForRefusal !== looksForRefusal - 1) continue;
    await heedRefusal(call, invoiceId);
    // Made, and by now deleted again.
    if (await isStored(call, invoiceId)) return rereadInvoice(call, invoiceId);
    if (isLast) throw refusedAs('outcome_unknown', { command_id: call.commandId });
  }
}

/** Whether all is written that follows from the issue; who does not answer is asked again as long as there is time. */
async function isSettled({ tools, organization }: Creating, id: string, deadline: number): Promise<boolean> {
  const handle = tools.client.workflow.getHandle(invoiceWorkflowId(organization._id, id));
  try {
    return await tools.client.withDeadline(deadline, () => handle.query<boolean>(settledQuery));
  } catch (error) {
    tools.logger.warn({ err: error, invoiceId: id }, 'a new invoice did not say whether credit was applied');
    return false;
  }
}

/** The customer's credit pays a new issue by a write of its own, and the answer shows it. */
async function withCredit(call: Creating, made: InvoiceDocument, deadline: number): Promise<InvoiceDocument> {
  if (made.status !== 'open' || !made.state.policy.applyCreditAutomatically) return made;
  while (!(await isSettled(call, made._id, deadline)) && Date.now() < deadline) await pause(looksLater);
  return rereadInvoice(call, made._id);
}

async function refuseWithoutEngine({ tools, commandId }: Creating): Promise<void> {
  if (await tools.engine.isAvailable()) return;
  throw refusedAs('engine_unavailable', { command_id: commandId });
}

/** Waits until the machine has room for one more: all at once take longer each than their time, and none is made. */
async function makeInTurn(call: Creating, invoiceId: string): Promise<InvoiceDocument> {
  await refuseWithoutEngine(call);
  const made = await creations.run('create', turnPatience, () => make(call, invoiceId));
  if (made === null) throw refusedAs('engine_unavailable', { command_id: call.commandId });
  return made;
}

async function make(call: Creating, invoiceId: string): Promise<InvoiceDocument> {
  const notAfter = Date.now() + commandPatience;
  const input = await inputOf(call, invoiceId, notAfter);
  await refuseWithoutEngine(call);
  const done = call.tools.metrics.commandStarted('create');
  try {
    if (call.repeated) await forgetRefusals(call, invoiceId);
    await start(call, input);
    const deadline = notAfter + grace;
    return await withCredit(call, await arrival(call, invoiceId, deadline), deadline);
  } finally {
    done();
  }
}

export async function createInvoice(call: Creating): Promise<Answer> {
  const invoiceId = derivedId(call.commandId, 'invoice');
  const isThere = call.repeated && (await isStored(call, invoiceId));
  const document = isThere
    ? await withCredit(call, await rereadInvoice(call, invoiceId), Date.now() + commandPatience)
    : await makeInTurn(call, invoiceId);
  return {
    status: 201,
    headers: { ETag: etag(document.version), Location: `/api/v1/invoices/${invoiceId}` },
    body: await presentOne(call, document),
  };
}
