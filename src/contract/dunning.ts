// What the workflows of customer-level dunning and their activities say to each other. Plain JSON throughout.
import type { Instant, TimeZone } from '../domain/calendar.ts';
import type { DunningFacts, ReminderCap } from '../domain/dunning/decide.ts';
import type { DunningRules, Stage, Sweep } from '../domain/dunning/rules.ts';
import type { DeliveryOutcome } from './invoice.ts';

/** How far a run has come: counts of customers. */
export type DunningProgress = {
  readonly liveMode: boolean;
  readonly date: string;
  readonly customers: number;
  readonly sent: number;
  readonly skipped: number;
  readonly suppressed: number;
  readonly failed: number;
  /** Their message could not be handed over yet and is tried again by itself. */
  readonly pending: number;
  /** Everything up to and with this customer is done; null: nothing is. */
  readonly cursor: string | null;
};

/** The argument of the workflow `dunning`. */
export type DunningInput = {
  readonly organizationId: string;
  /** What there is to run; left out: it follows from who started it. */
  readonly sweeps?: readonly Sweep[];
  /** Carried across continue-as-new: where the first of the sweeps stands, and those that are over. */
  readonly progress?: DunningProgress | null;
  readonly done?: readonly DunningProgress[];
};

export type DunningEnd = { readonly sweeps: readonly DunningProgress[]; readonly reason?: 'switched_off' };

export type DunningOrganization = {
  readonly rules: DunningRules;
  readonly cap: ReminderCap;
  readonly timeZone: TimeZone;
  /** Test clock: virtual minus real time in milliseconds. */
  readonly clockOffset: number;
};

type InRun = { readonly organizationId: string; readonly sweep: Sweep };

export type DunningPageRequest = InRun & { readonly after: string | null; readonly limit: number };
export type DunningPage = {
  readonly customers: readonly DunningFacts[];
  /** The last customer of the page; null: there are no more. */
  readonly cursor: string | null;
};

export type DunningSkip = { readonly customerId: string; readonly stage: Stage; readonly reason: string };
export type DunningSkipRequest = InRun & { readonly skips: readonly DunningSkip[] };

export type DunningQueueRequest = InRun & {
  readonly customerId: string;
  readonly stage: Stage;
  readonly cap: ReminderCap;
  /** As they were when it was decided. */
  readonly stagesSent: readonly number[];
  readonly lastAt: Instant | null;
};
export type DunningQueueAnswer =
  | { readonly outcome: 'queued'; readonly messageId: string }
  | { readonly outcome: 'skipped' | 'passed_over' };

export type DunningMessage = { readonly organizationId: string; readonly messageId: string };

/** The argument of the workflow that delivers one message whose first attempt failed. */
export type DunningDeliveryInput = DunningMessage & {
  /** Milliseconds before the next attempt. */
  readonly delay: number;
};

/** The activities of dunning. Each may be repeated: a customer gets one message a day and stage. */
export type DunningActivities = {
  openDunning(request: { readonly organizationId: string }): Promise<DunningOrganization | null>;
  /** The next customers with overdue invoices, in the order of their ids. */
  dunningPage(request: DunningPageRequest): Promise<DunningPage>;
  skipDunning(request: DunningSkipRequest): Promise<void>;
  /** Writes the row and the message of it, or why there is none. A repetition answers the same. */
  queueDunning(request: DunningQueueRequest): Promise<DunningQueueAnswer>;
  deliverDunning(request: DunningMessage): Promise<DeliveryOutcome>;
  giveUpDunning(request: DunningMessage & { readonly code: string }): Promise<DeliveryOutcome>;
  /** Writes down how the delivery ended; a message that definitely did not leave gives its stage back. */
  settleDunning(request: DunningMessage & { readonly outcome: DeliveryOutcome }): Promise<void>;
  /** The overdue invoices of the message hear at which stage their customer is. */
  tellDunned(request: DunningMessage): Promise<void>;
  closeDunning(request: InRun): Promise<void>;
};

export function dunningMessageId(
  customerId: string,
  { liveMode, date }: Pick<Sweep, 'liveMode' | 'date'>,
  daysOverdue: number,
): string {
  return `dunning:${customerId}:${liveMode ? 'live' : 'test'}:${date}:${daysOverdue}`;
}

/** The argument of the internal signal to an invoice: its customer was written to over all open invoices. */
export type DunnedArguments = {
  readonly messageId: string;
  readonly stage: number;
  readonly at: Instant;
  /** Test invoices: virtual minus real time in milliseconds. */
  readonly clockOffset: number;
};
