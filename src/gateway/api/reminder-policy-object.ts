// A reminder policy as the API takes and answers it, and what another version would change on an invoice.
import { z } from 'zod';
import type { ReminderStep } from '../../domain/invoice/invoice.ts';
import type { ReminderChanges } from '../../domain/invoice/policy-preview.ts';
import { checkSteps, readSteps } from '../../domain/invoice/terms.ts';
import { toArguments } from '../../domain/naming.ts';
import { reader } from '../../domain/reader.ts';
import type { InvoiceDocument, ReminderPolicyDocument } from '../../store/documents.ts';
import { refused } from '../problem.ts';
import { line } from './fields.ts';
import { reminderSteps } from './invoice-parts.ts';
import { presentReminder, presentStep, reminderRow, stepObject } from './reminder-object.ts';

const isDefault = z.boolean().optional().meta({
  description: 'For invoices whose customer has no policy. True takes it from the one that was the default.',
});

export const createBody = z
  .strictObject({ name: line().min(1), default: isDefault, steps: reminderSteps })
  .meta({ id: 'ReminderPolicyCreate' });

export const updateBody = z
  .strictObject({
    name: line().min(1).optional(),
    default: isDefault,
    steps: reminderSteps.optional(),
    apply_to: z.enum(['new_invoices', 'open_invoices']).optional().meta({
      description:
        'new_invoices: those that exist keep what they have taken. open_invoices: those that follow the policy and are not closed are planned anew, drafts too. Default new_invoices.',
    }),
  })
  .meta({ id: 'ReminderPolicyUpdate' });

export const previewBody = z.strictObject({ steps: reminderSteps }).meta({ id: 'ReminderPolicyPreview' });

export const policyObject = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    default: z.boolean(),
    version: z.int().meta({ description: 'Goes up by one with every change.' }),
    steps: z.array(stepObject),
    applying: z
      .strictObject({
        version: z.int(),
        invoices: z.int().meta({ description: 'How many follow the policy and had an earlier version.' }),
        applied: z.int(),
        passed_over: z.int().meta({ description: 'Closed or changed meanwhile.' }),
      })
      .nullable()
      .meta({ description: 'A version on its way to open invoices; null when none is.' }),
    created_at: z.string().meta({ format: 'date-time' }),
    updated_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'ReminderPolicy' });

export const changesObject = z
  .strictObject({
    invoice_id: z.string(),
    number: z.string().nullable(),
    status: z.string(),
    added: z.array(reminderRow),
    removed: z.array(reminderRow),
    moved: z
      .array(z.strictObject({ from: reminderRow, to: reminderRow }))
      .meta({ description: 'The same step and occurrence, at another time or with other words.' }),
  })
  .meta({ id: 'ReminderChanges' });

function presentApplying({ applying }: ReminderPolicyDocument): z.infer<typeof policyObject>['applying'] {
  if (applying?.state !== 'under_way') return null;
  const { version, invoices, applied, passed_over } = applying;
  return { version, invoices, applied, passed_over };
}

export function presentPolicy(policy: ReminderPolicyDocument): z.infer<typeof policyObject> {
  const { _id, name, version, steps, created_at, updated_at } = policy;
  return {
    id: _id,
    name,
    default: policy.default,
    version,
    steps: steps.map(presentStep),
    applying: presentApplying(policy),
    created_at,
    updated_at,
  };
}

export function presentChanges(
  { _id, number, status }: Pick<InvoiceDocument, '_id' | 'number' | 'status'>,
  { added, removed, moved }: ReminderChanges,
): z.infer<typeof changesObject> {
  return {
    invoice_id: _id,
    number,
    status,
    added: added.map(presentReminder),
    removed: removed.map(presentReminder),
    moved: moved.map(({ from, to }) => ({ from: presentReminder(from), to: presentReminder(to) })),
  };
}

/** The steps as the core takes them: with the same reader and checks as an invoice's own. */
export function stepsOf(steps: z.output<typeof reminderSteps>): readonly ReminderStep[] {
  const body = reader(toArguments({ steps }));
  const read = readSteps(body);
  checkSteps(body, 'steps', read);
  const fault = body.finish();
  if (fault !== null) throw refused(fault);
  return read;
}
