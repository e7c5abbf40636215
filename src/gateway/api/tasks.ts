// The routes of tasks: what the steps of a policy ask the merchant to do.
import { z } from 'zod';
import type { TaskDocument } from '../../store/documents.ts';
import { refusedAs } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { id } from './fields.ts';
import {
  afterDescending,
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
} from './page.ts';

const tag = 'Reminders';

const object = z
  .strictObject({
    id: z.string(),
    invoice_id: z.string(),
    customer_id: z.string(),
    title: z.string(),
    due_date: z.string().meta({ format: 'date' }),
    done: z.boolean(),
    done_at: z.string().nullable().meta({ format: 'date-time' }),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'Task' });

function present(task: TaskDocument): z.infer<typeof object> {
  const { _id, invoice_id, customer_id, title, due_date, done, done_at, created_at } = task;
  return { id: _id, invoice_id, customer_id, title, due_date, done, done_at, created_at };
}

async function find(call: Pick<Call, 'tools' | 'organization' | 'live' | 'params'>): Promise<TaskDocument> {
  const task = await call.tools.store.tasks.findOne({
    _id: call.params['id'] ?? '',
    organization_id: call.organization._id,
    live_mode: call.live,
  });
  if (task === null) throw refusedAs('not_found');
  return task;
}

const list = route({
  method: 'get',
  path: '/tasks',
  operationId: 'listTasks',
  summary: 'List tasks',
  tag,
  scope: 'invoices:read',
  query: z.strictObject({
    done: z.enum(['true', 'false']).optional(),
    invoice_id: id.optional(),
    customer_id: id.optional(),
    ...pageQuery,
  }),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: listSchema(object, 'TaskList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, live, query, url }) => {
    const { done, invoice_id, customer_id } = query;
    const tasks = await tools.store.tasks
      .find({
        organization_id: organization._id,
        live_mode: live,
        ...(done === undefined ? {} : { done: done === 'true' }),
        ...(invoice_id === undefined ? {} : { invoice_id }),
        ...(customer_id === undefined ? {} : { customer_id }),
        ...afterDescending('created_at', '_id', decodeCursor('tasks', 2, query.cursor)),
      })
      .sort({ created_at: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(tasks, query.limit, (last) => encodeCursor('tasks', [last.created_at, last._id]));
    return listAnswer(url, { data: page.rows.map(present), nextCursor: page.nextCursor });
  },
});

const change = route({
  method: 'patch',
  path: '/tasks/:id',
  operationId: 'updateTask',
  summary: 'Mark a task as done',
  tag,
  scope: 'invoices:write',
  find,
  body: z.strictObject({ done: z.boolean() }).meta({ id: 'TaskUpdate' }),
  bodyExample: { done: true },
  answer: { status: 200, description: 'The task.', schema: object },
  refusals: [],
  handle: async ({ tools, found, body, now }) => {
    const { done } = body;
    const done_at = done ? (found.done_at ?? now) : null;
    await tools.store.tasks.updateOne({ _id: found._id }, { $set: { done, done_at } });
    return { status: 200, body: present({ ...found, done, done_at }) };
  },
});

export const taskRoutes: readonly Route[] = [list, change];
