// The routes of the sandboxes: what they took, and how they are told to fail.
import type { mongo } from 'mongoose';
import { z } from 'zod';
import { channels } from '../../domain/invoice/invoice.ts';
import type { SandboxFailureDocument, SandboxMessageDocument } from '../../store/documents.ts';
import { int64 } from '../../store/int64.ts';
import { route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import { cents, id, instantText, line } from './fields.ts';
import { insertOnce } from './insert.ts';
import { decodeCursor, encodeCursor, listAnswer, listSchema, pageOf, wholeListQuery } from './page.ts';

const tag = 'Sandbox';

const filters = {
  channel: z.enum(channels).optional(),
  to: z.string().max(254).optional().meta({ description: 'A recipient, as to, cc or bcc.' }),
  invoice_id: id.optional(),
  since: instantText.optional(),
};
type Filters = z.output<z.ZodObject<typeof filters>>;

function conditions(filter: Filters): mongo.Filter<SandboxMessageDocument> {
  const { channel, to, invoice_id, since } = filter;
  const address =
    to === undefined ? null : new RegExp(`^${to.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`, 'i');
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(invoice_id === undefined ? {} : { invoice_id }),
    ...(since === undefined ? {} : { at: { $gte: new Date(since).toISOString() } }),
    ...(address === null ? {} : { $or: [{ to: address }, { cc: address }, { bcc: address }] }),
  };
}

const messageTaken = z
  .strictObject({
    id: z.string(),
    invoice_id: z.string().nullable(),
    channel: z.enum(channels),
    to: z.array(z.string()),
    cc: z.array(z.string()),
    bcc: z.array(z.string()),
    from: z.string(),
    subject: z.string().nullable(),
    text: z.string(),
    html: z.string().nullable(),
    attachments: z.array(z.strictObject({ name: z.string(), type: z.string(), size: z.int() })),
    message_id: z.string().nullable().meta({ description: 'Message-ID of a mail, SID of a text.' }),
    at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'SandboxMessage' });

function presentTaken(message: SandboxMessageDocument): z.infer<typeof messageTaken> {
  const { _id, invoice_id, channel, to, cc, bcc, from, subject, text, html, attachments, at } = message;
  return {
    id: _id,
    invoice_id,
    channel,
    to,
    cc,
    bcc,
    from,
    subject,
    text,
    html,
    attachments: attachments.map(({ name, type, size }) => ({ name, type, size })),
    message_id: message.provider_message_id,
    at,
  };
}

