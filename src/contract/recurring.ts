// What the workflow of a recurring schedule, its activities and its callers say to each other. Plain JSON throughout.
import type { Instant, LocalDate } from '../domain/calendar.ts';
import type { RecurringSchedule } from '../domain/recurring/schedule.ts';
import type { Envelope } from './invoice.ts';

export const recurringWorkflowType = 'recurring';

export function recurringWorkflowId(scheduleId: string): string {
  return `recurring:${scheduleId}`;
}

/** The commands of a schedule: each is an update and a signal of the same name. */
export const recurringCommands = ['pause', 'resume', 'update', 'skip', 'delete'] as const;
export type RecurringCommandName = (typeof recurringCommands)[number];

export const recurringDescriptions: Readonly<Record<RecurringCommandName, string>> = {
  pause: 'Make nothing until it is resumed. {}.',
  resume: 'Go on at the old dates; what lies behind is not made up for. {}.',
  update:
    'Change when and how it makes invoices. {"endDate": "2027-12-31"}, {"occurrences": 12}, {"localTime": "08:00"}, {"netDays": 14}, {"action": "send"}. The lines change over the API.',
  skip: 'Make nothing on one date to come. {"date": "2027-01-31"}.',
  delete: 'End it for good and remove it. Its invoices stay. {}.',
};

/** Internal update: answers once a new schedule is stored. */
export const begunUpdate = 'begun';
export const recurringQuery = 'recurring';

type Ids = { readonly organizationId: string; readonly scheduleId: string };

/** A new schedule, as it is to be stored; what it makes lies in the database under the reference. */
export type RecurringCreation = Envelope & {
  readonly schedule: RecurringSchedule;
  readonly templateRef: string;
};

/** The run loads its state first, whatever it was started for. */
export type RecurringInput = Ids & {
  readonly create?: RecurringCreation;
  /** Test mode: virtual time minus real time. */
  readonly clockOffset?: number;
};

export type RecurringArguments = Envelope &
  Readonly<Record<string, unknown>> & {
    /** update: what it makes from now on, under this reference. */
    readonly templateRef?: string;
  };

export type RecurringResult = {
  readonly scheduleId: string;
  readonly version: number;
  readonly status: RecurringSchedule['status'];
  readonly nextAt: Instant | null;
};

export type SaveScheduleRequest = {
  readonly schedule: RecurringSchedule;
  /** 0: it is new. */
  readonly expectedVersion: number;
  readonly nextAt: Instant | null;
  /** Where what it makes from now on is kept; null: as before. */
  readonly templateRef: string | null;
};

export type SaveScheduleResult =
  | { readonly outcome: 'stored' }
  /** Another version is stored, or none any more: that is the truth. */
  | { readonly outcome: 'conflict'; readonly schedule: RecurringSchedule | null };

export type OccurrenceRequest = Ids & { readonly occurrence: number; readonly issueDate: LocalDate };

/** What is only wrong for now is not an outcome: the activity throws and is tried again. */
export type OccurrenceOutcome =
  | { readonly outcome: 'made'; readonly invoiceId: string }
  | { readonly outcome: 'refused'; readonly code: string };

export type RecurringActivities = {
  loadSchedule(request: Ids): Promise<RecurringSchedule | null>;
  /** Written once; a repetition that finds it written says so. */
  saveSchedule(request: SaveScheduleRequest): Promise<SaveScheduleResult>;
  /** Makes the invoice of an occurrence. Its id follows from the occurrence, so it is made once. */
  makeOccurrence(request: OccurrenceRequest): Promise<OccurrenceOutcome>;
};
