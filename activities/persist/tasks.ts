// Tasks for the merchant, as the steps of an invoice's policy make them.
import { localDate } from '../../src/domain/calendar.ts';
import type { Recorded } from '../../src/domain/invoice/events.ts';
import { derivedId } from '../../src/store/contents.ts';
import type { TaskDocument } from '../../src/store/documents.ts';
import type { Member } from './member.ts';

const whatIsUp: Readonly<Record<string, string>> = {
  reminder_before: 'falls due soon',
  reminder_due: 'falls due',
  reminder_overdue: 'is overdue',
  final_notice: 'is overdue, and this is the last step',
};

/** What tells the task from every other one of the invoice, and what it says; null where the event makes none. */
function taskOf(event: Recorded, { request }: Member): { key: string; title: string } | null {
  const { invoice } = request;
  if (event.type === 'invoice.final_action' && event.action === 'task') {
    const title = `Invoice ${invoice.number ?? ''} is still open after its last reminder`;
    return { key: `final:${event.sequence}`, title };
  }
  if (event.type !== 'invoice.reminder_sent' || event.channel !== 'task') return null;
  const step = invoice.reminderSteps.find(({ id }) => id === event.stepId);
  const words = whatIsUp[step?.template ?? ''] ?? 'is open';
  return { key: `${event.stepId}:${event.occurrence}`, title: `Invoice ${invoice.number ?? ''} ${words}` };
}

export function taskDocuments(member: Member): TaskDocument[] {
  const { request } = member;
  return request.events.flatMap((event) => {
    const task = taskOf(event, member);
    if (task === null) return [];
    return [
      {
        _id: derivedId('task', request.invoiceId, task.key),
        organization_id: request.organizationId,
        live_mode: request.liveMode,
        invoice_id: request.invoiceId,
        customer_id: request.invoice.customerId,
        title: task.title,
        due_date: localDate(event.at, request.invoice.timeZone),
        done: false,
        done_at: null,
        created_at: event.at,
      },
    ];
  });
}