const list = route({
  method: 'get',
  path: '/sandbox/messages',
  operationId: 'listSandboxMessages',
  summary: 'What the mailbox and the SMS sandbox took',
  tag,
  scope: 'invoices:read',
  query: z.strictObject({ ...filters, ...wholeListQuery }),
  answer: {
    status: 200,
    description: 'Oldest first.',
    schema: listSchema(messageTaken, 'SandboxMessageList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, live, query, url }) => {
    const [at, last] = decodeCursor('sandbox_messages', 2, query.cursor) ?? [];
    const behind =
      typeof at === 'string' && typeof last === 'string'
        ? { $or: [{ at: { $gt: at } }, { at, _id: { $gt: last } }] }
        : {};
    const rows = await tools.store.sandboxMessages
      .find({ organization_id: organization._id, live_mode: live, $and: [conditions(query), behind] })
      .sort({ at: 1, _id: 1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(rows, query.limit, (one) => encodeCursor('sandbox_messages', [one.at, one._id]));
    return listAnswer(url, { data: page.rows.map(presentTaken), nextCursor: page.nextCursor });
  },
});

const clear = route({
  method: 'delete',
  path: '/sandbox/messages',
  operationId: 'deleteSandboxMessages',
  summary: 'Empty the mailbox',
  description: 'Of what this key sees and the filters name.',
  tag,
  scope: 'invoices:write',
  query: z.strictObject(filters),
  answer: { status: 204, description: 'Gone.' },
  refusals: ['invalid_value'],
  handle: async ({ tools, organization, live, query }) => {
    await tools.store.sandboxMessages.deleteMany({
      organization_id: organization._id,
      live_mode: live,
      $and: [conditions(query)],
    });
    return { status: 204 };
  },
});

const documented = {
  email: [
    '421',
    '451',
    '452',
    '450',
    '550',
    '552',
    '554',
    'timeout',
    'drop_after_accept',
    'bounce_later',
    'complaint',
  ],
  sms: [
    '21211',
    '21610',
    '21614',
    '20429',
    '20003',
    '30003',
    '30005',
    '30006',
    '30007',
    '30008',
    '500',
    'timeout',
  ],
  payment: [
    'card_declined',
    'insufficient_funds',
    'expired_card',
    'lost_card',
    'processing_error',
    'authentication_required',
    'timeout',
    'duplicate_webhook',
    'late_webhook',
  ],
  letter: ['422', '500', 'timeout'],
} as const;
type ScriptedChannel = keyof typeof documented;
const scriptedChannels = Object.keys(documented) as ScriptedChannel[];

const failureCreate = z
  .strictObject({
    channel: z.enum(scriptedChannels as [ScriptedChannel, ...ScriptedChannel[]]),
    match: z
      .strictObject({ to: line(254).min(1).nullish(), amount_cents: cents.nullish() })
      .nullish()
      .meta({ description: 'Nothing here: everything matches.' }),
    fail: z
      .string()
      .max(50)
      .meta({
        description: `One of the documented errors of the channel. ${scriptedChannels
          .map((channel) => `${channel}: ${documented[channel].join(' ')}`)
          .join('; ')}.`,
      }),
    times: z
      .int()
      .min(-1)
      .max(1_000_000)
      .refine((times) => times !== 0, { error: 'write −1 for always, or at least 1' })
      .optional()
      .meta({ description: 'How many times; −1 always. Default 1.' }),
  })
  .refine(({ channel, fail }) => documented[channel].some((one) => one === fail), {
    path: ['fail'],
    error: 'it is not a documented error of the channel',
  })
  .meta({ id: 'SandboxFailureCreate' });

const failureObject = z
  .strictObject({
    id: z.string(),
    channel: z.string(),
    match: z.strictObject({ to: z.string().nullable(), amount_cents: z.int().nullable() }),
    fail: z.string(),
    times: z.int(),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'SandboxFailure' });

function presentFailure(failure: SandboxFailureDocument): z.infer<typeof failureObject> {
  const { _id, channel, match, fail, left, created_at } = failure;
  const amount = match.amount_cents === undefined ? null : Number(match.amount_cents);
  return {
    id: _id,
    channel,
    match: { to: match.to ?? null, amount_cents: amount },
    fail,
    times: left,
    created_at,
  };
}

const script = route({
  method: 'post',
  path: '/sandbox/failures',
  operationId: 'createSandboxFailure',
  summary: 'Tell a sandbox to fail',
  tag,
  scope: 'invoices:write',
  body: failureCreate,
  bodyExample: { channel: 'email', match: { to: 'ap@example.com' }, fail: '550', times: 1 },
  answer: {
    status: 201,
    description: 'The script. The oldest that fits is used first.',
    schema: failureObject,
  },
  refusals: [],
  handle: async ({ tools, organization, commandId, body }) => {
    const { to, amount_cents: amount } = body.match ?? {};
    const failure = await insertOnce(tools.store.sandboxFailures, {
      _id: derivedId(commandId, 'failure'),
      organization_id: organization._id,
      channel: body.channel,
      match: {
        ...(typeof to === 'string' ? { to } : {}),
        ...(typeof amount === 'number' ? { amount_cents: int64(amount) } : {}),
      },
      fail: body.fail,
      left: body.times ?? 1,
      created_at: new Date().toISOString(),
    });
    return { status: 201, body: presentFailure(failure) };
  },
});

export const sandboxRoutes: readonly Route[] = [list, clear, script];
