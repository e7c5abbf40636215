// What operators read of a schedule: dates and numbers, no lines and no people.
import { localTime } from '../calendar.ts';
import { dateOf, nextAt } from './occurrences.ts';
import type { RecurringSchedule } from './schedule.ts';

function planInWords({
  interval,
  intervalCount,
  startDate,
  occurrences,
  endDate,
}: RecurringSchedule): string {
  const every = intervalCount === 1 ? `Every ${interval}` : `Every ${intervalCount} ${interval}s`;
  const end =
    occurrences !== null ? `, ${occurrences} time(s)` : endDate === null ? '' : `, until ${endDate}`;
  return `${every} from ${startDate}${end}`;
}

function nextInWords(schedule: RecurringSchedule): string {
  const at = nextAt(schedule);
  if (at === null) return 'Nothing is next';
  const { nextOccurrence, timeZone, skips } = schedule;
  const date = dateOf(schedule, nextOccurrence) ?? '';
  const skipped = skips.includes(date) ? ', to be skipped' : '';
  return `Next: occurrence ${nextOccurrence}, ${localTime(at, timeZone)} ${timeZone}${skipped}`;
}

/** Markdown for the details panel. */
export function recurringDetails(schedule: RecurringSchedule, remarks: readonly string[]): string {
  const last = schedule.settled.at(-1);
  const lines = [
    `**${schedule.status}**, version ${schedule.version}`,
    planInWords(schedule),
    nextInWords(schedule),
    ...(last === undefined
      ? []
      : [`Last: ${last.issueDate} ${last.outcome}, ${last.invoiceId ?? last.reason ?? ''}`]),
    ...remarks,
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}
