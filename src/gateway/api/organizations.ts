// The routes of the organization itself: who am I, another organization, keys.
import { z } from 'zod';
import type { TokenDocument } from '../../store/documents.ts';
import { createOrganization, issueCredentials } from '../../store/organizations.ts';
import { mintToken, revokeToken } from '../../store/tokens.ts';
import { hasScope } from '../auth.ts';
import { refusedAs } from '../problem.ts';
import { type Call, route, type Route, scopes } from '../route.ts';
import { currency, instantText, line, timeZone } from './fields.ts';
import {
  afterDescending,
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
} from './page.ts';

const kinds = ['canonical', 'highlevel', 'invoiced'] as const;
const instant = z.string().meta({ format: 'date-time' });

const tokenFields = {
  id: z.string(),
  name: z.string(),
  kind: z.enum(kinds),
  scopes: z.array(z.enum(scopes)),
  live: z.boolean(),
  created_at: instant,
  expires_at: instant.nullable(),
  revoked_at: instant.nullable(),
};
const tokenObject = z.strictObject(tokenFields).meta({ id: 'Token' });
const newTokenObject = z
  .strictObject({
    ...tokenFields,
    token: z.string().nullable().meta({ description: 'Shown once; null when the request is replayed.' }),
  })
  .meta({ id: 'TokenCreated' });

function presentToken(token: TokenDocument): z.infer<typeof tokenObject> {
  const { _id, organization_id: _organization, secret_hash: _secret, ...fields } = token;
  return { id: _id, ...fields, scopes: scopes.filter((scope) => token.scopes.includes(scope)) };
}

const me = route({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'The token and its organization',
  tag: 'Organization',
  scope: null,
  answer: {
    status: 200,
    description: 'Who asks.',
    schema: z
      .strictObject({
        organization: z.strictObject({
          id: z.string(),
          name: z.string(),
          time_zone: z.string(),
          currency: z.string(),
          created_at: instant,
        }),
        token: tokenObject,
        live_mode: z.boolean(),
        now: instant.meta({ description: 'By the clock of what this token sees.' }),
      })
      .meta({ id: 'Me' }),
  },
  refusals: [],
  handle: async ({ organization, token, live, now }) => {
    const { _id, name, time_zone, currency: money, created_at } = organization;
    return {
      status: 200,
      body: {
        organization: { id: _id, name, time_zone, currency: money, created_at },
        token: presentToken(token),
        live_mode: live,
        now,
      },
    };
  },
});

const create = route({
  method: 'post',
  path: '/organizations',
  operationId: 'createOrganization',
  summary: 'Create an organization',
  description: 'Answers its keys, which are shown this once.',
  tag: 'Organization',
  scope: 'organizations:write',
  secrets: ['api_key', 'live_api_key', 'highlevel', 'invoiced'],
  body: z
    .strictObject({
      name: line().min(1),
      time_zone: timeZone.optional(),
      currency: currency.optional(),
    })
    .meta({ id: 'OrganizationCreate' }),
  bodyExample: { name: 'Acme Europe', time_zone: 'Europe/Paris', currency: 'EUR' },
  answer: {
    status: 201,
    description:
      'The organization’s own block, as in credentials.json. Keys are null when the request is replayed.',
    schema: z
      .strictObject({
        base_url: z.string(),
        organization_id: z.string(),
        name: z.string(),
        time_zone: z.string(),
        currency: z.string(),
        api_key: z.string().nullable(),
        live_api_key: z.string().nullable(),
        highlevel: z
          .strictObject({ base_url: z.string(), token: z.string(), location_id: z.string() })
          .nullable(),
        invoiced: z.strictObject({ base_url: z.string(), api_key: z.string() }).nullable(),
      })
      .meta({ id: 'OrganizationCreated' }),
  },
  refusals: ['invalid_time_zone', 'invalid_currency'],
  handle: async ({ tools, body }) => {
    const { name, time_zone: zone = 'UTC', currency: money = 'USD' } = body;
    const organization = await createOrganization(tools.store, { name, timeZone: zone, currency: money });
    const { highlevel, invoiced, ...keys } = await issueCredentials(tools.store, organization);
    const { publicUrl } = tools;
    return {
      status: 201,
      body: {
        base_url: publicUrl,
        name,
        time_zone: zone,
        currency: money,
        ...keys,
        highlevel: { base_url: `${publicUrl}/highlevel`, ...highlevel },
        invoiced: { base_url: `${publicUrl}/invoiced`, ...invoiced },
      },
    };
  },
});

