// The routes of reminder policies: steps under a name that customers and invoices take by id. An invoice keeps what it
// has taken; whether a change reaches open invoices is asked for with the change.
import { z } from 'zod';
import { startApplying } from '../../applying.ts';
import { changesUnder } from '../../domain/invoice/policy-preview.ts';
import { restore } from '../../domain/invoice/restore.ts';
import type { InvoiceDocument, ReminderPolicyDocument } from '../../store/documents.ts';
import {
  addPolicy,
  changePolicy,
  following,
  policyNeeds,
  removePolicy,
} from '../../store/reminder-policies.ts';
import type { Answer } from '../answer.ts';
import { refusedAs } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import * as examples from './examples.ts';
import { finder, getRoute, listRoute, named, type Noun } from './noun.ts';
import { decodeCursor, encodeCursor, listAnswer, listSchema, pageOf, pageQuery } from './page.ts';
import {
  changesObject,
  createBody,
  policyObject,
  presentChanges,
  presentPolicy,
  previewBody,
  stepsOf,
  updateBody,
} from './reminder-policy-object.ts';

const noun: Noun<ReminderPolicyDocument> = {
  name: 'reminder_policies',
  title: 'ReminderPolicy',
  plural: 'ReminderPolicies',
  one: 'a reminder policy',
  many: 'reminder policies',
  tag: 'Reminders',
  read: 'invoices:read',
  collection: (store) => store.reminderPolicies,
  schema: policyObject,
  present: presentPolicy,
};
const find = finder(noun);
const valueRefusals = ['invalid_reminder_terms', 'invalid_value'] as const;

const add = route({
  method: 'post',
  path: '/reminder_policies',
  operationId: 'createReminderPolicy',
  summary: 'Create a reminder policy',
  tag: noun.tag,
  scope: 'settings:write',
  body: createBody,
  bodyExample: examples.reminderPolicy,
  answer: { status: 201, description: 'The policy.', schema: policyObject, headers: ['Location'] },
  refusals: valueRefusals,
  handle: async ({ tools, organization, commandId, body }) => {
    const now = new Date().toISOString();
    const policy = await addPolicy(tools.store, {
      _id: derivedId(commandId, 'reminder_policy'),
      organization_id: organization._id,
      name: body.name,
      default: body.default ?? false,
      version: 1,
      steps: stepsOf(body.steps),
      applying: null,
      changed_by: commandId,
      created_at: now,
      updated_at: now,
    });
    const headers = { Location: `/api/v1/reminder_policies/${policy._id}` };
    return { status: 201, headers, body: presentPolicy(policy) };
  },
});

type Changing = Call<ReminderPolicyDocument, unknown, z.output<typeof updateBody>>;

/** Started at once where it can be. Where not, a worker finds that it has not been. */
async function startNow({ tools }: Changing, policy: ReminderPolicyDocument): Promise<void> {
  const { _id: policyId, organization_id: organizationId, applying } = policy;
  if (applying?.state !== 'under_way') return;
  try {
    await startApplying(tools, { organizationId, policyId, version: applying.version });
  } catch (error) {
    tools.logger.warn({ err: error, policyId }, 'a policy will be applied as soon as the engine is there');
  }
}

async function change(call: Changing): Promise<Answer> {
  const { tools, found, body, commandId, actor } = call;
  const { apply_to: reach = 'new_invoices', steps, ...plain } = body;
  const fields = { ...named(plain), ...(steps === undefined ? {} : { steps: stepsOf(steps) }) };
  const policy = await changePolicy(tools.store, found, {
    fields,
    commandId,
    applyFor: reach === 'open_invoices' ? actor : null,
  });
  if (policy === null) throw refusedAs('not_found');
  await startNow(call, policy);
  return { status: 200, body: presentPolicy(policy) };
}

const patch = route({
  method: 'patch',
  path: '/reminder_policies/:id',
  operationId: 'updateReminderPolicy',
  summary: 'Change a reminder policy',
  description:
    'Raises its version. With `apply_to: "open_invoices"` the invoices that follow it are given the new version one after the other, test and live ones alike; `applying` says how far that is. Look first with `POST /reminder_policies/{id}/preview`.',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  body: updateBody,
  bodyExample: { steps: examples.reminderPolicy.steps, apply_to: 'open_invoices' },
  answer: { status: 200, description: 'The policy.', schema: policyObject },
  refusals: valueRefusals,
  handle: change,
});

const remove = route({
  method: 'delete',
  path: '/reminder_policies/:id',
  operationId: 'deleteReminderPolicy',
  summary: 'Delete a reminder policy that no customer has',
  description: 'Invoices keep what they have taken from it.',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  answer: { status: 204, description: 'Gone.' },
  refusals: ['reminder_policy_in_use'],
  handle: async ({ tools, found }) => {
    const needs = await policyNeeds(tools.store, found);
    if (needs !== null) throw refusedAs('reminder_policy_in_use', needs);
    await removePolicy(tools.store, found);
    return { status: 204 };
  },
});

type Row = Pick<InvoiceDocument, '_id' | 'number' | 'status' | 'state'>;

const preview = route({
  method: 'post',
  path: '/reminder_policies/:id/preview',
  operationId: 'previewReminderPolicy',
  summary: 'What other steps would change',
  description:
    'On each invoice of the key’s mode that follows the policy and is not closed, if the policy got these steps now and they were applied to open invoices. Nothing is stored.',
  tag: noun.tag,
  scope: 'invoices:read',
  find,
  query: z.strictObject(pageQuery),
  body: previewBody,
  bodyExample: { steps: examples.reminderPolicy.steps },
  answer: {
    status: 200,
    description: 'A page of invoices.',
    schema: listSchema(changesObject, 'ReminderChangesList'),
    headers: ['Link'],
  },
  refusals: [...valueRefusals, 'bad_cursor'],
  handle: async ({ tools, found, body, query, url, live, now }) => {
    const steps = stepsOf(body.steps);
    const policy = { id: found._id, name: found.name, version: found.version + 1 };
    const [after = null] = decodeCursor('reminder_changes', 1, query.cursor) ?? [];
    const rows = await tools.store.invoices
      .find(
        following({
          organizationId: found.organization_id,
          policyId: found._id,
          after: after === null ? null : String(after),
          liveMode: live,
        }),
      )
      .sort({ _id: 1 })
      .limit(query.limit + 1)
      .project<Row>({ number: 1, status: 1, state: 1 })
      .toArray();
    const page = pageOf(rows, query.limit, (last) => encodeCursor('reminder_changes', [last._id]));
    const data = page.rows.map((row) =>
      presentChanges(row, changesUnder(restore(row.state), policy, steps, now)),
    );
    return listAnswer(url, { data, nextCursor: page.nextCursor });
  },
});

export const reminderPolicyRoutes: readonly Route[] = [
  listRoute(noun),
  add,
  getRoute(noun),
  patch,
  remove,
  preview,
];
