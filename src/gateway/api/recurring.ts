// The routes of recurring schedules.
import { z } from 'zod';
import { type Change, begin, imagine } from '../../domain/recurring/decide.ts';
import type { RecurringSchedule } from '../../domain/recurring/schedule.ts';
import { isRejection } from '../../domain/rejection.ts';
import { announce } from '../../drafting/occurrence.ts';
import type { RecurringScheduleDocument } from '../../store/documents.ts';
import type { Answer } from '../answer.ts';
import { toArguments } from '../json.ts';
import { refused, refusedAs } from '../problem.ts';
import { beginSchedule } from '../recurring.ts';
import { type Call, route, type Route } from '../route.ts';
import { derivedId, keepContent } from './contents.ts';
import * as examples from './examples.ts';
import { id } from './fields.ts';
import { named } from './noun.ts';
import {
  afterDescending,
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
} from './page.ts';
import {
  presentSchedule,
  previewObject,
  scheduleBody,
  scheduleChange,
  scheduleObject,
  templateFields,
} from './recurring-object.ts';
import { answerOf, find, ofEngine, ofInvoices, ofPlans, one, tag } from './recurring-route.ts';
import { recurringCommandRoutes } from './recurring-commands.ts';
import { findCustomer, orRefuse } from './references.ts';

const announced = 12;

/** The fields that a body names, those of the invoice apart from those of the plan. */
function apart(body: Readonly<Record<string, unknown>>) {
  const given = Object.entries(named(body));
  const isTemplate = ([key]: [string, unknown]) => templateFields.includes(key);
  return {
    template: Object.fromEntries(given.filter(isTemplate)),
    plan: Object.fromEntries(given.filter((field) => !isTemplate(field))),
  };
}

type Body = z.output<typeof scheduleBody>;
type Asking = Call<null, unknown, Body>;

/** What the body asks for, with what it leaves out. */
async function wantedOf(call: Asking) {
  const { tools, organization, live, commandId, body } = call;
  if (body.live_mode !== undefined && body.live_mode !== live) {
    throw refusedAs('invalid_value', undefined, '/live_mode');
  }
  const customer = await findCustomer(tools.store, organization._id, body.customer_id);
  const currency = body.currency ?? customer.currency ?? organization.currency;
  const template = { ...apart(body).template, line_items: body.line_items, currency };
  const plan = {
    id: derivedId(commandId, 'recurring_schedule'),
    organizationId: organization._id,
    liveMode: live,
    customerId: customer._id,
    name: body.name ?? null,
    startDate: body.start_date,
    interval: body.interval,
    intervalCount: body.interval_count ?? 1,
    occurrences: body.occurrences ?? null,
    endDate: body.end_date ?? null,
    timeZone: body.time_zone ?? organization.time_zone,
    localTime: body.local_time ?? '09:00',
    netDays: body.net_days ?? null,
    action: body.action ?? ('draft' as const),
  };
  return { plan, template };
}

async function announcedBy(
  { tools, organization, now }: Pick<Call, 'tools' | 'organization' | 'now'>,
  schedule: RecurringSchedule,
  template: RecurringScheduleDocument['template'],
): Promise<Answer> {
  const asked = { organization, schedule, template, now, limit: announced };
  return { status: 200, body: { data: orRefuse(await announce(tools.store, asked)) } };
}

const list = route({
  method: 'get',
  path: '/recurring_schedules',
  operationId: 'listRecurringSchedules',
  summary: 'List recurring schedules',
  tag,
  scope: 'invoices:read',
  query: z.strictObject({
    customer_id: id.optional(),
    status: z.enum(['active', 'paused', 'ended']).optional(),
    ...pageQuery,
  }),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: listSchema(scheduleObject, 'RecurringScheduleList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, live, query, url }) => {
    const { limit, cursor, ...filters } = query;
    const rows = await tools.store.recurringSchedules
      .find({
        organization_id: organization._id,
        live_mode: live,
        ...named(filters),
        ...afterDescending('created_at', '_id', decodeCursor('recurring_schedules', 2, cursor)),
      })
      .sort({ created_at: -1, _id: -1 })
      .limit(limit + 1)
      .toArray();
    const page = pageOf(rows, limit, (last) =>
      encodeCursor('recurring_schedules', [last.created_at, last._id]),
    );
    return listAnswer(url, { data: page.rows.map(presentSchedule), nextCursor: page.nextCursor });
  },
});

