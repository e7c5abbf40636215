// How often one token may ask.
import { createRateLimit, windowOf } from '../../src/gateway/rate-limit.ts';
import { isRefused } from '../../src/gateway/problem.ts';

test.each([
  [600, 100, 10],
  [60_000, 1_000, 1],
  [60, 60, 60],
  [1, 1, 60],
])('%d a minute are %d in %d seconds', (perMinute, points, seconds) => {
  expect(windowOf(perMinute)).toEqual({ points, seconds });
});

test('what is left is told with every answer', async () => {
  const limit = createRateLimit(600);
  await limit.take('token');
  expect(await limit.take('token')).toMatchObject({
    'RateLimit-Limit': '100',
    'RateLimit-Remaining': '98',
    'RateLimit-Policy': '100;w=10',
  });
});

test('a token that asks too often waits, another does not', async () => {
  const limit = createRateLimit(3);
  for (let count = 0; count < 3; count += 1) await limit.take('busy');
  const refusal = await limit.take('busy').then(
    () => null,
    (error: unknown) => (isRefused(error) ? error.refusal : null),
  );
  expect(refusal?.rejection.rejected).toBe('rate_limited');
  expect(Number(refusal?.headers['Retry-After'])).toBeGreaterThan(0);
  expect(refusal?.headers['RateLimit-Remaining']).toBe('0');
  await expect(limit.take('other')).resolves.toMatchObject({ 'RateLimit-Remaining': '2' });
});
