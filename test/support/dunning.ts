// A run of dunning on the real servers: customers with overdue invoices, the workflows, and a mail server of the test's.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { createDeliver } from '../../activities/deliver/deliver.ts';
import type { OutgoingEmail, OutgoingSms, Tried } from '../../activities/deliver/channel.ts';
import { createGiveUp } from '../../activities/deliver/give-up.ts';
import { createDunning } from '../../activities/dunning/index.ts';
import { createReconcile } from '../../activities/reconcile.ts';
import type { DunningEnd, DunningInput } from '../../src/contract/dunning.ts';
import type { Sweep } from '../../src/domain/dunning/rules.ts';
import type { Draft, Invoice } from '../../src/domain/invoice/invoice.ts';
import type { CustomerDocument, DunningRowDocument, DunningSettings } from '../../src/store/documents.ts';
import { createOrganization } from '../../src/store/organizations.ts';
import { openPersisting, type Persisting } from './persisting.ts';
import { type Bench, openBench } from './workflow-bench.ts';

export const stages = [7, 21, 45].map((days) => ({ days_overdue: days, template: 'dunning' }));
/** Long ago, so that it is overdue by every clock. */
export const dueDate = '2024-03-01';

export type Outgoing = OutgoingEmail | OutgoingSms;
export type DunningBench = Pick<Persisting, 'store' | 'persist'> &
  Pick<Bench, 'client' | 'taskQueue'> & {
    readonly organizationId: string;
    /** Another organization, with which nothing has happened yet. */
    begin(): Promise<void>;
    readonly mails: Outgoing[];
    /** How many were under way at once, at most. */
    readonly busiest: () => number;
    /** What the next tries come to; what is not scripted is accepted. */
    readonly answers: Map<string, Tried[]>;
    setDunning(change?: Partial<DunningSettings>): Promise<void>;
    person(change?: Partial<CustomerDocument>): Promise<string>;
    overdue(customerId: string, change?: Partial<Draft>, liveMode?: boolean): Promise<Invoice>;
    sweep(days: number, liveMode?: boolean): Sweep;
    start(input?: Partial<DunningInput>): Promise<WorkflowHandle>;
    run(days: number, liveMode?: boolean): Promise<DunningEnd>;
    rows(customerId: string): Promise<DunningRowDocument[]>;
    /** The rows in short: date, stage, status and reason. */
    history(customerId: string): Promise<string[]>;
    close(): Promise<void>;
  };

export const accepted: Tried = { outcome: 'accepted', providerId: 'provider-1', segments: 1, detail: null };
export function refused(reply: number): Tried {
  const seen = { provider: 'smtp', reply, session: false, error: null, written: false } as const;
  return { outcome: 'fault', seen, retryAfter: null, detail: `replied ${reply}` };
}
export const silence: Tried = {
  outcome: 'fault',
  seen: { provider: 'smtp', reply: null, session: false, error: null, written: true },
  retryAfter: null,
  detail: 'no reply',
};

function plus(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

function postOffice(mails: Outgoing[], answers: Map<string, Tried[]>) {
  let now = 0;
  let most = 0;
  const send = async (message: Outgoing): Promise<Tried> => {
    now += 1;
    most = Math.max(most, now);
    // Long enough for the others to begin.
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    const to = Array.isArray(message.to) ? (message.to[0] ?? '') : String(message.to);
    const answer = answers.get(to)?.shift() ?? accepted;
    if (answer.outcome === 'accepted') mails.push(message);
    return answer;
  };
  const set = { email: send, sms: send };
  return { channels: { live: set, test: set }, busiest: () => most };
}

export async function openDunningBench(): Promise<DunningBench> {
  const persisting = await openPersisting();
  const { store } = persisting;
  let { organizationId } = persisting;
  const mails: Outgoing[] = [];
  const answers = new Map<string, Tried[]>();
  const { channels, busiest } = postOffice(mails, answers);
  const activities: Record<string, unknown> = {};
  const bench = await openBench(activities);
  const deliver = createDeliver({ store, channels, publicUrl: 'http://127.0.0.1:3999' });
  const parts = { store, client: bench.client, deliver, giveUp: createGiveUp(store) };
  // The worker reads its activities when it begins: it begins again with them.
  await bench.stopWorker();
  Object.assign(activities, createDunning(parts), createReconcile(store));
  await bench.startWorker();
  const sweep = (days: number, liveMode = true): Sweep => {
    const date = plus(dueDate, days);
    return { liveMode, date, at: `${date}T10:00:00.000Z` };
  };
  const start = (input: Partial<DunningInput> = {}) =>
    bench.client.workflow.start('dunning', {
      workflowId: `dunning:${organizationId}:${randomUUID()}`,
      taskQueue: bench.taskQueue,
      args: [{ organizationId, ...input }],
    });
  const rows = (customerId: string) =>
    store.dunningMessages.find({ customer_id: customerId }).sort({ at: 1, stage: 1 }).toArray();
  const own: DunningBench = {
    store,
    persist: (request) => persisting.persist(request),
    get organizationId() {
      return organizationId;
    },
    begin: async () => {
      const wanted = { name: 'Test', timeZone: 'UTC', currency: 'USD' };
      organizationId = (await createOrganization(store, wanted))._id;
      mails.length = 0;
      answers.clear();
      await own.setDunning();
    },
    client: bench.client,
    taskQueue: bench.taskQueue,
    mails,
    answers,
    busiest,
    sweep,
    start,
    rows,
    setDunning: async (change = {}) => {
      const dunning = { enabled: true, local_time: '10:00', stages, ...change };
      await store.organizations.updateOne({ _id: organizationId }, { $set: { 'settings.dunning': dunning } });
    },
    person: (change = {}) =>
      persisting.addCustomer({
        organization_id: organizationId,
        email: `${randomUUID().slice(0, 8)}@dunder.example`,
        phone: null,
        ...change,
      }),
    overdue: (customerId, change = {}, liveMode = true) =>
      persisting.stored(
        persisting.creation({
          organizationId,
          action: 'issue',
          liveMode,
          at: '2024-01-15T10:00:00.000Z',
          draft: { customerId, dueDate, reminderSteps: [], ...change },
        }),
      ),
    run: async (days, liveMode = true) =>
      (await (await start({ sweeps: [sweep(days, liveMode)] })).result()) as DunningEnd,
    history: async (customerId) =>
      (await rows(customerId)).map(({ date, stage, status, reason }) =>
        [date, stage, status, ...(reason === null ? [] : [reason])].join(' '),
      ),
    close: async () => {
      await bench.close();
      await persisting.drop();
    },
  };
  return own;
}

export const none = { customers: 0, sent: 0, skipped: 0, suppressed: 0, failed: 0, pending: 0 };

/** What the runs came to, in numbers. */
export function sums({ sweeps }: DunningEnd) {
  return sweeps.map(({ customers, sent, skipped, suppressed, failed, pending }) => ({
    customers,
    sent,
    skipped,
    suppressed,
    failed,
    pending,
  }));
}

export async function addressOf(bench: DunningBench, customerId: string): Promise<string> {
  return (await bench.store.customers.findOne({ _id: customerId }))?.email ?? '';
}