const listTokens = route({
  method: 'get',
  path: '/tokens',
  operationId: 'listTokens',
  summary: 'List tokens',
  tag: 'Organization',
  scope: 'tokens:write',
  query: z.strictObject(pageQuery),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: listSchema(tokenObject, 'TokenList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, query, url }) => {
    const position = decodeCursor('tokens', 2, query.cursor);
    const rows = await tools.store.tokens
      .find({ organization_id: organization._id, ...afterDescending('created_at', '_id', position) })
      .sort({ created_at: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(rows, query.limit, (last) => encodeCursor('tokens', [last.created_at, last._id]));
    return listAnswer(url, { data: page.rows.map(presentToken), nextCursor: page.nextCursor });
  },
});

const tokenCreate = z
  .strictObject({
    name: line().min(1),
    kind: z.enum(kinds).optional().meta({ description: 'Default canonical.' }),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).optional().meta({
      description: 'At most those of the token that asks, which are also the default.',
    }),
    live: z.boolean().optional().meta({ description: 'Default: as the token that asks.' }),
    expires_at: instantText.nullish(),
  })
  .meta({ id: 'TokenCreate' });

/** A token never makes one that may do more than itself. */
function grantable(call: Call<unknown, unknown, z.output<typeof tokenCreate>>): {
  readonly scopes: string[];
  readonly live: boolean;
} {
  const { token, live, body } = call;
  const wanted = body.scopes ?? scopes.filter((scope) => token.scopes.includes(scope));
  const excess = wanted.find((scope) => !hasScope(token, scope));
  if (excess !== undefined) throw refusedAs('insufficient_scope', { scope: excess }, '/scopes');
  if (body.live === true && !live) throw refusedAs('live_mode_only', undefined, '/live');
  return { scopes: [...new Set(wanted)], live: body.live ?? live };
}

const createToken = route({
  method: 'post',
  path: '/tokens',
  operationId: 'createToken',
  summary: 'Create a token',
  tag: 'Organization',
  scope: 'tokens:write',
  secrets: ['token'],
  body: tokenCreate,
  bodyExample: { name: 'Reports', scopes: ['reports:read'] },
  answer: { status: 201, description: 'The token, this once with its text.', schema: newTokenObject },
  refusals: ['live_mode_only'],
  handle: async (call) => {
    const { tools, organization, body } = call;
    const expires = body.expires_at ?? null;
    if (expires !== null && Date.parse(expires) <= Date.now()) {
      throw refusedAs('invalid_value', undefined, '/expires_at');
    }
    const { document, token } = await mintToken(tools.store, {
      organization_id: organization._id,
      name: body.name,
      kind: body.kind ?? 'canonical',
      expires_at: expires === null ? null : new Date(expires).toISOString(),
      ...grantable(call),
    });
    return { status: 201, body: { ...presentToken(document), token } };
  },
});

const revoke = route({
  method: 'delete',
  path: '/tokens/:id',
  operationId: 'revokeToken',
  summary: 'Revoke a token',
  tag: 'Organization',
  scope: 'tokens:write',
  answer: { status: 204, description: 'It opens nothing any more.' },
  refusals: ['not_found'],
  handle: async ({ tools, organization, params }) => {
    if (!(await revokeToken(tools.store, organization._id, params['id'] ?? ''))) throw refusedAs('not_found');
    return { status: 204 };
  },
});

export const organizationRoutes: readonly Route[] = [me, create, listTokens, createToken, revoke];
