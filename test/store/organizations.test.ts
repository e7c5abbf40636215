// How an organization begins, and which keys open it.
import { defaultChart } from '../../src/domain/ledger/account.ts';
import {
  createOrganization,
  ensureDemoOrganization,
  issueCredentials,
  policyOf,
  settingsOf,
} from '../../src/store/organizations.ts';
import { findToken, mintToken, revokeToken } from '../../src/store/tokens.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

const paris = { name: 'Atelier', timeZone: 'Europe/Paris', currency: 'EUR' };

test('a new organization has the default settings and a chart of accounts of its own', async () => {
  const { store } = database;
  const first = await createOrganization(store, paris);
  const second = await createOrganization(store, paris);
  expect(await store.organizations.findOne({ _id: first._id })).toEqual(first);
  expect(first).toMatchObject({ name: 'Atelier', time_zone: 'Europe/Paris', currency: 'EUR' });
  expect(first.highlevel_location_id).toMatch(/^[0-9a-f]{24}$/);
  const charts = await store.accounts.find({ organization_id: { $in: [first._id, second._id] } }).toArray();
  expect(new Set(charts.map((account) => account._id)).size).toBe(2 * defaultChart.length);
  const receivable = charts.find((a) => a.organization_id === first._id && a.role === 'accounts_receivable');
  expect(receivable).toMatchObject({ code: '1200', name: 'Accounts receivable', type: 'asset' });
});

test('the policy of an invoice has the number series of its mode', async () => {
  const organization = await createOrganization(database.store, paris);
  const live = await policyOf(organization, true, '2026-03-02');
  expect(live).toMatchObject({ numbering: { prefix: 'INV-', padding: 4 }, burstWindowMinutes: 15 });
  expect(await policyOf(organization, false, '2026-03-02')).toEqual({
    numbering: { prefix: 'TEST-', padding: 4 },
    defaultTaxRate: null,
    defaultNetDays: 30,
    dueWithLastInstallment: true,
    overpayment: 'credit',
    reminderCap: { messages: 3, days: 7 },
    lateReminderToleranceHours: 48,
    graceAfterCloseDays: 30,
    applyCreditAutomatically: false,
    quietHours: { from: '20:00', to: '08:00' },
    sendOnWeekends: true,
    holidays: [],
    burstWindowMinutes: 0,
    finalAction: { action: 'none', afterDays: 1 },
    secondChannel: true,
  });
});

test('an organization that was stored before has today’s defaults for what it was stored without', async () => {
  const organization = await createOrganization(database.store, paris);
  const {
    quiet_hours: _hours,
    send_on_weekends: _weekends,
    holiday_country: _country,
    burst_window_minutes: _burst,
    final_action: _final,
    ...old
  } = organization.settings;
  const stored = {
    ...organization,
    settings: { ...old, overpayment: 'refuse' } as typeof organization.settings,
  };
  expect(settingsOf(stored)).toEqual({ ...organization.settings, overpayment: 'refuse' });
  expect(await policyOf(stored, true, '2026-03-02')).toMatchObject({
    quietHours: { from: '20:00', to: '08:00' },
    sendOnWeekends: true,
    overpayment: 'refuse',
  });
  // One mode may have been set since.
  const halfSet = { ...stored.settings, burst_window_minutes: { test: 5 } } as typeof organization.settings;
  expect(settingsOf({ settings: halfSet }).burst_window_minutes).toEqual({ live: 15, test: 5 });
});

test('the policy knows two years of public holidays of the country or state', async () => {
  const organization = await createOrganization(database.store, paris);
  const inCountry = (holiday_country: string) =>
    policyOf(
      { ...organization, settings: { ...organization.settings, holiday_country } },
      true,
      '2026-12-24',
    );
  const { holidays: german } = await inCountry('DE');
  // Two days of Christmas; Epiphany is one in some states only.
  expect(german.slice(0, 4)).toEqual(['2026-12-25', '2026-12-26', '2027-01-01', '2027-03-26']);
  expect(german.at(-1)).toBe('2028-10-03');
  expect((await inCountry('DE-BY')).holidays).toContain('2027-01-06');
  // Three days of the end of Ramadan, which is one entry of the calendar.
  expect((await inCountry('AE')).holidays).toEqual(
    expect.arrayContaining(['2027-03-09', '2027-03-10', '2027-03-11']),
  );
});

