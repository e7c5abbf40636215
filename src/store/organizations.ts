// Organizations: how one begins, what it has set, and which keys open it.
import { randomBytes, randomUUID } from 'node:crypto';
import { type LocalDate, plusMonths } from '../domain/calendar.ts';
import type { Policy } from '../domain/invoice/invoice.ts';
import { defaultChart } from '../domain/ledger/account.ts';
import type { AccountDocument, OrganizationDocument, Settings } from './documents.ts';
import { holidays } from './holidays.ts';
import type { Session, Store } from './store.ts';
import { mintToken } from './tokens.ts';

export type NewOrganization = {
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
};

const defaultSettings: Settings = {
  numbering: { prefix: 'INV-', test_prefix: 'TEST-', padding: 4, test_padding: 4 },
  default_tax_rate: null,
  default_net_days: 30,
  overpayment: 'credit',
  reminder_cap: { messages: 3, days: 7 },
  late_reminder_tolerance_hours: 48,
  grace_after_close_days: 30,
  apply_credit_automatically: false,
  quiet_hours: { from: '20:00', to: '08:00' },
  send_on_weekends: true,
  holiday_country: null,
  burst_window_minutes: { live: 15, test: 0 },
  final_action: { action: 'none', after_days: 1 },
  locale: 'en-US',
};

/** What an organization's own key may do: everything but making other organizations. */
const ownScopes = [
  'invoices:read',
  'invoices:write',
  'payments:write',
  'customers:read',
  'customers:write',
  'reports:read',
  'settings:write',
  'tokens:write',
];

const demoKey = 'demo_organization';

/** Makes the organization with the default settings and its chart of accounts. */
export function createOrganization(store: Store, wanted: NewOrganization): Promise<OrganizationDocument> {
  return store.transaction((session) => insertOrganization(store, session, wanted));
}

/** The organization that the first start makes, the same one ever after. */
export async function ensureDemoOrganization(store: Store): Promise<OrganizationDocument> {
  const existing = await demoOrganization(store);
  if (existing !== null) return existing;
  try {
    return await store.transaction(async (session) => {
      const made = await insertOrganization(store, session, {
        name: 'Demo',
        timeZone: 'UTC',
        currency: 'USD',
      });
      await store.meta.insertOne({ _id: demoKey, value: made._id }, { session });
      return made;
    });
  } catch (error) {
    // Another process made it in the meantime.
    const made = await demoOrganization(store);
    if (made === null) throw error;
    return made;
  }
}

async function demoOrganization(store: Store): Promise<OrganizationDocument | null> {
  const mark = await store.meta.findOne({ _id: demoKey });
  return mark === null ? null : store.organizations.findOne({ _id: mark.value });
}

async function insertOrganization(
  store: Store,
  session: Session,
  wanted: NewOrganization,
): Promise<OrganizationDocument> {
  const organization: OrganizationDocument = {
    _id: randomUUID(),
    name: wanted.name,
    time_zone: wanted.timeZone,
    currency: wanted.currency,
    settings: structuredClone(defaultSettings),
    clock_offset_ms: 0,
    schedules_stale: randomUUID(),
    highlevel_location_id: randomBytes(12).toString('hex'),
    created_at: new Date().toISOString(),
  };
  const chart: AccountDocument[] = defaultChart.map((account) => ({
    _id: randomUUID(),
    organization_id: organization._id,
    ...account,
    created_at: organization.created_at,
  }));
  await store.organizations.insertOne(organization, { session });
  await store.accounts.insertMany(chart, { session });
  return organization;
}

/** The settings with today's defaults for what the organization was stored without. */
export function settingsOf({ settings }: Pick<OrganizationDocument, 'settings'>): Settings {
  const burst: Partial<Settings['burst_window_minutes']> = settings.burst_window_minutes;
  const burst_window_minutes = { ...defaultSettings.burst_window_minutes, ...burst };
  return { ...defaultSettings, ...settings, burst_window_minutes };
}

/** How the series of a mode writes its numbers. */
export function numberingOf({ numbering }: Settings, liveMode: boolean): Policy['numbering'] {
  const { prefix, padding, test_prefix, test_padding = padding } = numbering;
  return liveMode ? { prefix, padding } : { prefix: test_prefix, padding: test_padding };
}

/** How far ahead the holidays of a new invoice are known. */
const holidayMonths = 24;

/** What an invoice of the organization freezes when it is made on that day. */
export async function policyOf(
  organization: OrganizationDocument,
  liveMode: boolean,
  today: LocalDate,
): Promise<Policy> {
  const settings = settingsOf(organization);
  return {
    numbering: numberingOf(settings, liveMode),
    defaultTaxRate: settings.default_tax_rate,
    defaultNetDays: settings.default_net_days,
    dueWithLastInstallment: true,
    overpayment: settings.overpayment,
    reminderCap: settings.reminder_cap,
    lateReminderToleranceHours: settings.late_reminder_tolerance_hours,
    graceAfterCloseDays: settings.grace_after_close_days,
    applyCreditAutomatically: settings.apply_credit_automatically,
    quietHours: settings.quiet_hours,
    sendOnWeekends: settings.send_on_weekends,
    burstWindowMinutes: settings.burst_window_minutes[liveMode ? 'live' : 'test'],
    finalAction: { action: settings.final_action.action, afterDays: settings.final_action.after_days },
    secondChannel: true,
    holidays: await holidays(settings.holiday_country, today, plusMonths(today, holidayMonths)),
  };
}

export type Credentials = {
  readonly organization_id: string;
  readonly api_key: string;
  readonly live_api_key: string;
  readonly highlevel: { readonly token: string; readonly location_id: string };
  readonly invoiced: { readonly api_key: string };
};

/** Mints the organization's keys. They are shown here and never again. */
export async function issueCredentials(
  store: Store,
  organization: OrganizationDocument,
): Promise<Credentials> {
  const demo = await store.meta.findOne({ _id: demoKey, value: organization._id });
  const scopes = demo === null ? ownScopes : ['*'];
  const mint = async (name: string, kind: 'canonical' | 'highlevel' | 'invoiced', live: boolean) => {
    const request = { organization_id: organization._id, name, kind, live, scopes };
    return (await mintToken(store, request)).token;
  };
  const [test, live, highlevel, invoiced] = await Promise.all([
    mint('Test key', 'canonical', false),
    mint('Live key', 'canonical', true),
    // Sees both modes: the dialect's bodies say which.
    mint('HighLevel token', 'highlevel', true),
    mint('Invoiced key', 'invoiced', false),
  ]);
  return {
    organization_id: organization._id,
    api_key: test,
    live_api_key: live,
    highlevel: { token: highlevel, location_id: organization.highlevel_location_id },
    invoiced: { api_key: invoiced },
  };
}
