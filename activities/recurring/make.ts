// Makes the invoice of one occurrence by the same way as POST /invoices: its own workflow, started with everything
// frozen that holds now. Its id follows from the occurrence: however often this is tried, there is one invoice.
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { InvoiceInput, RunDueArguments, RunDueResult } from '../../src/contract/invoice.ts';
import { invoiceWorkflowType, runDueUpdate } from '../../src/contract/names.ts';
import type { OccurrenceOutcome, OccurrenceRequest } from '../../src/contract/recurring.ts';
import { instant } from '../../src/domain/calendar.ts';
import { createInputOf } from '../../src/drafting/create-input.ts';
import { bodyOf, occurrenceCommandId, occurrenceInvoiceId } from '../../src/drafting/occurrence.ts';
import { hasFaults } from '../../src/drafting/references.ts';
import { startOptionsOf } from '../../src/drafting/start.ts';
import type { Store } from '../../src/store/store.ts';
import { beating } from '../beating.ts';
import { exactly } from '../../src/store/exactly.ts';

type InvoiceWorkflow = (input: InvoiceInput) => Promise<{ status: string; refused?: string }>;

/** What a new invoice may answer that says nothing about it: it is tried again. */
const passing: readonly string[] = ['engine_unavailable', 'command_expired'];
const patience = 60_000;

/** Whether it was ever written, though it may be a draft that was deleted since. */
async function isMade(store: Store, invoiceId: string, commandId: string): Promise<boolean> {
  const mine = { invoice_id: invoiceId, command_key: exactly(commandId) };
  return (await store.events.countDocuments(mine, { limit: 1 })) > 0;
}

async function inputFor(store: Store, request: OccurrenceRequest) {
  const { organizationId, scheduleId, occurrence, issueDate } = request;
  const [row, organization] = await Promise.all([
    store.recurringSchedules.findOne({ _id: scheduleId, organization_id: organizationId }),
    store.organizations.findOne({ _id: organizationId }),
  ]);
  if (row === null || organization === null) throw new Error(`There is no schedule ${scheduleId}`);
  const liveMode = row.live_mode;
  const clockOffset = liveMode ? null : organization.clock_offset_ms;
  return createInputOf(store, {
    organization,
    liveMode,
    invoiceId: occurrenceInvoiceId(scheduleId, occurrence),
    commandId: occurrenceCommandId(scheduleId, occurrence),
    actor: `schedule:${scheduleId}`,
    now: instant(Date.now() + (clockOffset ?? 0)),
    clockOffset,
    repeated: false,
    recurringScheduleId: scheduleId,
    body: bodyOf(row.state, row.template, issueDate, organization),
  });
}

export function createMakeOccurrence(store: Store, client: Client, taskQueue: string) {
  async function make(request: OccurrenceRequest): Promise<OccurrenceOutcome> {
    const invoiceId = occurrenceInvoiceId(request.scheduleId, request.occurrence);
    const commandId = occurrenceCommandId(request.scheduleId, request.occurrence);
    const made = { outcome: 'made', invoiceId } as const;
    if (await isMade(store, invoiceId, commandId)) return made;
    const input = await inputFor(store, request);
    if (hasFaults(input)) return { outcome: 'refused', code: input.faults[0].rejected };
    const { clockOffset = 0 } = input;
    // The answer comes when it is written, or was refused. A mail server that is slow holds up nothing else.
    const args = { now: instant(Date.now() + clockOffset), clockOffset, waits: !input.liveMode };
    const startWorkflowOperation = new WithStartWorkflowOperation<InvoiceWorkflow>(invoiceWorkflowType, {
      ...startOptionsOf(input, taskQueue),
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    await client.withDeadline(Date.now() + patience, () =>
      client.workflow.executeUpdateWithStart<InvoiceWorkflow, RunDueResult, [RunDueArguments]>(runDueUpdate, {
        args: [args],
        startWorkflowOperation,
      }),
    );
    if (await isMade(store, invoiceId, commandId)) return made;
    const handle = await startWorkflowOperation.workflowHandle();
    const { refused = 'engine_unavailable' } = await client.withDeadline(Date.now() + patience, () =>
      handle.result(),
    );
    if (passing.includes(refused)) throw new Error(`The invoice was not made: ${refused}`);
    return { outcome: 'refused', code: refused };
  }

  return (request: OccurrenceRequest): Promise<OccurrenceOutcome> => beating(() => make(request));
}
