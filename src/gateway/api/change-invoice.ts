// The commands on one invoice: what each takes from its body, and what it answers.
import type { z } from 'zod';
import type { CommandResult } from '../../contract/invoice.ts';
import type { CommandName } from '../../contract/names.ts';
import { availableActions } from '../../domain/invoice/actions.ts';
import { restore } from '../../domain/invoice/restore.ts';
import { httpStatus } from '../../domain/rejection.ts';
import type { InvoiceDocument } from '../../store/documents.ts';
import type { Answer } from '../answer.ts';
import { etag, expectedVersion } from '../etag.ts';
import { toArguments } from '../json.ts';
import { isRefused, refused, refusedAs } from '../problem.ts';
import type { Call } from '../route.ts';
import { presentActions } from './actions.ts';
import { keepContent } from './contents.ts';
import type { remindBody, sendBody, text2payBody, updateBody } from './invoice-bodies.ts';
import { presentMessage } from './message-object.ts';
import { type Expandable, presentOne, rereadInvoice } from './read-invoice.ts';
import { checkLines, findCustomer, resolveNamed } from './references.ts';

export type On<Body = unknown> = Call<
  InvoiceDocument,
  { readonly expand?: readonly Expandable[] | undefined },
  Body
>;

/** A refusal by the state tells what may be done instead, also where the workflow did not. */
export async function withActions(
  call: Pick<On, 'tools' | 'organization' | 'live' | 'now'>,
  invoiceId: string,
  error: unknown,
): Promise<unknown> {
  if (!isRefused(error)) return error;
  const { rejection, actions, faults, headers } = error.refusal;
  if (actions !== null || httpStatus(rejection.rejected) !== 409) return error;
  const { state } = await rereadInvoice(call, invoiceId);
  const available = presentActions(availableActions(restore(state), call.now));
  return refused(rejection, { faults, headers, actions: available });
}

/** Sends the command and answers what its workflow answered. */
export async function command(
  call: On,
  name: CommandName,
  args: Readonly<Record<string, unknown>>,
): Promise<CommandResult> {
  const { tools, organization, found, commandId, actor, clockOffset } = call;
  try {
    return await tools.commands.run({
      name,
      organizationId: organization._id,
      invoiceId: found._id,
      commandId,
      actor,
      clockOffset,
      expectedVersion: expectedVersion(call.ifMatch, found.version),
      args,
    });
  } catch (error) {
    throw await withActions(call, found._id, error);
  }
}

/** The invoice after the command. What can no longer be read now has happened all the same. */
async function after<T>(call: On, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    call.tools.logger.warn({ err: error, commandId: call.commandId }, 'a command ran and cannot be shown');
    throw refusedAs('outcome_unknown', { command_id: call.commandId });
  }
}

/** What the invoice is now that its command has run. */
export function answered(call: On): Promise<Answer> {
  return after(call, async () => {
    const document = await rereadInvoice(call, call.found._id);
    return {
      status: 200,
      headers: { ETag: etag(document.version) },
      body: await presentOne(call, document, call.query.expand),
    };
  });
}

export async function run(
  call: On,
  name: CommandName,
  args: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  await command(call, name, args);
  return answered(call);
}

export async function update(call: On<z.output<typeof updateBody>>): Promise<Answer> {
  const { tools, organization, commandId, body } = call;
  const { ship_to: address, tax_rate_ids: _rates, attachments: _files, ...fields } = body;
  const shipTo = address ?? null;
  let livesIn: { readonly recipientTimeZone?: string | null } = {};
  if (body.customer_id !== undefined && body.customer_id !== call.found.customer_id) {
    const customer = await findCustomer(tools.store, organization._id, body.customer_id);
    if (customer.currency !== null && customer.currency !== call.found.currency) {
      throw refusedAs('currency_mismatch', undefined, '/customer_id');
    }
    livesIn = { recipientTimeZone: customer.time_zone };
  }
  await checkLines(tools.store, organization._id, body.line_items_attributes ?? []);
  const named = await resolveNamed(tools.store, organization._id, body);
  const reference =
    shipTo === null ? null : await keepContent(tools.store, organization._id, commandId, 'ship_to', shipTo);
  return run(call, 'update', {
    ...toArguments({ ...fields, ...named }),
    ...livesIn,
    ...(address === undefined ? {} : { shipToRef: reference }),
  });
}

/** Recipients and words stay here; the workflow is given where they are. */
async function contentOf(
  call: On,
  data: Readonly<Record<string, unknown>>,
): Promise<{ contentRef?: string }> {
  const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return {};
  const { tools, organization, commandId } = call;
  return { contentRef: await keepContent(tools.store, organization._id, commandId, 'message', given) };
}

export async function send(call: On<z.output<typeof sendBody>>): Promise<Answer> {
  const { deliver, ...words } = call.body;
  const content = await contentOf(call, words);
  return run(call, 'send', { ...content, ...(deliver === undefined ? {} : { deliver }) });
}

export async function text2pay(call: On<z.output<typeof text2payBody>>): Promise<Answer> {
  return run(call, 'text2pay', await contentOf(call, call.body));
}

export async function remind(call: On<z.output<typeof remindBody>>): Promise<Answer> {
  const { channel, ...words } = call.body;
  const content = await contentOf(call, words);
  const result = await command(call, 'remind', { ...content, ...(channel === undefined ? {} : { channel }) });
  return after(call, async () => {
    const messageId = result.messageIds?.[0] ?? '';
    const [document, message] = await Promise.all([
      rereadInvoice(call, call.found._id),
      call.tools.store.messages.findOne({ _id: messageId, invoice_id: call.found._id }),
    ]);
    const replaced = result.replaces ?? null;
    return {
      status: 202,
      headers: { ETag: etag(document.version) },
      body: {
        message: message === null ? null : presentMessage(message),
        replaces: replaced === null ? null : { step_id: replaced.stepId, planned_at: replaced.plannedAt },
        invoice: await presentOne(call, document),
      },
    };
  });
}

export async function remove(call: On): Promise<Answer> {
  await command(call, 'delete', {});
  return { status: 204 };
}
