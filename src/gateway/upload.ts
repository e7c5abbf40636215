// Reads a file that is uploaded: multipart/form-data with one part `file`, at most 10 MB.
import { createHash } from 'node:crypto';
import busboy from 'busboy';
import type { Request } from 'express';
import { reject } from '../domain/rejection.ts';
import { refused, refusedAs } from './problem.ts';

export const fileLimit = 10_000_000;
const nameLimit = 255;

export type Upload = {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  /** Hex. What the same Idempotency-Key is held to. */
  readonly sha256: string;
};

export function isUpload(body: unknown): body is Upload {
  return typeof body === 'object' && body !== null && 'bytes' in body && Buffer.isBuffer(body.bytes);
}

/** Names go into headers and file systems one day: no folders, no control characters, never empty. */
function plainName(name: string | undefined): string {
  const last = (name ?? '').split(/[/\\]/).at(-1) ?? '';
  const clean = last.replace(/[\p{Cc}\p{Cs}]/gu, '').trim();
  return clean === '' ? 'file' : clean.slice(-nameLimit);
}

function parserOf(request: Request): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { files: 2, fileSize: fileLimit, fields: 1, parts: 4 },
    });
  } catch {
    throw refusedAs('malformed_upload');
  }
}

/** The one file of the request. Anything else in it is refused. */
export async function readUpload(request: Request): Promise<Upload> {
  if (request.is('multipart/form-data') === false) throw refusedAs('unsupported_upload_type');
  const parser = parserOf(request);
  const files: { name: string; type: string; chunks: Buffer[] }[] = [];
  let fault: Error | null = null;
  const blame = (error: Error) => {
    fault ??= error;
  };
  parser.on('file', (field, stream, { filename, mimeType }) => {
    if (field !== 'file') blame(refused(reject('unknown_field', undefined, `/${field}`)));
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('limit', () => blame(refusedAs('payload_too_large')));
    stream.on('error', () => blame(refusedAs('malformed_upload')));
    files.push({ name: plainName(filename), type: mimeType, chunks });
  });
  parser.on('field', (field) => blame(refused(reject('unknown_field', undefined, `/${field}`))));
  await new Promise<void>((resolve) => {
    parser.once('close', resolve);
    parser.once('error', () => {
      blame(refusedAs('malformed_upload'));
      resolve();
    });
    request.once('aborted', () => {
      blame(refusedAs('malformed_upload'));
      resolve();
    });
    request.pipe(parser);
  });
  if (fault !== null) throw fault;
  const [file, second] = files;
  if (file === undefined) throw refused(reject('invalid_value', undefined, '/file'));
  if (second !== undefined) throw refused(reject('duplicate_field', undefined, '/file'));
  const bytes = Buffer.concat(file.chunks);
  if (bytes.length === 0) throw refused(reject('invalid_value', undefined, '/file'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: file.name, type: file.type, bytes, sha256 };
}
