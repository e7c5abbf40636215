// The routes of files: uploaded here, then attached to invoices by id.
import mongoose from 'mongoose';
import { z } from 'zod';
import type { FileDocument } from '../../store/documents.ts';
import { route, type Route } from '../route.ts';
import type { Upload } from '../upload.ts';
import { derivedId } from './contents.ts';
import { insertOnce } from './insert.ts';
import { finder, getRoute, type Noun } from './noun.ts';

const object = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    type: z.string().meta({ description: 'Media type, as uploaded.' }),
    size: z.int().meta({ description: 'Bytes.' }),
    sha256: z.string(),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'File' });

function present({ _id, name, type, size, sha256, created_at }: FileDocument): z.infer<typeof object> {
  return { id: _id, name, type, size, sha256, created_at };
}

const noun: Noun<FileDocument> = {
  name: 'files',
  title: 'File',
  one: 'a file',
  many: 'files',
  tag: 'Catalogue',
  read: 'invoices:read',
  collection: (store) => store.files,
  schema: object,
  present,
};
const find = finder(noun);

const upload = route({
  method: 'post',
  path: '/files',
  operationId: 'uploadFile',
  summary: 'Upload a file',
  description: 'multipart/form-data with one part `file`, at most 10 MB.',
  tag: noun.tag,
  scope: 'invoices:write',
  upload: true,
  body: z.custom<Upload>(),
  answer: { status: 201, description: 'The file.', schema: object, headers: ['Location'] },
  refusals: ['unsupported_upload_type', 'malformed_upload'],
  handle: async ({ tools, organization, commandId, body }) => {
    const file = await insertOnce(tools.store.files, {
      _id: derivedId(commandId, 'file'),
      organization_id: organization._id,
      name: body.name,
      type: body.type,
      size: body.bytes.length,
      sha256: body.sha256,
      data: new mongoose.mongo.Binary(body.bytes),
      created_at: new Date().toISOString(),
    });
    return { status: 201, headers: { Location: `/api/v1/files/${file._id}` }, body: present(file) };
  },
});

/** Never shown as a page of ours: a file of someone else's making is saved, not opened. */
function download(file: FileDocument): Record<string, string> {
  const name = encodeURIComponent(file.name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return {
    'Content-Disposition': `attachment; filename*=UTF-8''${name}`,
    'X-Content-Type-Options': 'nosniff',
  };
}

const content = route({
  method: 'get',
  path: '/files/:id/content',
  operationId: 'downloadFile',
  summary: 'Download a file',
  tag: noun.tag,
  scope: 'invoices:read',
  find,
  answer: { status: 200, description: 'The bytes as they were uploaded.', media: 'application/octet-stream' },
  refusals: [],
  handle: async ({ found }) => ({
    status: 200,
    bytes: Buffer.from(found.data.value()),
    contentType: 'application/octet-stream',
    headers: download(found),
  }),
});

export const fileRoutes: readonly Route[] = [upload, getRoute(noun), content];
