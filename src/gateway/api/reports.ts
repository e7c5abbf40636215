// The routes of the reports.
import { z } from 'zod';
import { accountTypes } from '../../domain/ledger/account.ts';
import { agedTotal, type Aged, ageing, ageingRowsMax } from '../../reports/ageing.ts';
import { readBooks, readMoment } from '../../reports/books.ts';
import { daysOutstanding } from '../../reports/dso.ts';
import { numberGaps } from '../../reports/number-gaps.ts';
import { trialBalance } from '../../reports/trial-balance.ts';
import { numberingOf } from '../../store/organizations.ts';
import type { Table } from '../csv.ts';
import type { Route } from '../route.ts';
import { reconciliationRoute } from './reconciliation.ts';
import { reportRoute } from './report.ts';

const dateText = z.string().meta({ format: 'date' });
const cents = z.int();
const asOfFields = { as_of: dateText, currency: z.string() };

const trialBalanceObject = z
  .strictObject({
    ...asOfFields,
    rows: z.array(
      z
        .strictObject({
          account_id: z.string(),
          account_code: z.string(),
          account_name: z.string(),
          type: z.enum(accountTypes),
          debit_cents: cents,
          credit_cents: cents,
        })
        .meta({ id: 'TrialBalanceRow' }),
    ),
    total_debit_cents: cents,
    total_credit_cents: cents,
    difference_cents: cents.meta({ description: 'Debits less credits: zero, or the books are wrong.' }),
  })
  .meta({ id: 'TrialBalance' });

const trial = reportRoute({
  name: 'trial_balance',
  operationId: 'getTrialBalance',
  summary: 'Trial balance',
  description: 'Every account of the chart with its balance, on the side where it lies.',
  schema: trialBalanceObject,
  query: {},
  from: readBooks,
  make: async (books, asOf): Promise<z.infer<typeof trialBalanceObject>> => {
    const { rows, totalDebit, totalCredit } = await trialBalance(books, asOf.as_of);
    return {
      ...asOf,
      rows: rows.map(({ account, debit, credit }) => ({
        account_id: account._id,
        account_code: account.code,
        account_name: account.name,
        type: account.type,
        debit_cents: debit,
        credit_cents: credit,
      })),
      total_debit_cents: totalDebit,
      total_credit_cents: totalCredit,
      difference_cents: totalDebit - totalCredit,
    };
  },
  table: (body): Table => ({
    columns: [
      'as_of',
      'currency',
      'account_code',
      'account_name',
      'type',
      'debit_cents',
      'credit_cents',
      'account_id',
    ],
    rows: [
      ...body.rows.map((row) => [
        body.as_of,
        body.currency,
        row.account_code,
        row.account_name,
        row.type,
        row.debit_cents,
        row.credit_cents,
        row.account_id,
      ]),
      [body.as_of, body.currency, '', 'Total', '', body.total_debit_cents, body.total_credit_cents, ''],
    ],
  }),
});

const agedFields = {
  current_cents: cents,
  days_1_30_cents: cents,
  days_31_60_cents: cents,
  days_61_90_cents: cents,
  over_90_cents: cents,
  total_cents: cents,
};
const agedNames = Object.keys(agedFields) as (keyof typeof agedFields)[];

const ageingObject = z
  .strictObject({
    ...asOfFields,
    rows: z.array(
      z
        .strictObject({ customer_id: z.string(), customer_name: z.string(), ...agedFields })
        .meta({ id: 'AgeingRow' }),
    ),
    totals: z.strictObject(agedFields),
  })
  .meta({ id: 'Ageing' });

function presentAged(aged: Aged) {
  return {
    current_cents: aged.current,
    days_1_30_cents: aged.days_1_30,
    days_31_60_cents: aged.days_31_60,
    days_61_90_cents: aged.days_61_90,
    over_90_cents: aged.over_90,
    total_cents: agedTotal(aged),
  };
}

