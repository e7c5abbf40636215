// A closed loop: so many callers, each asking again as soon as it was answered, for a given time.

export type Sample = {
  readonly perSecond: number;
  /** Milliseconds of every answer. */
  readonly latencies: readonly number[];
};

/** Runs `ask` with a running number, `parallel` at a time, and starts none after the time is over. */
export async function load(
  ask: (turn: number) => Promise<unknown>,
  parallel: number,
  milliseconds: number,
): Promise<Sample> {
  const latencies: number[] = [];
  let turn = 0;
  const began = performance.now();
  const caller = async () => {
    while (performance.now() - began < milliseconds) {
      const asked = performance.now();
      await ask(turn++);
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: parallel }, caller));
  return { perSecond: (latencies.length / (performance.now() - began)) * 1_000, latencies };
}