test('the demo organization is made once, also by several starts at once', async () => {
  const { store } = database;
  const made = await Promise.all([1, 2, 3].map(() => ensureDemoOrganization(store)));
  expect(new Set(made.map((organization) => organization._id)).size).toBe(1);
  expect((await ensureDemoOrganization(store))._id).toBe(made[0]?._id);
  expect(await store.organizations.countDocuments({ name: 'Demo' })).toBe(1);
});

test('every key of the credentials opens its organization in its mode and is not stored', async () => {
  const { store } = database;
  const organization = await createOrganization(store, paris);
  const keys = await issueCredentials(store, organization);
  expect(keys.organization_id).toBe(organization._id);
  expect(keys.highlevel.location_id).toBe(organization.highlevel_location_id);
  const texts = [keys.api_key, keys.live_api_key, keys.highlevel.token, keys.invoiced.api_key];
  const found = await Promise.all(texts.map((text) => findToken(store, text)));
  expect(found.map((token) => [token?.organization_id, token?.kind, token?.live])).toEqual([
    [organization._id, 'canonical', false],
    [organization._id, 'canonical', true],
    [organization._id, 'highlevel', true],
    [organization._id, 'invoiced', false],
  ]);
  expect(found[0]?.scopes).not.toContain('*');
  expect(found[0]?.scopes).not.toContain('organizations:write');
  const stored = JSON.stringify(await store.tokens.find({ organization_id: organization._id }).toArray());
  for (const text of texts) expect(stored).not.toContain(text.slice(-64));
});

test('the keys of the demo organization may do everything', async () => {
  const keys = await issueCredentials(database.store, await ensureDemoOrganization(database.store));
  expect((await findToken(database.store, keys.api_key))?.scopes).toEqual(['*']);
});

const request = { organization_id: 'o', name: 'k', kind: 'canonical', live: false, scopes: ['*'] } as const;

test('an altered, shortened or foreign token is unknown', async () => {
  const { store } = database;
  const { token, document } = await mintToken(store, { ...request, scopes: ['*'] });
  expect((await findToken(store, token))?._id).toBe(document._id);
  const last = token.endsWith('0') ? '1' : '0';
  const altered = [
    token.slice(0, -1) + last,
    token.slice(0, -1),
    `${token}0`,
    ` ${token}`,
    token.replace('dw_test_', 'dw_live_'),
    `pit-${token.slice('dw_test_'.length).replace('_', '-')}`,
    `dw_test_${'0'.repeat(16)}_${'0'.repeat(64)}`,
    '',
  ];
  for (const presented of altered) expect(await findToken(store, presented)).toBeNull();
});

test('an expired token is unknown', async () => {
  const { store } = database;
  const past = await mintToken(store, { ...request, scopes: [], expires_at: '2020-01-01T00:00:00.000Z' });
  const future = await mintToken(store, { ...request, scopes: [], expires_at: '2999-01-01T00:00:00.000Z' });
  expect(await findToken(store, past.token)).toBeNull();
  expect(await findToken(store, future.token)).not.toBeNull();
});

test('a revoked token is unknown from then on, and only its organization can revoke it', async () => {
  const { store } = database;
  const { token, document } = await mintToken(store, { ...request, scopes: [] });
  expect(await revokeToken(store, 'another', document._id)).toBe(false);
  expect(await findToken(store, token)).not.toBeNull();
  expect(await revokeToken(store, 'o', document._id)).toBe(true);
  expect(await revokeToken(store, 'o', document._id)).toBe(false);
  expect(await findToken(store, token)).toBeNull();
});
