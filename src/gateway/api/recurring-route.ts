// What the routes of recurring schedules have in common.
import type { RejectionCode } from '../../domain/rejection.ts';
import type { RecurringScheduleDocument } from '../../store/documents.ts';
import type { Answer } from '../answer.ts';
import { refusedAs } from '../problem.ts';
import { commandSchedule } from '../recurring.ts';
import type { Call } from '../route.ts';
import { presentSchedule, scheduleObject } from './recurring-object.ts';

export const tag = 'Recurring schedules';
export const one = { status: 200, description: 'The schedule.', schema: scheduleObject } as const;
export const ofEngine = ['engine_unavailable', 'outcome_unknown', 'command_expired'] as const;
/** What the invoices that it makes may be refused with. */
export const ofInvoices: readonly RejectionCode[] = [
  'unknown_customer',
  'unknown_account',
  'unknown_product',
  'unknown_tax_rate',
  'unknown_file',
  'currency_mismatch',
  'invalid_currency',
  'invalid_amount',
  'invalid_late_fee_terms',
  'invalid_reminder_terms',
  'unknown_late_fee_policy',
];
export const ofPlans: readonly RejectionCode[] = [
  'invalid_date',
  'invalid_time_zone',
  'end_before_start',
  'conflicting_fields',
];

type Finding = Pick<Call, 'tools' | 'organization' | 'params' | 'live'>;

export async function find({
  tools,
  organization,
  params,
  live,
}: Finding): Promise<RecurringScheduleDocument> {
  const mine = { _id: params['id'] ?? '', organization_id: organization._id, live_mode: live };
  const row = await tools.store.recurringSchedules.findOne(mine);
  if (row === null) throw refusedAs('not_found');
  return row;
}

type On = Call<RecurringScheduleDocument>;

/** Gives the command, and answers what the schedule is then. */
export async function answerOf(
  call: On,
  name: 'pause' | 'resume' | 'update' | 'skip',
  args: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const { _id: scheduleId, customer_id: customerId } = call.found;
  await commandSchedule(call, { name, scheduleId, customerId, args });
  return { status: 200, body: presentSchedule(await find(call)) };
}
