// One route of the canonical API as data: who may call it, what it takes, what it answers. The router, the checks
// and the OpenAPI document are all made from this.
import { z } from 'zod';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { CommandName } from '../contract/names.ts';
import type { Instant } from '../domain/calendar.ts';
import type { RejectionCode } from '../domain/rejection.ts';
import type { OrganizationDocument, TokenDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import type { Answer } from './answer.ts';
import type { Commands } from './command.ts';
import type { Engine } from './engine.ts';
import type { Metrics } from './metrics.ts';

export const scopes = [
  'invoices:read',
  'invoices:write',
  'payments:write',
  'customers:read',
  'customers:write',
  'reports:read',
  'settings:write',
  'tokens:write',
  'organizations:write',
  '*',
] as const;
export type Scope = (typeof scopes)[number];

/** What every handler may use. */
export type Tools = {
  readonly store: Store;
  readonly client: Client;
  readonly config: Config;
  readonly logger: Logger;
  readonly engine: Engine;
  readonly commands: Commands;
  readonly metrics: Metrics;
  readonly taskQueue: string;
  /** Base of every link that leaves, without a slash at its end. */
  readonly publicUrl: string;
};

export type Caller = {
  readonly token: TokenDocument;
  readonly organization: OrganizationDocument;
  readonly live: boolean;
  /** `token:<id>`, as events name it. */
  readonly actor: string;
  /** Virtual time minus real time; null in live mode. */
  readonly clockOffset: number | null;
  /** By the clock of what the caller sees. */
  readonly now: Instant;
};

export type Call<Found = unknown, Query = unknown, Body = unknown> = Caller & {
  readonly tools: Tools;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly found: Found;
  /** From the Idempotency-Key, else made up. */
  readonly commandId: string;
  /** Someone may have started this very command before. */
  readonly repeated: boolean;
  readonly ifMatch: string | undefined;
  /** Path and query as they were asked for, for links to the next page. */
  readonly url: URL;
  /** What the Accept header prefers, of the two that some routes answer in. */
  readonly accept: 'json' | 'csv';
};

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type RouteAnswer = {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  readonly schema?: z.ZodType;
  /** What it is where it is not JSON. */
  readonly media?: string;
  readonly headers?: readonly ('ETag' | 'Location' | 'Link')[];
};

type RouteFacts = {
  readonly method: Method;
  /** Below /api/v1, in Express's notation. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** The command of an invoice that it gives: update and signal of that name do the same. */
  readonly command?: CommandName;
  readonly tag: string;
  /** null: any token. */
  readonly scope: Scope | null;
  readonly testOnly?: boolean;
  /** POST takes an Idempotency-Key; `required` where money moves, or where a field of the body makes it move. */
  readonly idempotency?: 'required' | { readonly requiredWith: string };
  /** How long one request may take, in milliseconds; seconds unless it says more. */
  readonly patience?: number;
  readonly ifMatch?: boolean;
  /** Answers in CSV too, where it is asked for. */
  readonly csv?: boolean;
  /** The body is a file (upload.ts). */
  readonly upload?: boolean;
  /** Fields of the answer that are never kept, so that a replay shows null in their place. */
  readonly secrets?: readonly string[];
  readonly answer: RouteAnswer;
  /** Besides those that follow from the facts above. */
  readonly refusals: readonly RejectionCode[];
  readonly bodyExample?: unknown;
};

type RouteSpec<Found, Query extends z.ZodType, Body extends z.ZodType> = RouteFacts & {
  readonly query?: Query;
  readonly body?: Body;
  /** Existence comes before values. */
  readonly find?: (call: Omit<Call, 'query' | 'body' | 'found'>) => Promise<Found>;
  readonly handle: (call: Call<Found, z.output<Query>, z.output<Body>>) => Promise<Answer>;
};

export type Route = RouteFacts & {
  readonly query: z.ZodType;
  readonly body: z.ZodType | null;
  readonly find: ((call: Omit<Call, 'query' | 'body' | 'found'>) => Promise<unknown>) | null;
  readonly handle: (call: Call) => Promise<Answer>;
};

const noQuery = z.strictObject({});

export function route<
  Found = null,
  Query extends z.ZodType = typeof noQuery,
  Body extends z.ZodType = typeof noQuery,
>(spec: RouteSpec<Found, Query, Body>): Route {
  const { query, body, find, handle, ...facts } = spec;
  return {
    ...facts,
    query: query ?? noQuery,
    body: body ?? null,
    find: find ?? null,
    // The values are what the schemas beside it made of them: `dispatch` is the only caller.
    handle: handle as Route['handle'],
  };
}
