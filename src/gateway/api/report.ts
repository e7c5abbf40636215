// What the reports have in common: whose books, by which date, in which currency, as JSON or as CSV.
import { z } from 'zod';
import { localDate } from '../../domain/calendar.ts';
import type { Moment, Scope } from '../../reports/books.ts';
import type { Store } from '../../store/store.ts';
import type { Answer } from '../answer.ts';
import { csvAnswer, type Table } from '../csv.ts';
import { type Call, route, type Route } from '../route.ts';
import { currency, date } from './fields.ts';

export const formatQuery = {
  format: z
    .enum(['json', 'csv'])
    .optional()
    .meta({ description: 'The same as `Accept: text/csv`, for a link.' }),
};

const query = z.strictObject({
  as_of: date.optional().meta({
    description:
      'By the dates of the books, up to and with this one. Default: today where the organization is.',
  }),
  currency: currency.optional().meta({ description: 'Default: the organization’s.' }),
  ...formatQuery,
});

/** What every report is refused with. */
export const reportRefusals = ['invalid_value', 'invalid_date', 'invalid_currency'] as const;

export type AsOf = { readonly as_of: string; readonly currency: string };

/** Today by the clock of what the caller sees, in the organization's zone. */
export function today({ now, organization }: Pick<Call, 'now' | 'organization'>): string {
  return localDate(now, organization.time_zone);
}

/** `readBooks` or `readMoment`. */
export type Reader<M extends Moment> = <T>(
  store: Store,
  scope: Scope,
  read: (moment: M) => Promise<T>,
) => Promise<T>;

export function scopeOf(
  { organization, live }: Pick<Call, 'organization' | 'live'>,
  wanted: string | undefined,
): Scope {
  return { organizationId: organization._id, live, currency: wanted ?? organization.currency };
}

/** The same facts as an object or as a table. */
export function inFormat(
  call: Pick<Call, 'accept'>,
  format: 'json' | 'csv' | undefined,
  name: string,
  body: unknown,
  table: () => Table,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  // One address, two answers: a cache on the way must not mix them up.
  const varied = { ...headers, Vary: 'Accept' };
  if ((format ?? call.accept) === 'json') return { status: 200, body, headers: varied };
  const answer = csvAnswer(name, table());
  return { ...answer, headers: { ...answer.headers, ...varied } };
}

type Report<M extends Moment, Body extends object, More extends z.ZodRawShape> = {
  readonly name: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Query parameters besides those that all reports have. */
  readonly query: More;
  readonly from: Reader<M>;
  readonly make: (books: M, asOf: AsOf, asked: z.output<z.ZodObject<More>>, call: Call) => Promise<Body>;
  readonly table: (body: Body) => Table;
};

export function reportRoute<M extends Moment, Body extends object, More extends z.ZodRawShape>(
  report: Report<M, Body, More>,
): Route {
  const { name, operationId, summary, description, schema, from, make, table } = report;
  const more = z.strictObject(report.query);
  return route({
    method: 'get',
    path: `/reports/${name}`,
    operationId,
    summary,
    description,
    tag: 'Reports',
    scope: 'reports:read',
    csv: true,
    query: query.extend(report.query),
    answer: { status: 200, description: 'The report.', schema },
    refusals: reportRefusals,
    handle: async (call) => {
      const asked = call.query as z.output<typeof query> & z.output<typeof more>;
      const scope = scopeOf(call, asked.currency);
      const asOf = { as_of: asked.as_of ?? today(call), currency: scope.currency };
      const body = await from(call.tools.store, scope, (moment) => make(moment, asOf, asked, call));
      return inFormat(call, asked.format, `${name}-${asOf.as_of}`, body, () => table(body));
    },
  });
}
