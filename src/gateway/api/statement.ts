// GET /customers/:id/statement.
import { z } from 'zod';
import { reject } from '../../domain/rejection.ts';
import { entryTypes } from '../../domain/ledger/entry.ts';
import { readMoment } from '../../reports/books.ts';
import { type Movement, type Position, type Statement, statement } from '../../reports/statement.ts';
import type { CustomerDocument } from '../../store/documents.ts';
import type { Table } from '../csv.ts';
import { refused } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { currency, date } from './fields.ts';
import { finder } from './noun.ts';
import { decodeCursor, encodeCursor, nextPageLink, wholeListQuery } from './page.ts';
import { formatQuery, inFormat, reportRefusals, scopeOf, today } from './report.ts';

const dateText = z.string().meta({ format: 'date' });

const object = z
  .strictObject({
    customer_id: z.string(),
    customer_name: z.string(),
    currency: z.string(),
    from: dateText.nullable(),
    to: dateText,
    opening_balance_cents: z.int().meta({ description: 'Before the first movement of this page.' }),
    movements: z.array(
      z
        .strictObject({
          date: dateText,
          type: z.enum(entryTypes),
          entry_id: z.string(),
          invoice_id: z.string().nullable(),
          invoice_number: z.string().nullable(),
          amount_cents: z.int().meta({ description: 'More owed, or less where negative.' }),
          balance_cents: z.int(),
        })
        .meta({ id: 'StatementMovement' }),
    ),
    closing_balance_cents: z.int().meta({ description: 'At the end of `to`, whatever page this is.' }),
    open_invoices: z.array(
      z
        .strictObject({
          invoice_id: z.string(),
          invoice_number: z.string().nullable(),
          issue_date: dateText.nullable(),
          due_date: dateText.nullable(),
          total_cents: z.int(),
          amount_due_cents: z.int(),
        })
        .meta({ id: 'StatementInvoice' }),
    ),
    credit_balance_cents: z.int(),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'Statement' });
type StatementObject = z.infer<typeof object>;

function cursorOf(position: Position): string {
  const { date: day, recordedAt, id } = position;
  return encodeCursor('statement', [day, recordedAt.getTime(), id]);
}

function positionOf(cursor: string | undefined): Position | null {
  const position = decodeCursor('statement', 3, cursor);
  if (position === null) return null;
  const [day, at, id] = position;
  if (typeof day !== 'string' || typeof at !== 'number' || typeof id !== 'string') {
    throw refused(reject('bad_cursor', {}, '/cursor'));
  }
  return { date: day, recordedAt: new Date(at), id };
}

type Asked = {
  readonly customer: CustomerDocument;
  readonly currency: string;
  readonly from: string | null;
  readonly to: string;
};

function presentMovement(movement: Movement): StatementObject['movements'][number] {
  return {
    date: movement.date,
    type: movement.type,
    entry_id: movement.entryId,
    invoice_id: movement.invoiceId,
    invoice_number: movement.invoiceNumber,
    amount_cents: movement.amount,
    balance_cents: movement.balance,
  };
}

function present(asked: Asked, told: Statement): StatementObject {
  const last = told.movements.at(-1);
  const next = told.hasMore && last !== undefined ? cursorOf(last.position) : null;
  return {
    customer_id: asked.customer._id,
    customer_name: asked.customer.display_name,
    currency: asked.currency,
    from: asked.from,
    to: asked.to,
    opening_balance_cents: told.opening,
    movements: told.movements.map(presentMovement),
    closing_balance_cents: told.closing,
    open_invoices: told.openInvoices.map((invoice) => ({
      invoice_id: invoice.id,
      invoice_number: invoice.number,
      issue_date: invoice.issueDate,
      due_date: invoice.dueDate,
      total_cents: invoice.total,
      amount_due_cents: invoice.open,
    })),
    credit_balance_cents: told.credit,
    has_more: next !== null,
    next_cursor: next,
  };
}

/** The movements between their balances; what is open and in hand is in the JSON only. */
function table(body: StatementObject): Table {
  const { currency: money, from, to } = body;
  return {
    columns: [
      'date',
      'type',
      'invoice_number',
      'currency',
      'amount_cents',
      'balance_cents',
      'invoice_id',
      'entry_id',
    ],
    rows: [
      [from, 'opening_balance', null, money, null, body.opening_balance_cents, null, null],
      ...body.movements.map((row) => [
        row.date,
        row.type,
        row.invoice_number,
        money,
        row.amount_cents,
        row.balance_cents,
        row.invoice_id,
        row.entry_id,
      ]),
      ...(body.has_more
        ? []
        : [[to, 'closing_balance', null, money, null, body.closing_balance_cents, null, null]]),
    ],
  };
}

const find = finder<CustomerDocument>({ collection: (store) => store.customers });

const get = route({
  method: 'get',
  path: '/customers/:id/statement',
  operationId: 'getCustomerStatement',
  summary: 'A customer’s statement',
  description:
    'What was owed before `from`, everything in the books that changed it up to and with `to`, what is owed then. Owed is what invoices have open less the customer’s credit.',
  tag: 'Reports',
  scope: 'reports:read',
  csv: true,
  find,
  query: z.strictObject({
    from: date.optional().meta({ description: 'Default: from the first entry on.' }),
    to: date.optional().meta({ description: 'Default: today where the organization is.' }),
    currency: currency.optional().meta({ description: 'Default: the customer’s, else the organization’s.' }),
    ...formatQuery,
    ...wholeListQuery,
  }),
  answer: { status: 200, description: 'The statement.', schema: object, headers: ['Link'] },
  refusals: ['bad_cursor', ...reportRefusals],
  handle: async (call) => {
    const { query, found: customer, organization } = call;
    const asked: Asked = {
      customer,
      currency: query.currency ?? customer.currency ?? organization.currency,
      from: query.from ?? null,
      to: query.to ?? today(call),
    };
    const period = {
      customerId: customer._id,
      from: asked.from,
      to: asked.to,
      after: positionOf(query.cursor),
      limit: query.limit,
    };
    const scope = scopeOf(call, asked.currency);
    const told = await readMoment(call.tools.store, scope, (moment) => statement(moment, period));
    const body = present(asked, told);
    const name = `statement-${asked.to}`;
    return inFormat(
      call,
      query.format,
      name,
      body,
      () => table(body),
      nextPageLink(call.url, body.next_cursor),
    );
  },
});

export const statementRoutes: readonly Route[] = [get];
