// GET /customers/:id/dunning: where a customer stands, what comes next, and what the runs have done.
import { z } from 'zod';
import { announce } from '../../domain/dunning/announce.ts';
import { asked } from '../../domain/dunning/decide.ts';
import { groupsOf } from '../../domain/dunning/letter.ts';
import { creditBalances, factsOf, openInvoices } from '../../dunning/read.ts';
import type { CustomerDocument, DunningRowDocument } from '../../store/documents.ts';
import { dunningRulesOf } from '../../store/dunning-rules.ts';
import { type Call, route, type Route } from '../route.ts';
import { finder } from './noun.ts';

const historyMax = 100;

const row = z
  .strictObject({
    date: z.string().meta({ format: 'date', description: 'Where the organization is.' }),
    stage: z.int().meta({ description: 'Days overdue from which it counts.' }),
    status: z.enum(['QUEUED', 'SENT', 'SKIPPED', 'SUPPRESSED', 'FAILED']),
    reason: z.string().nullable().meta({ example: 'reminder_cap' }),
    message_id: z.string().nullable(),
  })
  .meta({ id: 'DunningRow' });

const object = z
  .strictObject({
    stage: z
      .int()
      .nullable()
      .meta({ description: 'The last stage that went out since the customer had nothing overdue.' }),
    next_stage: z
      .strictObject({ stage: z.int(), at: z.string().meta({ format: 'date-time' }) })
      .nullable()
      .meta({ description: 'As long as nobody pays and no reminder goes out before. Null: nothing comes.' }),
    history: z.array(row).meta({ description: `Newest first, at most ${historyMax}.` }),
  })
  .meta({ id: 'CustomerDunning' });

function present({ date, stage, status, reason, message_id }: DunningRowDocument): z.infer<typeof row> {
  return { date, stage, status, reason, message_id };
}

type Reading = Pick<Call, 'tools' | 'organization' | 'live' | 'now'>;

async function standing({ tools, organization, live, now }: Reading, customerId: string) {
  const { store } = tools;
  const { _id: organizationId, settings, time_zone: zone } = organization;
  const scope = { organizationId, liveMode: live };
  const [[facts], open, credit] = await Promise.all([
    factsOf(store, { ...scope, at: now }, [customerId]),
    openInvoices(store, scope, customerId),
    creditBalances(store, scope, customerId),
  ]);
  const stagesSent = facts === undefined || facts.overdue.length === 0 ? [] : facts.stagesSent;
  // What is open and not due yet will be: of what credit will cover then nobody knows.
  const last = open.map(({ dueAt }) => dueAt).reduce((a, b) => (a > b ? a : b), now);
  const currencies = asked(groupsOf(open, last), credit).map(({ currency }) => currency);
  const oldest = open
    .filter((one) => one.standing === 'open' && currencies.includes(one.currency))
    .toSorted((a, b) => (a.dueDate < b.dueDate ? -1 : 1))[0];
  const next = announce(dunningRulesOf(settings), settings.reminder_cap, {
    zone,
    now,
    oldest: oldest ?? null,
    stagesSent,
    remindedAt: facts?.remindedAt ?? null,
  });
  return {
    stage: stagesSent.length === 0 ? null : Math.max(...stagesSent),
    next_stage: next === null ? null : { stage: next.stage, at: next.at },
  };
}

const read = route({
  method: 'get',
  path: '/customers/:id/dunning',
  operationId: 'getCustomerDunning',
  summary: 'Where a customer stands with dunning',
  description: 'In the mode of the key: test and live invoices are never in one message.',
  tag: 'Customers',
  scope: 'customers:read',
  find: finder<CustomerDocument>({ collection: (store) => store.customers }),
  answer: { status: 200, description: 'The stage, the next one and the history.', schema: object },
  refusals: [],
  handle: async (call) => {
    const { tools, organization, live, found } = call;
    const rows = await tools.store.dunningMessages
      .find({ organization_id: organization._id, live_mode: live, customer_id: found._id })
      .sort({ at: -1, _id: -1 })
      .limit(historyMax)
      .toArray();
    return { status: 200, body: { ...(await standing(call, found._id)), history: rows.map(present) } };
  },
});

export const dunningRoutes: readonly Route[] = [read];
