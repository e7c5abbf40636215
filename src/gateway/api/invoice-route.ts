// What the routes of commands on one invoice have in common.
import { z } from 'zod';
import type { CommandOnName } from '../../domain/invoice/command.ts';
import { readCommand } from '../../domain/invoice/arguments.ts';
import { decide } from '../../domain/invoice/commands.ts';
import { restore } from '../../domain/invoice/restore.ts';
import { httpStatus, isRejection } from '../../domain/rejection.ts';
import type { InvoiceDocument } from '../../store/documents.ts';
import { refused, refusedAs } from '../problem.ts';
import type { Call } from '../route.ts';
import { invoiceObject } from './invoice-object.ts';
import { expandable, findInvoice } from './read-invoice.ts';

export const tag = 'Invoices';

const expand = z
  .string()
  .max(100)
  .transform((list) => list.split(',').map((word) => word.trim()))
  .pipe(z.array(z.enum(expandable)))
  .optional()
  .meta({
    type: 'string',
    description: `Any of ${expandable.join(', ')}; several with commas.`,
    example: 'journal,timeline',
  });

export const expandQuery = z.strictObject({ expand });

/** A command is asked for an invoice that exists, of a version if one is given, and answers what it is then. */
export const commandFacts = {
  tag,
  query: expandQuery,
  ifMatch: true,
  find: findInvoice,
  answer: {
    status: 200,
    description: 'The invoice after the command.',
    schema: invoiceObject,
    headers: ['ETag'],
  },
} as const;

type Finding = Omit<Call, 'query' | 'body' | 'found'>;

/**
 * The invoice, and on it what else the path names, which the core is asked for before anyone looks at the values:
 * existence comes first. A repeated command finds its answer whatever became of that since.
 */
export function findOn(
  name: CommandOnName,
  named: (params: Call['params']) => Readonly<Record<string, unknown>>,
): (call: Finding) => Promise<InvoiceDocument> {
  return async (call) => {
    const args = named(call.params);
    const found = await findInvoice(call);
    if (call.repeated) return found;
    const invoice = restore(found.state);
    const command = readCommand(name, args, invoice, () => call.commandId);
    if (isRejection(command)) throw refusedAs('not_found');
    const at = { now: call.now, commandId: call.commandId, newId: call.commandId };
    const answer = decide(invoice, command, at);
    if (isRejection(answer) && httpStatus(answer.rejected) === 404) throw refused(answer);
    return found;
  };
}
