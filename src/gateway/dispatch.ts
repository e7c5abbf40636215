// Runs one route: who, what scope, which key, does it exist, are the values good, then the work.
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { type Answer, write } from './answer.ts';
import { commandPatience } from '../contract/names.ts';
import { authenticate, authorize } from './auth.ts';
import { parseBody, readRawBody } from './body.ts';
import { within } from './engine.ts';
import { problemFor } from './errors.ts';
import { type Hold, idempotencyKey, type Keyed, once, type Steps } from './idempotency.ts';
import { refusedAs } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Call, Caller, Route, Tools } from './route.ts';
import { isUpload, readUpload } from './upload.ts';
import { checkBody, checkQuery } from './validation.ts';

/** A database that accepts and never answers must not make anyone wait: reads end here, in milliseconds. */
const readPatience = 4_000;
/** From a request to its answer, unless its route says otherwise. */
const requestPatience = commandPatience + 2_000;
/** What is left for the work where looking up who asks and what for took long. */
const workPatienceLeast = 1_000;

const away = () => refusedAs('engine_unavailable');

function read(request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    readRawBody(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('The body could not be read.'));
    });
  });
}

type Asked = {
  readonly request: Request;
  /** Milliseconds, on the clock of `performance`. */
  readonly began: number;
  readonly caller: Caller;
  /** null: the method takes none. */
  readonly body: unknown;
};

/** What a command is asked for: something that is there, with values that are good. */
async function check(tools: Tools, route: Route, asked: Asked, hold: Hold): Promise<Call> {
  const { request, caller } = asked;
  const call: Omit<Call, 'query' | 'body' | 'found'> = {
    ...caller,
    ...hold,
    tools,
    params: request.params as Record<string, string>,
    ifMatch: route.ifMatch === true ? request.headers['if-match'] : undefined,
    url: new URL(request.originalUrl, tools.publicUrl),
    accept: request.accepts(['application/json', 'text/csv']) === 'text/csv' ? 'csv' : 'json',
  };
  const found = route.find === null ? null : await within(route.find(call), readPatience, away);
  const query = checkQuery(route.query, request.query);
  const body =
    route.body === null ? {} : isUpload(asked.body) ? asked.body : checkBody(route.body, asked.body);
  return { ...call, found, query, body };
}

async function run(route: Route, call: Call, began: number): Promise<Answer> {
  const answer = route.handle(call);
  if (route.method === 'get') return within(answer, readPatience, away);
  const left = Math.max(workPatienceLeast, began + requestPatience - performance.now());
  return within(answer, route.patience ?? left, () =>
    refusedAs('outcome_unknown', { command_id: call.commandId }),
  );
}

/** JSON or a file, read only once it is known who asks. */
async function bodyOf(route: Route, request: Request, response: Response): Promise<unknown> {
  if (route.method === 'get') return null;
  if (route.upload === true) return readUpload(request);
  await read(request, response);
  return parseBody(request);
}

/** Whether this very request moves money: its key is needed, and never forgotten. */
function movesMoney({ idempotency }: Route, body: unknown): boolean {
  if (idempotency === undefined || idempotency === 'required') return idempotency === 'required';
  const fields: object = typeof body === 'object' && body !== null ? body : {};
  const value: unknown = Object.entries(fields).find(([name]) => name === idempotency.requiredWith)?.[1];
  return value !== undefined && value !== null;
}

function keyOf(route: Route, request: Request, body: unknown): string | null {
  const header = request.headers['idempotency-key'];
  const key = route.method === 'get' ? null : idempotencyKey(Array.isArray(header) ? header[0] : header);
  if (key === null && movesMoney(route, body)) throw refusedAs('idempotency_key_required');
  return key;
}

/** The handler of a route. What it throws goes to the renderer of problems. */
export function dispatch(tools: Tools, route: Route, rateLimit: RateLimit) {
  return async (request: Request, response: Response): Promise<void> => {
    const began = performance.now();
    const caller = await within(authenticate(tools.store, request.headers.authorization), readPatience, away);
    const known = performance.now();
    response.locals['now'] = Date.parse(caller.now);
    response.setHeaders(new Map(Object.entries(await rateLimit.take(caller.token._id))));
    authorize(caller, route);
    const body = await bodyOf(route, request, response);
    const key = keyOf(route, request, body);
    // How long a caller takes to send its body is the caller's affair.
    const asked: Asked = { request, began: performance.now() - (known - began), caller, body };
    const steps: Steps<Call> = {
      check: (hold) => check(tools, route, asked, hold),
      run: (call) => run(route, call, asked.began),
    };
    if (key === null) {
      write(response, await steps.run(await steps.check({ commandId: randomUUID(), repeated: false })));
      return;
    }
    const keyed: Keyed = {
      key,
      organizationId: caller.organization._id,
      live: caller.live,
      method: request.method,
      path: request.baseUrl + request.path,
      // What a file says is told by its hash.
      body: isUpload(body) ? { ...body, bytes: null } : body,
      movesMoney: movesMoney(route, body),
      secrets: route.secrets ?? [],
      tell: (refusal) => problemFor(request, response, refusal),
    };
    write(response, await once(tools.store, keyed, steps));
  };
}
