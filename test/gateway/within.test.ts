// Nobody waits for ever for something that does not answer.
import { within } from '../../src/gateway/engine.ts';

const silent = new Promise<never>(() => undefined);

test('what comes in time is passed on, its failure too', async () => {
  expect(await within(Promise.resolve('here'), 1_000)).toBe('here');
  await expect(within(Promise.reject(new Error('broken')), 1_000)).rejects.toThrow('broken');
});

test('what never comes is an error after the time that was given', async () => {
  await expect(within(silent, 1)).rejects.toThrow('no answer within 1 ms');
});

test('the error is the caller’s own where it has one', async () => {
  await expect(within(silent, 1, () => new Error('away'))).rejects.toThrow('away');
});
