// How many commands of one invoice run at once.
import { createFlight, inFlightMax } from '../../src/gateway/flight.ts';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('at most four run under one key, and every one of them in the end', async () => {
  const flight = createFlight();
  const { open, opened } = gate();
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await opened;
    running -= 1;
    return 'done';
  };
  const all = Array.from({ length: 10 }, () => flight.run('invoice', 5_000, work));
  open();
  expect(await Promise.all(all)).toEqual(Array.from({ length: 10 }, () => 'done'));
  expect(most).toBe(inFlightMax);
});

test('another key does not wait', async () => {
  const flight = createFlight();
  const { open, opened } = gate();
  const busy = Array.from({ length: inFlightMax }, () => flight.run('one', 5_000, () => opened));
  expect(await flight.run('two', 5_000, () => Promise.resolve('through'))).toBe('through');
  open();
  await Promise.all(busy);
});

test('who waits too long is told that nothing was done, and its place is free again', async () => {
  const flight = createFlight();
  const { open, opened } = gate();
  const busy = Array.from({ length: inFlightMax }, () => flight.run('one', 5_000, () => opened));
  let ran = false;
  const late = await flight.run('one', 1, () => {
    ran = true;
    return Promise.resolve('ran');
  });
  expect(late).toBeNull();
  open();
  await Promise.all(busy);
  expect(ran).toBe(false);
  expect(await flight.run('one', 5_000, () => Promise.resolve('next'))).toBe('next');
});

test('a failure gives its place back', async () => {
  const flight = createFlight();
  for (let count = 0; count < 3 * inFlightMax; count += 1) {
    await expect(flight.run('one', 5_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  }
  expect(await flight.run('one', 5_000, () => Promise.resolve('still'))).toBe('still');
});
