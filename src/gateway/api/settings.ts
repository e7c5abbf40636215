// The routes of the organization's settings. A change is for invoices made from now on: each has frozen its own.
import { z } from 'zod';
import { finalActions } from '../../domain/invoice/invoice.ts';
import type { OrganizationDocument, Settings } from '../../store/documents.ts';
import { isHolidayCountry } from '../../store/holidays.ts';
import { numberingOf, settingsOf } from '../../store/organizations.ts';
import type { Store } from '../../store/store.ts';
import { refusedAs } from '../problem.ts';
import { type Caller, route, type Route } from '../route.ts';
import { locale } from './customer-object.ts';
import {
  dunningChanges,
  dunningObject,
  dunningUpdate,
  followSettings,
  presentDunning,
} from './dunning-settings.ts';
import { currency, decimal, line, timeZone } from './fields.ts';
import { named } from './noun.ts';
import { exactRate } from './tax-rates.ts';

const prefix = z
  .string()
  .regex(/^[\x21-\x7e]{0,20}$/)
  .meta({ description: 'At most 20 printable ASCII characters.', example: 'INV-' });

const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .meta({ example: '20:00' });

const quietHours = z.strictObject({ from: localTime, to: localTime }).refine(({ from, to }) => from !== to, {
  path: ['to'],
  message: 'Quiet hours end at another time than they begin.',
});

const holidayCountry = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/)
  .meta({
    description: 'A country by its ISO 3166 code, perhaps with a state: `DE`, `DE-BY`.',
    example: 'DE',
  });

const object = z
  .strictObject({
    name: z.string(),
    currency: z.string(),
    time_zone: z.string(),
    locale: z.string(),
    default_tax_rate: z.strictObject({ name: z.string(), rate: z.number() }).nullable(),
    default_net_days: z.int().meta({ description: 'Days until due where an invoice says nothing.' }),
    numbering: z
      .strictObject({ prefix: z.string(), padding: z.int(), next: z.int() })
      .meta({ description: 'Of the series that this token’s mode takes its numbers from.' }),
    overpayment: z.enum(['credit', 'refuse']),
    reminder_cap: z.strictObject({ messages: z.int(), days: z.int() }),
    late_reminder_tolerance_hours: z.int(),
    apply_credit_automatically: z.boolean(),
    quiet_hours: z
      .strictObject({ from: z.string(), to: z.string() })
      .nullable()
      .meta({ description: 'By the recipient’s clock: no reminder goes out by itself. Null: none.' }),
    send_on_weekends: z.boolean(),
    holiday_country: z.string().nullable().meta({
      description: 'No reminder goes out by itself on the public holidays of this country or state.',
      example: 'DE-BY',
    }),
    burst_window_minutes: z.int().meta({
      description: 'Of this token’s mode: what an outage has made late is spread over so long.',
    }),
    dunning: dunningObject,
    final_action: z
      .strictObject({ action: z.enum(finalActions), after_days: z.int() })
      .meta({ description: 'So many days after the last step of the reminders, if something is still due.' }),
    grace_after_close_days: z.int(),
  })
  .meta({ id: 'Settings' });

const update = z
  .strictObject({
    name: line().min(1).optional(),
    currency: currency.optional(),
    time_zone: timeZone.optional(),
    locale: locale.optional(),
    default_tax_rate: z.strictObject({ name: line().min(1), rate: decimal }).nullish(),
    default_net_days: z.int().min(0).max(365).optional(),
    numbering: z
      .strictObject({
        prefix: prefix.optional(),
        padding: z.int().min(1).max(12).optional(),
        next: z.int().min(1).max(999_999_999_999).optional(),
      })
      .optional(),
    overpayment: z.enum(['credit', 'refuse']).optional(),
    reminder_cap: z
      .strictObject({ messages: z.int().min(1).max(100), days: z.int().min(1).max(365) })
      .optional(),
    late_reminder_tolerance_hours: z.int().min(0).max(8_760).optional(),
    apply_credit_automatically: z.boolean().optional(),
    quiet_hours: quietHours.nullish(),
    send_on_weekends: z.boolean().optional(),
    holiday_country: holidayCountry.nullish(),
    burst_window_minutes: z.int().min(0).max(1_440).optional(),
    dunning: dunningUpdate.optional(),
    final_action: z
      .strictObject({ action: z.enum(finalActions), after_days: z.int().min(1).max(365).default(1) })
      .optional(),
    grace_after_close_days: z.int().min(0).max(3_650).optional(),
  })
  .meta({ id: 'SettingsUpdate' });

type Mode = Pick<Caller, 'organization' | 'live'>;

function modeOf(live: boolean): 'live' | 'test' {
  return live ? 'live' : 'test';
}

function seriesKey({ organization, live }: Mode, settings: Settings): string {
  return `${organization._id}:${live ? 'live' : 'test'}:${numberingOf(settings, live).prefix}`;
}

