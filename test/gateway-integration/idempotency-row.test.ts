// The row behind a key: who holds it, who goes on after a crash, and what stands in it at the end.
import { httpStatus } from '../../src/domain/rejection.ts';
import type { Answer } from '../../src/gateway/answer.ts';
import { type Hold, once, type Keyed } from '../../src/gateway/idempotency.ts';
import { isRefused, refusedAs } from '../../src/gateway/problem.ts';
import { type Bench, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const keyed = (key: string): Keyed => ({
  key,
  organizationId: 'o-1',
  live: false,
  method: 'POST',
  path: '/x',
  body: { a: 1 },
  movesMoney: false,
  secrets: [],
  tell: ({ rejection }) => ({ status: httpStatus(rejection.rejected), body: rejection }),
});
const run = (key: string, work: (hold: Hold) => Promise<Answer>) =>
  once(bench.store, keyed(key), { check: (hold) => Promise.resolve(hold), run: work });
const codeOf = (answered: Promise<Answer>) =>
  answered.then(
    (answer) => String(answer.status),
    (error: unknown) => (isRefused(error) ? error.refusal.rejection.rejected : 'thrown'),
  );

test('a dead owner’s command goes on under the same id once its time is over', async () => {
  const ids: string[] = [];
  await new Promise<void>((began) => {
    void run('dead', (hold) => {
      ids.push(hold.commandId);
      began();
      return new Promise<Answer>(() => undefined);
    });
  });
  const goOn = () =>
    codeOf(
      run('dead', (hold) => {
        ids.push(`${hold.commandId}${hold.repeated ? ' again' : ''}`);
        return Promise.resolve({ status: 200, body: {} });
      }),
    );
  expect(await goOn()).toBe('idempotency_in_flight');
  const row = { command_id: ids[0] as string };
  await bench.store.idempotencyKeys.updateOne(row, { $set: { locked_until: new Date(Date.now() - 1) } });
  expect(await goOn()).toBe('200');
  expect(ids).toEqual([ids[0], `${ids[0]} again`]);
});

test('a living owner keeps it', async () => {
  let end: (answer: Answer) => void = () => undefined;
  let began: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    began = resolve;
  });
  const first = run('alive', () => {
    began();
    return new Promise<Answer>((resolve) => {
      end = resolve;
    });
  });
  await running;
  const second = () => run('alive', () => Promise.resolve({ status: 500 }));
  expect(await codeOf(second())).toBe('idempotency_in_flight');
  end({ status: 204 });
  expect(await codeOf(first)).toBe('204');
  expect(await codeOf(second())).toBe('204');
});

test('a refusal is told again, and what may have run goes on under its id', async () => {
  const ids: string[] = [];
  const fail = (code: 'already_paid' | 'version_mismatch' | 'outcome_unknown') =>
    codeOf(
      run(code, (hold) => {
        ids.push(hold.commandId);
        return Promise.reject(refusedAs(code));
      }),
    );
  expect([await fail('already_paid'), await fail('already_paid')]).toEqual(['already_paid', '409']);
  expect(ids).toHaveLength(1);
  for (const code of [
    'version_mismatch',
    'version_mismatch',
    'outcome_unknown',
    'outcome_unknown',
  ] as const) {
    expect(await fail(code)).toBe(code);
  }
  expect(ids[1]).not.toBe(ids[2]);
  expect(ids[3]).toBe(ids[4]);
});

test('a command that may have run keeps its id, whatever its repetition is refused for', async () => {
  const ids: string[] = [];
  for (const code of ['outcome_unknown', 'version_mismatch', 'already_paid'] as const) {
    const refused = run('doubtful', (hold) => {
      ids.push(hold.commandId);
      return Promise.reject(refusedAs(code));
    });
    expect(await codeOf(refused)).toBe(code);
  }
  expect(new Set(ids).size).toBe(1);
  expect(await codeOf(run('doubtful', () => Promise.resolve({ status: 200 })))).toBe('409');
});

test('a refusal never takes the place of what the same command did', async () => {
  let refuse: () => void = () => undefined;
  let began: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    began = resolve;
  });
  const slow = run('overtaken', () => {
    began();
    return new Promise<Answer>((_, reject) => {
      refuse = () => reject(refusedAs('already_paid'));
    });
  });
  await running;
  await bench.store.idempotencyKeys.updateMany(
    { organization_id: 'o-1' },
    { $set: { locked_until: new Date(0) } },
  );
  expect(await codeOf(run('overtaken', () => Promise.resolve({ status: 201 })))).toBe('201');
  refuse();
  expect(await codeOf(slow)).toBe('already_paid');
  expect(await codeOf(run('overtaken', () => Promise.resolve({ status: 500 })))).toBe('201');
});

test('payments never expire, the rest after a day', async () => {
  const answer = () => Promise.resolve({ status: 200 });
  await run('day', answer);
  const steps = { check: () => Promise.resolve(null), run: answer };
  await once(bench.store, { ...keyed('ever'), movesMoney: true }, steps);
  const rows = await bench.store.idempotencyKeys.find({ organization_id: 'o-1' }).toArray();
  const years = rows.map((row) => row.expires_at.getUTCFullYear());
  expect(years).toContain(9999);
  const day = rows.map((row) => row.expires_at.getTime() - Date.now()).filter((left) => left < 90_000_000);
  expect(Math.max(...day)).toBeGreaterThan(86_000_000);
});
