// What operators may ask without changing anything.
import { defineQuery, setHandler } from '@temporalio/workflow';
import { invoiceQuery, settledQuery, timelineQuery } from '../src/contract/names.ts';
import { reading } from '../src/domain/invoice/reading.ts';
import { type Timeline, timeline } from '../src/domain/invoice/timeline.ts';
import { type Entity, now } from './invoice-entity.ts';

const nowhere: Timeline = { entries: [], truncated: false };

export function answerQueries(entity: Entity): void {
  const read = () =>
    entity.invoice !== null ? reading(entity.invoice, now(entity)) : { status: 'not_created' };
  setHandler(defineQuery<unknown>(invoiceQuery), read, {
    description: 'The invoice as it stands: amounts, dates, what is next. No contact data.',
  });
  setHandler(
    defineQuery<Timeline>(timelineQuery),
    () => (entity.invoice !== null ? timeline(entity.invoice, now(entity)) : nowhere),
    { description: 'What happened and what will happen next, with reasons.' },
  );
  setHandler(defineQuery<boolean>(settledQuery), () => entity.invoice !== null && !entity.creditWanted, {
    description: 'Internal: whether the customer’s credit has been looked at since the issue.',
  });
}
