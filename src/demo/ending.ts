// The end of the story: what the books, the mailbox and the timeline say, and where to look.
import { localTime } from '../domain/calendar.ts';
import type { Announcement, Scene } from './memory.ts';
import { type Books, cancelledOf, compare, type Comparison, happenedOf, proveBooks } from './proof.ts';
import { type Entry, journalShape, type Taken } from './shapes.ts';
import { readInvoice, readMessages, readTimeline, type Stage, timeZone } from './story.ts';

export type Ending = {
  readonly storyId: string;
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly scenes: readonly Scene[];
  readonly entries: readonly Entry[];
  readonly books: Books;
  readonly messages: readonly Taken[];
  readonly comparison: readonly Comparison[];
  readonly surprises: readonly Announcement[];
  readonly cancelled: readonly Announcement[];
  readonly links: Readonly<Record<string, string>>;
  /** What does not hold. Empty: all is well. */
  readonly faults: readonly string[];
};

export function wallTime(at: string): string {
  return localTime(at, timeZone).slice(0, 16).replace('T', ' ');
}

export async function end(stage: Stage): Promise<Ending> {
  const { gateway, operator, story } = stage;
  const { apiKey = '', id: organizationId = '' } = story.organization ?? {};
  const { id: invoiceId, workflowId } = story.invoice ?? { id: '', workflowId: '' };
  const invoice = await readInvoice(stage);
  const route = `GET /api/v1/invoices/${invoiceId}/journal?limit=50`;
  const { data: entries } = await gateway.ask(route, journalShape, { apiKey });
  const { data: messages } = await readMessages(stage);
  const { data: timeline } = await readTimeline(stage);
  const books = proveBooks(entries, invoice.amount_due_cents);
  const { rows, surprises, equal } = compare(Object.values(story.announced).flat(), happenedOf(timeline));
  const { base_url: base } = await gateway.credentials();
  const ui = await operator.link(workflowId);
  return {
    storyId: story.id,
    organizationId,
    invoiceId,
    scenes: story.scenes,
    entries,
    books,
    messages,
    comparison: rows,
    surprises,
    cancelled: cancelledOf(timeline),
    links: {
      'Invoice (API)': `${base}/api/v1/invoices/${invoiceId}`,
      ...(invoice.public_url === null ? {} : { "Customer's page": invoice.public_url }),
      'Temporal UI': ui ?? `(of the Temporal server in use), workflow ${workflowId}`,
      Mailbox: `${base}/mailbox`,
    },
    faults: [
      ...(invoice.status === 'paid' ? [] : [`the invoice is ${invoice.status}, not paid`]),
      ...(books.balanced ? [] : ['the books do not balance']),
      ...(equal ? [] : ['what happened is not what was announced']),
    ],
  };
}
