// What an invoice that only waits costs the worker, how long a new one takes over HTTP and in which stretches, and
// how big the workflow bundle is.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { invoiceWorkflowId } from '../src/contract/names.ts';
import { type Caller, invoiceBody } from './caller.ts';
import type { Product, Stand } from './stand.ts';
import { median, percentile } from './statistics.ts';
import { issueInvoices, startBare } from './timed.ts';

const { EventType } = proto.temporal.api.enums.v1;

export type Footprint = {
  readonly invoices: number;
  /** Resident memory of the product's process that each cached workflow adds. */
  readonly rssPerInvoice: number;
  readonly rssPerBare: number;
  readonly bundleBytes: number;
  readonly create: Creation;
};

export type Creation = {
  readonly p50: number;
  readonly p95: number;
  /** Medians of the stretches of one creation, in order. */
  readonly stretches: Readonly<Record<string, number>>;
};

type Moments = { readonly asked: number; readonly answered: number; readonly id: string };

async function rssOf(product: Product): Promise<number> {
  return (await product.usage()).rss;
}

async function stretchesOf(stand: Stand, caller: Caller, moments: Moments): Promise<Record<string, number>> {
  const handle = stand.client.workflow.getHandle(invoiceWorkflowId(caller.organizationId, moments.id));
  const { events = [] } = await handle.fetchHistory();
  const at = (type: number): number => {
    const event = (events ?? []).find((one) => one.eventType === type);
    const { seconds = 0, nanos = 0 } = event?.eventTime ?? {};
    return Number(seconds) * 1_000 + (nanos ?? 0) / 1e6;
  };
  const row = await stand.store.events.findOne({ invoice_id: moments.id });
  const started = at(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
  const taken = at(EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED);
  const writing = row?.recorded_at.getTime() ?? 0;
  const ended = at(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  return {
    'checks, until the workflow is started': started - moments.asked,
    'until a worker has it': taken - started,
    'until the write begins': writing - taken,
    'until the answer': moments.answered - writing,
    '(the workflow task ends this long after the answer)': ended - moments.answered,
  };
}

async function measureCreation(stand: Stand, caller: Caller, count: number): Promise<Creation> {
  const latencies: number[] = [];
  const moments: Moments[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const began = performance.now();
    const asked = Date.now();
    const made = await caller.post('/invoices', invoiceBody(caller));
    latencies.push(performance.now() - began);
    moments.push({ asked, answered: Date.now(), id: String(made['id']) });
  }
  const seen = await Promise.all(moments.map((one) => stretchesOf(stand, caller, one)));
  const names = Object.keys(seen[0] ?? {});
  return {
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    stretches: Object.fromEntries(names.map((name) => [name, median(seen.map((one) => one[name] ?? 0))])),
  };
}

async function bundleBytes(folder: string): Promise<number> {
  const bundles = join(folder, 'bundles');
  const sizes = await Promise.all(
    (await readdir(bundles)).map(async (file) => (await stat(join(bundles, file))).size),
  );
  return Math.max(0, ...sizes);
}

export async function measureFootprint(
  { stand, product, say }: { stand: Stand; product: Product; say: (line: string) => void },
  { invoices, creations }: { readonly invoices: number; readonly creations: number },
): Promise<Footprint> {
  const caller = await product.caller();
  // What the first few bring along is no invoice's.
  await issueInvoices(caller, 20);
  await startBare(stand, 20);
  say(`footprint: ${creations} new invoices, one at a time`);
  const create = await measureCreation(stand, caller, creations);
  say(`footprint: ${invoices} open invoices`);
  const empty = await rssOf(product);
  await issueInvoices(caller, invoices);
  const full = await rssOf(product);
  await startBare(stand, invoices);
  const fuller = await rssOf(product);
  return {
    invoices,
    rssPerInvoice: (full - empty) / invoices,
    rssPerBare: (fuller - full) / invoices,
    bundleBytes: await bundleBytes(stand.folder),
    create,
  };
}
