// Who may see the reports, as of which day they are, and what is not accepted.
import type { Hand } from './hand-made.ts';
import { openWorlds, type Way, type Worlds } from './worlds.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds(['half', 'everything']);
});
afterAll(() => worlds.close());

const world = (way: Way) => worlds.world(way);
const ask = (hand: Hand, path: string) => worlds.ask(hand, path);

test('today is the organization’s, by its zone and test clock', async () => {
  const noon = Date.UTC(2026, 5, 30, 12);
  const east = await worlds.desk.hand('east', false, {
    time_zone: 'Pacific/Kiritimati',
    clock_offset_ms: noon - Date.now(),
  });
  const west = await worlds.desk.hand('west', false, {
    time_zone: 'Pacific/Pago_Pago',
    clock_offset_ms: noon - Date.now(),
  });
  // 14 hours ahead of noon it is the next day, 11 behind it the same.
  expect(await ask(east, '/reports/dso')).toMatchObject({ as_of: '2026-07-01' });
  expect(await ask(west, '/reports/dso')).toMatchObject({ as_of: '2026-06-30' });
});

const names = ['trial_balance', 'ar_ageing', 'reconciliation', 'number_gaps', 'dso'];

test.each(names)('%s is for those who may read reports, and takes good values only', async (name) => {
  const { hand } = world('half');
  const clerk = await worlds.desk.keyWith(hand, 'invoices:read');
  const auditor = await worlds.desk.keyWith(hand, 'reports:read');
  const status = async (key: string, query = '') =>
    (await worlds.desk.get(key, `/reports/${name}${query}`)).status;
  expect(await status(clerk)).toBe(403);
  expect(await status(auditor)).toBe(200);
  expect(await status(auditor, '?as_of=2026-02-30')).toBe(422);
  expect(await status(auditor, '?currency=XXQ')).toBe(422);
  expect(await status(auditor, '?format=pdf')).toBe(422);
  expect(await status(auditor, '?bogus=1')).toBe(400);
});

test('a statement is refused to others, and with values that are none', async () => {
  const { hand, who } = world('half');
  const clerk = await worlds.desk.keyWith(hand, 'customers:read');
  const path = `/customers/${who.ada}/statement`;
  const status = async (key: string, query = '') => (await worlds.desk.get(key, path + query)).status;
  expect(await status(hand.key)).toBe(200);
  expect(await status(clerk)).toBe(403);
  expect(await status(world('everything').hand.key)).toBe(404);
  expect(await status(hand.key, '?cursor=x')).toBe(400);
  expect(await status(hand.key, '?from=yesterday')).toBe(422);
});

test('the window of days is bounded', async () => {
  const { hand } = world('half');
  for (const days of ['0', '3661', '1.5', 'x', '']) {
    const { status } = await worlds.desk.get(hand.key, `/reports/dso?window_days=${days}`);
    expect([days, status]).toEqual([days, 422]);
  }
});
