// What the routes of commands on one invoice have in common.
import { z } from 'zod';
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
