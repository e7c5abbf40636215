// The routes of an invoice's attachments: files that were uploaded before.
import { z } from 'zod';
import { restore } from '../../domain/invoice/restore.ts';
import { toArguments } from '../json.ts';
import { route, type Route } from '../route.ts';
import { run } from './change-invoice.ts';
import * as examples from './examples.ts';
import * as bodies from './invoice-bodies.ts';
import { attachmentObject } from './invoice-object-parts.ts';
import { engineRefusals } from './invoice-refusals.ts';
import { commandFacts, tag } from './invoice-route.ts';
import { listAnswer, listSchema } from './page.ts';
import { presentAttachment } from './present-invoice-parts.ts';
import { findInvoice } from './read-invoice.ts';
import { resolveFiles } from './references.ts';

const attach = route({
  ...commandFacts,
  method: 'post',
  path: '/invoices/:id/attachments',
  operationId: 'attachFile',
  command: 'attach',
  summary: 'Attach a file',
  description: 'Of any status; at most 20.',
  scope: 'invoices:write',
  body: bodies.attachBody,
  bodyExample: examples.attach,
  refusals: ['unknown_file', ...engineRefusals],
  handle: async (call) => {
    const { tools, organization, body } = call;
    const files = await resolveFiles(tools.store, organization._id, [body.file_id], () => '/file_id');
    return run(call, 'attach', toArguments({ attachments: files }));
  },
});

const list = route({
  method: 'get',
  path: '/invoices/:id/attachments',
  operationId: 'listInvoiceAttachments',
  summary: 'The files attached to an invoice',
  tag,
  scope: 'invoices:read',
  query: z.strictObject({}),
  find: findInvoice,
  answer: {
    status: 200,
    description: 'All of them; the bytes are at `/files/:id/content`.',
    schema: listSchema(attachmentObject, 'AttachmentList'),
  },
  refusals: [],
  handle: async ({ found, url }) =>
    listAnswer(url, { data: restore(found.state).attachments.map(presentAttachment), nextCursor: null }),
});

export const invoiceAttachmentRoutes: readonly Route[] = [attach, list];