const aged = reportRoute({
  name: 'ar_ageing',
  operationId: 'getReceivablesAgeing',
  summary: 'Receivables by age',
  description: `What each customer's invoices had open by the date, by days past the due date, which is the one that the invoice has today. At most ${ageingRowsMax} customers, those who owe most; the totals are over all.`,
  schema: ageingObject,
  query: {},
  from: readBooks,
  make: async (books, asOf): Promise<z.infer<typeof ageingObject>> => {
    const { rows, totals } = await ageing(books, asOf.as_of);
    return {
      ...asOf,
      rows: rows.map((row) => ({
        customer_id: row.customerId,
        customer_name: row.customerName,
        ...presentAged(row.aged),
      })),
      totals: presentAged(totals),
    };
  },
  table: (body): Table => ({
    columns: ['as_of', 'currency', 'customer_name', ...agedNames, 'customer_id'],
    rows: [
      ...body.rows.map((row) => [
        body.as_of,
        body.currency,
        row.customer_name,
        ...agedNames.map((name) => row[name]),
        row.customer_id,
      ]),
      [body.as_of, body.currency, 'Total', ...agedNames.map((name) => body.totals[name]), ''],
    ],
  }),
});

const windowMax = 3_660;

const dsoObject = z
  .strictObject({
    ...asOfFields,
    window_days: z.int(),
    receivable_cents: cents,
    billed_cents: cents,
    days: z.number().nullable().meta({ description: 'Two decimals; null where nothing was billed.' }),
  })
  .meta({ id: 'DaysSalesOutstanding' });

const dso = reportRoute({
  name: 'dso',
  operationId: 'getDaysSalesOutstanding',
  summary: 'Days sales outstanding',
  description:
    'The receivable by the date, divided by the totals of the invoices issued within the window that ends on it (voided ones left out), times the days of the window.',
  schema: dsoObject,
  query: {
    window_days: z
      .string()
      .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= windowMax, {
        error: `write a whole number from 1 to ${windowMax}`,
      })
      .transform(Number)
      .default(90)
      .meta({ type: 'integer', minimum: 1, maximum: windowMax, default: 90 }),
  },
  from: readBooks,
  make: async (books, asOf, { window_days }): Promise<z.infer<typeof dsoObject>> => {
    const { receivable, billed, days } = await daysOutstanding(books, asOf.as_of, window_days);
    return { ...asOf, window_days, receivable_cents: receivable, billed_cents: billed, days };
  },
  table: (body): Table => ({
    columns: ['as_of', 'currency', 'window_days', 'receivable_cents', 'billed_cents', 'days'],
    rows: [
      [body.as_of, body.currency, body.window_days, body.receivable_cents, body.billed_cents, body.days],
    ],
  }),
});

const gapsObject = z
  .strictObject({
    series: z.array(
      z
        .strictObject({
          prefix: z.string(),
          live_mode: z.boolean(),
          first: z.int(),
          last: z.int().meta({ description: 'The last number that the series gave.' }),
          count: z.int().meta({ description: 'Numbers up to it that are on an invoice.' }),
          gaps: z
            .array(z.string())
            .meta({ description: 'Missing numbers as the series wrote them, the first hundred.' }),
          skipped: z
            .array(z.string())
            .meta({ description: 'Passed over, because a caller had given them to an invoice.' }),
        })
        .meta({ id: 'NumberSeries' }),
    ),
    gaps: z.array(z.string()),
  })
  .meta({ id: 'NumberGaps' });

const gaps = reportRoute({
  name: 'number_gaps',
  operationId: 'getNumberGaps',
  summary: 'The proof that no invoice number is missing',
  description:
    'Each series of the key’s mode as it stands now. A void keeps its number; a number that the series passed over, or that lies before a segment that was begun in the settings, is no gap.',
  schema: gapsObject,
  query: {},
  from: readMoment,
  make: async (books, _asOf, _asked, { organization }): Promise<z.infer<typeof gapsObject>> => {
    const { padding } = numberingOf(organization.settings, books.live);
    const series = await numberGaps({ ...books, padding });
    return {
      series: series.map((one) => ({
        prefix: one.prefix,
        live_mode: books.live,
        first: one.first,
        last: one.last,
        count: one.count,
        gaps: [...one.gaps],
        skipped: [...one.skipped],
      })),
      gaps: series.flatMap((one) => one.gaps),
    };
  },
  table: (body): Table => ({
    columns: ['prefix', 'live_mode', 'first', 'last', 'count', 'gaps', 'skipped'],
    rows: body.series.map((one) => [
      one.prefix,
      one.live_mode,
      one.first,
      one.last,
      one.count,
      one.gaps.join(' '),
      one.skipped.join(' '),
    ]),
  }),
});

export const reportRoutes: readonly Route[] = [trial, aged, reconciliationRoute, gaps, dso];