const create = route({
  method: 'post',
  path: '/recurring_schedules',
  operationId: 'createRecurringSchedule',
  summary: 'Create a recurring schedule',
  description:
    'Makes an invoice on every date, at `local_time`. Prices, taxes and the organization’s settings are those of that moment. Dates that lie behind already are made at once, at most 12.',
  tag,
  scope: 'invoices:write',
  body: scheduleBody,
  bodyExample: examples.recurringSchedule,
  answer: { status: 201, description: 'The schedule.', schema: scheduleObject, headers: ['Location'] },
  refusals: [...ofPlans, 'starts_too_early', ...ofInvoices, ...ofEngine],
  handle: async (call) => {
    const { tools, organization, commandId, now } = call;
    const { plan, template } = await wantedOf(call);
    const at = { ...call, params: { id: plan.id } };
    const headers = { Location: `/api/v1/recurring_schedules/${plan.id}` };
    const mine = { _id: plan.id, organization_id: organization._id };
    const isThere = call.repeated && (await tools.store.recurringSchedules.countDocuments(mine)) > 0;
    if (!isThere) {
      const schedule = begin(plan, now);
      if (isRejection(schedule)) throw refused(schedule);
      await announcedBy(call, schedule, template);
      const kept = keepContent(tools.store, organization._id, commandId, 'recurring', template);
      await beginSchedule(call, { schedule, templateRef: await kept });
    }
    return { status: 201, headers, body: presentSchedule(await find(at)) };
  },
});

const get = route({
  method: 'get',
  path: '/recurring_schedules/:id',
  operationId: 'getRecurringSchedule',
  summary: 'Retrieve a recurring schedule',
  tag,
  scope: 'invoices:read',
  find,
  answer: one,
  refusals: [],
  handle: async ({ found }) => ({ status: 200, body: presentSchedule(found) }),
});

const change = route({
  method: 'patch',
  path: '/recurring_schedules/:id',
  operationId: 'updateRecurringSchedule',
  summary: 'Change a recurring schedule',
  description:
    'For the occurrences to come. Start, interval and zone are fixed once the first one has been made or skipped.',
  tag,
  scope: 'invoices:write',
  find,
  body: scheduleChange,
  bodyExample: { end_date: '2027-12-31', net_days: 14 },
  answer: one,
  refusals: [
    ...ofPlans,
    'starts_too_early',
    'field_frozen',
    'wrong_schedule_status',
    ...ofInvoices,
    ...ofEngine,
  ],
  handle: async (call) => {
    const { tools, organization, found, body, commandId } = call;
    const { template, plan } = apart(body);
    const asked = toArguments(plan) as Change;
    let templateRef = {};
    if (Object.keys(template).length > 0) {
      await announcedBy(call, found.state, { ...found.template, ...template });
      const ref = await keepContent(tools.store, organization._id, commandId, 'recurring', template);
      templateRef = { templateRef: ref };
    }
    return answerOf(call, 'update', { ...asked, ...templateRef });
  },
});

const preview = route({
  method: 'get',
  path: '/recurring_schedules/:id/preview',
  operationId: 'previewRecurringSchedule',
  summary: 'What a recurring schedule will make',
  description:
    'Up to 12 dates, or to its end. Of a paused one: what it would make if it was resumed now. It is what will be made, as long as nobody changes the schedule, prices or settings.',
  tag,
  scope: 'invoices:read',
  find,
  answer: { status: 200, description: 'Dates and amounts.', schema: previewObject },
  refusals: [...ofInvoices],
  handle: (call) => announcedBy(call, call.found.state, call.found.template),
});

const previewAhead = route({
  method: 'post',
  path: '/recurring_schedules/preview',
  operationId: 'previewNewRecurringSchedule',
  summary: 'What a recurring schedule would make',
  description: 'Up to 12 dates, or to its end. Nothing is stored.',
  tag,
  scope: 'invoices:read',
  body: scheduleBody,
  bodyExample: examples.recurringSchedule,
  answer: { status: 200, description: 'Dates and amounts.', schema: previewObject },
  refusals: [...ofPlans, ...ofInvoices],
  handle: async (call) => {
    const { plan, template } = await wantedOf(call);
    const schedule = imagine(plan, call.now);
    if (isRejection(schedule)) throw refused(schedule);
    return announcedBy(call, schedule, template);
  },
});

export const recurringRoutes: readonly Route[] = [
  list,
  create,
  previewAhead,
  get,
  change,
  ...recurringCommandRoutes,
  preview,
];
