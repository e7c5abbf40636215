// The invoice that a schedule makes on one date: its template, with what the catalogue, the tax rates and the
// organization say at that moment. What is announced is reckoned by the same way.
import { type Instant, localDate, type LocalDate, plusDays } from '../domain/calendar.ts';
import { checkDraft } from '../domain/invoice/draft.ts';
import { netDays } from '../domain/invoice/terms.ts';
import { reckon } from '../domain/invoice/totals.ts';
import { upcoming } from '../domain/recurring/occurrences.ts';
import type { RecurringSchedule } from '../domain/recurring/schedule.ts';
import { isRejection, reject, type Rejection } from '../domain/rejection.ts';
import type { OrganizationDocument, RecurringScheduleDocument } from '../store/documents.ts';
import { derivedId } from '../store/contents.ts';
import { policyOf, settingsOf } from '../store/organizations.ts';
import type { Store } from '../store/store.ts';
import { draftOf, type InvoiceBody } from './create-input.ts';
import { type Faults, hasFaults } from './references.ts';

type Template = RecurringScheduleDocument['template'];

/** The invoice of an occurrence has always the same id, so that it is made once. */
export function occurrenceInvoiceId(scheduleId: string, occurrence: number): string {
  return derivedId('recurring', scheduleId, String(occurrence));
}

/** The command that makes it, likewise. */
export function occurrenceCommandId(scheduleId: string, occurrence: number): string {
  return derivedId('recurring command', scheduleId, String(occurrence));
}

function dueDateOf(
  schedule: RecurringSchedule,
  template: Template,
  issueDate: LocalDate,
  defaultDays: number,
): LocalDate {
  const { terms } = template as { readonly terms?: string | null };
  return plusDays(issueDate, schedule.netDays ?? netDays(terms ?? null) ?? defaultDays);
}

export function bodyOf(
  schedule: RecurringSchedule,
  template: Template,
  issueDate: LocalDate,
  organization: OrganizationDocument,
): InvoiceBody {
  const { line_items, ...rest } = template;
  const { default_net_days: defaultDays } = settingsOf(organization);
  return {
    ...rest,
    customer_id: schedule.customerId,
    time_zone: schedule.timeZone,
    action: schedule.action,
    issue_date: issueDate,
    due_date: dueDateOf(schedule, template, issueDate, defaultDays),
    line_items_attributes: line_items,
  };
}

/** In the schedule's body the lines have a name of their own. */
function inScheduleNames(rejection: Rejection): Rejection {
  const { pointer } = rejection;
  return pointer === undefined
    ? rejection
    : { ...rejection, pointer: pointer.replace(/^\/line_items_attributes/, '/line_items') };
}

function renamed({ faults: [first, ...others] }: Faults): Faults {
  return { faults: [inScheduleNames(first), ...others.map(inScheduleNames)] };
}

export type Announced = {
  readonly issue_date: LocalDate;
  readonly due_date: LocalDate;
  readonly total_cents: number;
};

/** What the schedule will make, as far as everything stays as it is; or what is wrong with what it would make. */
export async function announce(
  store: Store,
  asked: {
    readonly organization: OrganizationDocument;
    readonly schedule: RecurringSchedule;
    readonly template: Template;
    readonly now: Instant;
    readonly limit: number;
  },
): Promise<readonly Announced[] | Faults> {
  const { organization, schedule, template, now, limit } = asked;
  const customer = await store.customers.findOne({
    _id: schedule.customerId,
    organization_id: organization._id,
  });
  if (customer === null) return { faults: [reject('unknown_customer', undefined, '/customer_id')] };
  const body = bodyOf(schedule, template, schedule.startDate, organization);
  const draft = await draftOf(store, { organization, commandId: schedule.id, body }, customer);
  if (hasFaults(draft)) return renamed(draft);
  const today = localDate(now, organization.time_zone);
  const policy = await policyOf(organization, schedule.liveMode, today);
  const reckoned = reckon(draft, policy);
  if (isRejection(reckoned)) return renamed({ faults: [reckoned] });
  const fault = checkDraft(draft, policy);
  if (fault !== null) return renamed({ faults: [fault] });
  const { default_net_days: defaultDays } = settingsOf(organization);
  return upcoming(schedule, now, limit).map(({ date }) => ({
    issue_date: date,
    due_date: dueDateOf(schedule, template, date, defaultDays),
    total_cents: reckoned.totals.total,
  }));
}
