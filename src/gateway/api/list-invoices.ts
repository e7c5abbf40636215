// GET /invoices: filtered, sorted, page by page.
import type { mongo } from 'mongoose';
import type { InvoiceDocument } from '../../store/documents.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../route.ts';
import { listConditions, type ListQuery, type Sort } from './invoice-filters.ts';
import { decodeCursor, encodeCursor, listAnswer, pageOf, type Position } from './page.ts';
import { presentInvoices } from './read-invoice.ts';

type Condition = mongo.Filter<InvoiceDocument>;
type Order = { readonly field: 'created_at' | 'due_date'; readonly direction: 1 | -1 };

function orderOf(sort: Sort): Order {
  const direction = sort.startsWith('-') ? -1 : 1;
  return { field: sort.endsWith('due_date') ? 'due_date' : 'created_at', direction };
}

/** What comes behind a position. A missing date sorts before every date, as the database has it. */
export function behind({ field, direction }: Order, position: Position): Condition {
  const [value, id] = position;
  const beyond = direction === 1 ? '$gt' : '$lt';
  const sameValue = { [field]: value, _id: { [beyond]: id } };
  if (value === null) {
    return direction === 1 ? { $or: [sameValue, { [field]: { $ne: null } }] } : sameValue;
  }
  const others = direction === 1 ? [] : [{ [field]: null }];
  return { $or: [sameValue, { [field]: { [beyond]: value } }, ...others] };
}

export async function listInvoices(call: Call<null, ListQuery>): Promise<Answer> {
  const { query, tools, organization, live, now } = call;
  const order = orderOf(query.sort);
  const list = `invoices${query.sort}`;
  const position = decodeCursor(list, 2, query.cursor);
  const documents = await tools.store.invoices
    .find({
      organization_id: organization._id,
      live_mode: live,
      $and: [...listConditions(query, now), ...(position === null ? [] : [behind(order, position)])],
    })
    .sort({ [order.field]: order.direction, _id: order.direction })
    .limit(query.limit + 1)
    .toArray();
  const page = pageOf(documents, query.limit, (last) => encodeCursor(list, [last[order.field], last._id]));
  return listAnswer(call.url, { data: await presentInvoices(call, page.rows), nextCursor: page.nextCursor });
}
