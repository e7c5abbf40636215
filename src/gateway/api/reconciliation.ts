// GET /reports/reconciliation.
import { z } from 'zod';
import { readBooks } from '../../reports/books.ts';
import type { Difference } from '../../reports/parties.ts';
import { type Check, reconcile } from '../../reports/reconciliation.ts';
import type { Cell, Table } from '../csv.ts';
import { reportRoute } from './report.ts';

const sides = { expected_cents: z.int(), actual_cents: z.int(), difference_cents: z.int() };

const reconciliationObject = z
  .strictObject({
    as_of: z.string().meta({ format: 'date' }),
    currency: z.string(),
    checks: z.array(z.strictObject({ name: z.string(), ...sides }).meta({ id: 'ReconciliationCheck' })),
    differences: z
      .array(
        z
          .strictObject({
            check: z.string(),
            invoice_id: z.string().nullable(),
            customer_id: z.string().nullable(),
            payment_id: z.string().nullable(),
            account_id: z.string().nullable(),
            ...sides,
          })
          .meta({ id: 'ReconciliationDifference' }),
      )
      .meta({ description: 'What is at fault, at most a hundred of each check.' }),
    difference_cents: z.int().meta({ description: 'The checks’ differences without their signs, added up.' }),
  })
  .meta({ id: 'Reconciliation' });

function present({ expected, actual }: Pick<Check, 'expected' | 'actual'>) {
  return { expected_cents: expected, actual_cents: actual, difference_cents: actual - expected };
}

function presentDifference(one: Difference) {
  return {
    check: one.check,
    invoice_id: one.invoiceId,
    customer_id: one.customerId,
    payment_id: one.paymentId,
    account_id: one.accountId,
    ...present(one),
  };
}

type Sides = ReturnType<typeof present>;
const amounts = (row: Sides): Cell[] => [row.expected_cents, row.actual_cents, row.difference_cents];

export const reconciliationRoute = reportRoute({
  name: 'reconciliation',
  operationId: 'getReconciliation',
  summary: 'The ledger against invoices, credit balances and payments',
  description:
    'Expected is what the ledger says, actual what is kept beside it. Every difference is an error; by an earlier date the amounts are those of the date and the difference is today’s.',
  schema: reconciliationObject,
  query: {},
  from: readBooks,
  make: async (books, asOf): Promise<z.infer<typeof reconciliationObject>> => {
    const { checks, differences, off } = await reconcile(books, asOf.as_of);
    return {
      ...asOf,
      checks: checks.map((check) => ({ name: check.name, ...present(check) })),
      differences: differences.map(presentDifference),
      difference_cents: off,
    };
  },
  table: (body): Table => ({
    columns: [
      'as_of',
      'currency',
      'check',
      'invoice_id',
      'customer_id',
      'payment_id',
      'account_id',
      'expected_cents',
      'actual_cents',
      'difference_cents',
    ],
    rows: [
      ...body.checks.map((check) => [
        body.as_of,
        body.currency,
        check.name,
        '',
        '',
        '',
        '',
        ...amounts(check),
      ]),
      ...body.differences.map((one) => [
        body.as_of,
        body.currency,
        one.check,
        one.invoice_id,
        one.customer_id,
        one.payment_id,
        one.account_id,
        ...amounts(one),
      ]),
    ],
  }),
});
