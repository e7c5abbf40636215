// A strict stand-in for Twilio's Messages API, made for the vendor's own client. It refuses what Twilio refuses and
// fails in each documented way when told to; what it accepts lands in the sandbox's messages.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instant } from '../domain/calendar.ts';
import type { Store } from '../store/store.ts';
import { takeFailure } from './failures.ts';
import { findSubject } from './subject.ts';
import { liveOn } from './twilio-callback.ts';
import {
  authenticate,
  badRequest,
  listParameters,
  type MessageParameters,
  methodNotAllowed,
  notFound,
  readMessageParameters,
  scriptedRefusals,
  strayParameter,
  type TwilioError,
  undeliveredReasons,
} from './twilio-request.ts';
import { apiVersion, findMessage, keepMessage, listMessages, newResource } from './twilio-resource.ts';

export type TwilioAccount = { readonly accountSid: string; readonly authToken: string };

export type TwilioSandbox = TwilioAccount & { readonly url: string; close(): Promise<void> };

type TwilioSandboxOptions = {
  readonly store: Store;
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  readonly onError?: (error: unknown) => void;
  readonly now?: () => number;
};

const accountKey = 'twilio_sandbox_account';
const bodyLimit = 64 * 1024;
const pageSize = { usual: 50, most: 1000 };

/** The account of this installation's sandbox: made once, random, the same for every process. */
export async function sandboxTwilioAccount(store: Store): Promise<TwilioAccount> {
  const made: TwilioAccount = {
    accountSid: `AC${randomBytes(16).toString('hex')}`,
    authToken: randomBytes(16).toString('hex'),
  };
  // The unique _id decides between processes that start at once.
  await store.meta
    .updateOne({ _id: accountKey }, { $setOnInsert: { value: JSON.stringify(made) } }, { upsert: true })
    .catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
    });
  const kept = await store.meta.findOne({ _id: accountKey });
  if (kept === null) throw new Error('The account of the Twilio sandbox was removed while it was made.');
  return JSON.parse(kept.value) as TwilioAccount;
}

type Answer =
  { readonly status: number; readonly body: object } | { readonly error: TwilioError } | 'silence';

type Sandbox = TwilioSandboxOptions & { readonly account: TwilioAccount };

function isAuthentic(request: IncomingMessage, account: TwilioAccount): boolean {
  const expected = `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')}`;
  const given = Buffer.from(request.headers.authorization ?? '');
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > bodyLimit) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function messageIdOf(asked: MessageParameters): string | null {
  return asked.statusCallback === null ? null : new URL(asked.statusCallback).searchParams.get('message');
}

async function create(sandbox: Sandbox, request: IncomingMessage): Promise<Answer> {
  const { store, account } = sandbox;
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    return { error: { status: 415, code: 20415, message: 'Content type must be form-encoded' } };
  }
  const body = await readBody(request);
  if (body === null) return { error: { status: 413, code: 20413, message: 'The request is too large' } };
  const read = readMessageParameters(new URLSearchParams(body));
  if ('error' in read) return read;
  const asked = read.parameters;
  const subject = await findSubject(store, messageIdOf(asked), instant((sandbox.now ?? Date.now)()));
  const fail = await takeFailure(store, 'sms', subject, [asked.to]);
  const refusal = fail === null ? undefined : scriptedRefusals[fail];
  if (refusal !== undefined) return { error: refusal };
  if (fail === 'timeout') return 'silence';
  const resource = newResource(account.accountSid, asked, subject.at);
  await keepMessage(store, resource, subject);
  const errorCode = fail !== null && fail in undeliveredReasons ? fail : null;
  liveOn({
    store,
    authToken: account.authToken,
    resource,
    statusCallback: asked.statusCallback,
    messageId: subject.messageId,
    at: subject.at,
    errorCode,
  }).catch(sandbox.onError ?? (() => undefined));
  return { status: 201, body: resource };
}

function whole(text: string | null, usual: number, least: number, most: number): number | null {
  if (text === null) return usual;
  const value = Number(text);
  return Number.isInteger(value) && value >= least && value <= most ? value : null;
}

async function list(sandbox: Sandbox, url: URL): Promise<Answer> {
  const query = url.searchParams;
  const stray = strayParameter(query, listParameters);
  if (stray !== null) return { error: badRequest(20001, `Unknown parameters: ${stray}`) };
  const size = whole(query.get('PageSize'), pageSize.usual, 1, pageSize.most);
  const index = whole(query.get('Page'), 0, 0, 10_000);
  if (size === null || index === null) return { error: badRequest(20006, 'The page is out of range') };
  const found = await listMessages(sandbox.store, query, { index, size });
  if (found === null) return { error: badRequest(20001, 'Invalid date') };
  const page = (number: number): string => {
    const other = new URLSearchParams(query);
    other.set('PageSize', String(size));
    other.set('Page', String(number));
    return `${url.pathname}?${other.toString()}`;
  };
  const start = index * size;
  return {
    status: 200,
    body: {
      messages: found.messages,
      page: index,
      page_size: size,
      start,
      end: Math.max(start, start + found.messages.length - 1),
      uri: `${url.pathname}${url.search}`,
      first_page_uri: page(0),
      previous_page_uri: index === 0 ? null : page(index - 1),
      next_page_uri: found.more ? page(index + 1) : null,
    },
  };
}

async function answer(sandbox: Sandbox, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const route = new RegExp(
    `^/${apiVersion}/Accounts/(AC[0-9a-fA-F]{32})/Messages(?:/(SM[0-9a-fA-F]{32}))?\\.json$`,
  ).exec(url.pathname);
  if (route === null) return { error: notFound(url.pathname) };
  if (!isAuthentic(request, sandbox.account)) return { error: authenticate };
  if (route[1] !== sandbox.account.accountSid) return { error: notFound(url.pathname) };
  const sid = route[2];
  if (sid !== undefined) {
    if (request.method !== 'GET') return { error: methodNotAllowed };
    const resource = await findMessage(sandbox.store, sid);
    return resource === null ? { error: notFound(url.pathname) } : { status: 200, body: resource };
  }
  if (request.method === 'POST') return create(sandbox, request);
  return request.method === 'GET' ? list(sandbox, url) : { error: methodNotAllowed };
}

function reply(response: ServerResponse, result: Exclude<Answer, 'silence'>): void {
  const failed = 'error' in result ? result.error : null;
  const status = 'error' in result ? result.error.status : result.status;
  const body =
    'error' in result
      ? {
          code: result.error.code,
          message: result.error.message,
          more_info: `https://www.twilio.com/docs/errors/${result.error.code}`,
          status,
        }
      : result.body;
  const headers = { 'content-type': 'application/json;charset=utf-8', ...failed?.headers };
  response.writeHead(
    status,
    status === 401 ? { ...headers, 'www-authenticate': 'Basic realm="Twilio API"' } : headers,
  );
  response.end(JSON.stringify(body));
}

export async function startTwilioSandbox(options: TwilioSandboxOptions): Promise<TwilioSandbox> {
  const account = await sandboxTwilioAccount(options.store);
  const sandbox: Sandbox = { ...options, account };
  const server = createServer((request, response) => {
    answer(sandbox, request)
      .then((result) => {
        // Silence holds the connection until the client or the server goes away.
        if (result !== 'silence') reply(response, result);
      })
      .catch((error: unknown) => {
        options.onError?.(error);
        reply(response, { error: { status: 500, code: 20500, message: 'Internal Server Error' } });
      });
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...account,
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