async function present(store: Store, organization: OrganizationDocument, live: boolean) {
  const { name, currency: money, time_zone } = organization;
  const settings = settingsOf(organization);
  const series = await store.numberSeries.findOne({ _id: seriesKey({ organization, live }, settings) });
  const tax = settings.default_tax_rate;
  const { numbering: _numbers, default_tax_rate: _tax, burst_window_minutes: burst, ...plain } = settings;
  return {
    name,
    currency: money,
    time_zone,
    ...plain,
    dunning: presentDunning(organization),
    burst_window_minutes: burst[modeOf(live)],
    default_tax_rate: tax === null ? null : { name: tax.name, rate: Number(tax.rate) },
    numbering: {
      ...numberingOf(settings, live),
      next: (series?.last ?? 0) + 1,
    },
  };
}

type Body = z.output<typeof update>;

/** Of the mode's own series. Until 0.2.0 one padding was for both: that of test mode stays what it was. */
function numberChanges({ numbering: wanted }: Body, { settings }: OrganizationDocument, live: boolean) {
  if (!live) return named({ test_prefix: wanted?.prefix, test_padding: wanted?.padding });
  const { padding, test_padding } = settings.numbering;
  return named({
    prefix: wanted?.prefix,
    padding: wanted?.padding,
    test_padding: wanted?.padding === undefined || test_padding !== undefined ? undefined : padding,
  });
}

/** The fields of the organization's document that the body changes. */
function changes(body: Body, organization: OrganizationDocument, live: boolean): Record<string, unknown> {
  const { name, currency: money, time_zone, default_tax_rate: tax, numbering: _numbers, ...others } = body;
  const { burst_window_minutes: burst, dunning: _dunning, ...plain } = others;
  const settings = {
    ...named({ ...plain, [`burst_window_minutes.${modeOf(live)}`]: burst }),
    ...(tax === undefined
      ? {}
      : {
          default_tax_rate:
            tax === null ? null : { name: tax.name, rate: exactRate(tax.rate, '/default_tax_rate') },
        }),
  };
  const numbers = numberChanges(body, organization, live);
  return {
    ...named({ name, currency: money, time_zone }),
    ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`settings.${key}`, value])),
    ...Object.fromEntries(
      Object.entries(numbers).map(([key, value]) => [`settings.numbering.${key}`, value]),
    ),
  };
}

/** A new segment of the series. Numbers only go forward: one that was given is never given again. */
async function beginSegment(store: Store, mode: Mode, settings: Settings, next: number): Promise<void> {
  const _id = seriesKey(mode, settings);
  await store.numberSeries.updateOne({ _id }, { $setOnInsert: { last: 0 } }, { upsert: true });
  const moved = await store.numberSeries.updateOne(
    { _id, last: { $lt: next - 1 } },
    // By a pipeline: the number before is whatever it is at the moment of the write.
    [
      {
        $set: {
          jumps: { $concatArrays: [{ $ifNull: ['$jumps', []] }, [{ after: '$last', first: next }]] },
          last: next - 1,
        },
      },
    ],
  );
  if (moved.matchedCount > 0) return;
  const { last } = (await store.numberSeries.findOne({ _id })) ?? { last: 0 };
  // To say again what is the next number anyway begins nothing.
  if (last !== next - 1) throw refusedAs('numbers_only_forward', { last }, '/numbering/next');
}

async function checkHolidays(country: string | null): Promise<void> {
  if (country === null || (await isHolidayCountry(country))) return;
  throw refusedAs('invalid_value', undefined, '/holiday_country');
}

const get = route({
  method: 'get',
  path: '/settings',
  operationId: 'getSettings',
  summary: 'The organization’s settings',
  tag: 'Organization',
  scope: null,
  answer: { status: 200, description: 'The settings.', schema: object },
  refusals: [],
  handle: async ({ tools, organization, live }) => ({
    status: 200,
    body: await present(tools.store, organization, live),
  }),
});

const patch = route({
  method: 'patch',
  path: '/settings',
  operationId: 'updateSettings',
  summary: 'Change the organization’s settings',
  description:
    'For invoices that are made from now on; those that exist keep what they have frozen. `numbering` is of the key’s mode alone.',
  tag: 'Organization',
  scope: 'settings:write',
  body: update,
  bodyExample: { overpayment: 'refuse', numbering: { prefix: 'A-', next: 1_000 } },
  answer: { status: 200, description: 'The settings.', schema: object },
  refusals: ['numbers_only_forward', 'invalid_time_zone', 'invalid_currency', 'too_many_decimals'],
  handle: async ({ tools, organization, live, body }) => {
    const { store } = tools;
    await checkHolidays(body.holiday_country ?? null);
    const fields = { ...changes(body, organization, live), ...dunningChanges(organization, body) };
    const { numbering } = organization.settings;
    const next = body.numbering?.next;
    if (next !== undefined) {
      const wanted = body.numbering?.prefix ?? numberingOf(organization.settings, live).prefix;
      const settings = {
        ...organization.settings,
        numbering: { ...numbering, [live ? 'prefix' : 'test_prefix']: wanted },
      };
      // First, so that a refusal leaves everything as it was.
      await beginSegment(store, { organization, live }, settings, next);
    }
    const changed =
      Object.keys(fields).length === 0
        ? await store.organizations.findOne({ _id: organization._id })
        : await store.organizations.findOneAndUpdate(
            { _id: organization._id },
            { $set: fields },
            { returnDocument: 'after' },
          );
    if (changed === null) throw refusedAs('not_found');
    await followSettings(tools, changed);
    return { status: 200, body: await present(store, changed, live) };
  },
});

export const settingsRoutes: readonly Route[] = [get, patch];
