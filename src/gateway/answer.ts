// What a handler answers, and how it is written to the response.
import type { Response } from 'express';

export type Answer = {
  readonly status: number;
  /** JSON; left out where there is none. */
  readonly body?: unknown;
  /** Instead of a body: these bytes, as they are. */
  readonly bytes?: Buffer;
  /** JSON unless it says otherwise. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Writes the answer. No conditional 304: what an invoice looks like also depends on the clock and its customer. */
export function write(response: Response, answer: Answer, contentType = 'application/json'): void {
  response.status(answer.status);
  response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.bytes !== undefined) {
    response.setHeader('Content-Type', answer.contentType ?? 'application/octet-stream');
    response.setHeader('Content-Length', answer.bytes.length);
    response.end(answer.bytes);
    return;
  }
  if (answer.body === undefined) {
    response.end();
    return;
  }
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response.setHeader('Content-Type', `${answer.contentType ?? contentType}; charset=utf-8`);
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}
