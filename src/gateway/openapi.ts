// The OpenAPI document, made from the same routes and schemas that serve requests.
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { httpStatus, reject, type RejectionCode } from '../domain/rejection.ts';
import { actionSchema } from './api/actions.ts';
import { routes } from './api/index.ts';
import { problem, problemType, refused } from './problem.ts';
import type { Route } from './route.ts';

const problemObject = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable.' }),
    detail: z.string().meta({ description: 'What to do.' }),
    request_id: z.string(),
    errors: z
      .array(
        z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() }).meta({ id: 'Fault' }),
      )
      .optional(),
    available_actions: z.array(actionSchema).optional(),
    retry_at: z.string().optional(),
    command_id: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

/** Which refusals follow from what a route is, besides those that it names itself. */
function refusalsOf(route: Route): RejectionCode[] {
  const codes: RejectionCode[] = ['unauthenticated', 'rate_limited', 'unknown_parameter', 'internal_error'];
  if (route.scope !== null) codes.push('insufficient_scope');
  if (route.find !== null) codes.push('not_found');
  if (route.body !== null) codes.push('unknown_field', 'duplicate_field', 'invalid_value');
  if (route.method !== 'get') {
    codes.push('malformed_json', 'unsupported_media_type', 'payload_too_large', 'malformed_header');
    codes.push('idempotency_in_flight', 'idempotency_mismatch', 'engine_unavailable');
  }
  if (route.idempotency !== undefined) codes.push('idempotency_key_required');
  if (route.ifMatch === true) codes.push('version_mismatch');
  return [...new Set([...codes, ...route.refusals])];
}

function example(code: RejectionCode): unknown {
  const request = '2b6f3f0e-1c9c-4c5c-8a55-6f6f7f8a9b0c';
  return problem(refused(reject(code)).refusal, request, 0).body;
}

function exampleRef(code: RejectionCode) {
  return { $ref: `#/components/examples/${code}` };
}

function problemsOf(route: Route): RouteConfig['responses'] {
  const byStatus = new Map<number, RejectionCode[]>();
  for (const code of refusalsOf(route)) {
    byStatus.set(httpStatus(code), [...(byStatus.get(httpStatus(code)) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, codes]) => {
    const examples = Object.fromEntries(codes.map((code) => [code, exampleRef(code)]));
    const waits = status === 429 || status === 503;
    return [
      String(status),
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        ...(waits ? { headers: { 'Retry-After': header('Seconds to wait.', 'integer') } } : {}),
        content: { [problemType]: { schema: problemObject, examples } },
      },
    ];
  });
  return Object.fromEntries(responses) as RouteConfig['responses'];
}

function header(description: string, type: 'string' | 'integer' = 'string') {
  return { description, schema: { type } } as const;
}

const headerWords = {
  ETag: 'The version, strong; for If-Match.',
  Location: 'Where it is.',
  Link: 'The next page, rel="next".',
} as const;

function csvOf(route: Route) {
  return route.csv === true ? { 'text/csv': { schema: { type: 'string' as const } } } : {};
}

function answerOf(route: Route): RouteConfig['responses'] {
  const { status, description, schema, media, headers = [] } = route.answer;
  const told = Object.fromEntries(headers.map((name) => [name, header(headerWords[name])]));
  return {
    [String(status)]: {
      description,
      ...(headers.length === 0 ? {} : { headers: told }),
      ...(schema === undefined ? {} : { content: { 'application/json': { schema }, ...csvOf(route) } }),
      ...(media === undefined
        ? {}
        : { content: { [media]: { schema: { type: 'string', format: 'binary' } } } }),
    },
  };
}

function headersOf(route: Route) {
  if (route.method === 'get') return undefined;
  const { idempotency } = route;
  const needed = typeof idempotency === 'object' ? ` Needed with \`${idempotency.requiredWith}\`.` : '';
  const key = z
    .string()
    .min(1)
    .max(255)
    .meta({
      description: `The same key, the same answer, be it a refusal; for 24 hours, where money moves for ever.${needed}`,
    });
  return z.object({
    'Idempotency-Key': route.idempotency === 'required' ? key : key.optional(),
    ...(route.ifMatch === true
      ? {
          'If-Match': z
            .string()
            .optional()
            .meta({ description: 'An ETag: refused with 412 when it has changed.' }),
        }
      : {}),
  });
}

/** Express's `:id` in OpenAPI's notation, and the names in it. */
function pathOf(route: Route): { readonly path: string; readonly names: readonly string[] } {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  return { path: `/api/v1${route.path.replaceAll(/:(\w+)/g, '{$1}')}`, names };
}

const uploadContent: NonNullable<NonNullable<RouteConfig['request']>['body']>['content'] = {
  'multipart/form-data': {
    schema: {
      type: 'object',
      properties: { file: { type: 'string', format: 'binary' } },
      required: ['file'],
      additionalProperties: false,
    },
  },
};

function configOf(route: Route): RouteConfig {
  const { path, names } = pathOf(route);
  const headers = headersOf(route);
  const content =
    route.upload === true
      ? uploadContent
      : {
          'application/json': {
            schema: route.body ?? z.strictObject({}),
            ...(route.bodyExample === undefined ? {} : { example: route.bodyExample }),
          },
        };
  return {
    method: route.method,
    path,
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    security: [{ bearer: [] }],
    request: {
      ...(names.length === 0
        ? {}
        : { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      query: route.query as z.ZodObject,
      ...(headers === undefined ? {} : { headers }),
      ...(route.body === null ? {} : { body: { content, required: !isOptional(route) } }),
    },
    responses: { ...answerOf(route), ...problemsOf(route) },
  };
}

/** A body that may be left out: an empty object would do. */
function isOptional(route: Route): boolean {
  return route.body?.safeParse({}).success === true;
}

const tags = [
  { name: 'Invoices', description: 'Create, send, remind, take the payment, void.' },
  { name: 'Recurring schedules', description: 'Invoices that are made again and again.' },
  { name: 'Customers', description: 'Who is billed.' },
  { name: 'Payments', description: 'What came in, over one invoice or many.' },
  { name: 'Catalogue', description: 'What is sold.' },
  { name: 'Reminders', description: 'Policies that customers and invoices take their reminders from.' },
  { name: 'Late fees', description: 'Policies that customers and invoices take their late-fee terms from.' },
  { name: 'Ledger', description: 'Double entry: accounts and journal entries.' },
  { name: 'Reports', description: 'What the books say, by any date, as JSON or as CSV.' },
  { name: 'Organization', description: 'Who asks, and with which keys.' },
  { name: 'Test mode', description: 'A clock that moves when it is told to.' },
  { name: 'Sandbox', description: 'What the built-in mailbox and SMS sandbox took, and how they fail.' },
];

export function openApiDocument(serverUrl: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of the organization: dw_test_… or dw_live_…',
  });
  for (const route of routes) registry.registerPath(configOf(route));
  for (const code of new Set(routes.flatMap(refusalsOf))) {
    registry.registerComponent('examples', code, { value: example(code) });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Duewell',
      version: '1.0.0',
      description:
        'Runs the life of an invoice after it exists. Amounts are integers in the currency’s minor unit, dates YYYY-MM-DD, instants RFC 3339 in UTC. Errors are application/problem+json with stable codes.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: serverUrl }],
    tags,
  });
}

/** What a reader of the repository would see on a default start. */
const documentedServer = 'http://127.0.0.1:3000';

/** The document as it lies in docs/. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(documentedServer), null, 2)}\n`;
}
