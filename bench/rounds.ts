// Interleaved rounds: every path in turn, again and again, so that whatever else the machine does hits all of them.
import { type Calibration, calibrate } from './calibration.ts';
import { type CpuClock, type CpuTimes, spenders } from './cpu.ts';
import { load } from './load.ts';
import { median, percentile, type Spread, spread } from './statistics.ts';

export type Path = { readonly name: string; readonly ask: (turn: number) => Promise<unknown> };

export type PathFigures = {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  /** Milliseconds of processor time that one command takes, all rounds together. */
  readonly cpu: CpuTimes;
  /** Throughput as a share of each floor's in the same round. */
  readonly shares: Readonly<Record<string, Spread>>;
};

export type Figures = {
  readonly parallel: number;
  readonly rounds: number;
  /** Rounds in which the machine was at the end what it was at the beginning. */
  readonly steadyRounds: number;
  readonly calibrations: readonly Calibration[];
  readonly paths: readonly PathFigures[];
};

export type Plan = {
  readonly paths: readonly Path[];
  /** Names of paths that the others are compared with. */
  readonly floors: readonly string[];
  readonly parallel: number;
  readonly rounds: number;
  /** Of one path in one round, and before the first. */
  readonly milliseconds: number;
  readonly warmUp: number;
  readonly folder: string;
  readonly cpu: CpuClock;
  readonly say: (line: string) => void;
};

type Seen = { readonly perSecond: number[]; readonly latencies: number[]; readonly cpu: CpuTimes[] };

const steadiness = 0.25;

function isSteady(before: Calibration, after: Calibration): boolean {
  return Math.abs(after.loop - before.loop) / before.loop <= steadiness;
}

/** Forwards and backwards in turn: what comes after another path's load is not always the same. */
function order<T>(items: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? items : items.toReversed();
}

function perCommand({ cpu, latencies }: Seen): CpuTimes {
  const total = (spender: keyof CpuTimes) => cpu.reduce((sum, times) => sum + times[spender], 0);
  const shares = spenders.map((spender) => [spender, total(spender) / Math.max(1, latencies.length)]);
  return Object.fromEntries(shares) as CpuTimes;
}

async function runOnce(plan: Plan, path: Path, seen: Seen): Promise<void> {
  const before = await plan.cpu();
  const sample = await load(path.ask, plan.parallel, plan.milliseconds);
  const after = await plan.cpu();
  seen.perSecond.push(sample.perSecond);
  seen.latencies.push(...sample.latencies);
  const spent = spenders.map((spender) => [spender, after[spender] - before[spender]]);
  seen.cpu.push(Object.fromEntries(spent) as CpuTimes);
}

export async function runRounds(plan: Plan): Promise<Figures> {
  const seen = new Map<string, Seen>();
  const of = (name: string): Seen => {
    const known = seen.get(name) ?? { perSecond: [], latencies: [], cpu: [] };
    seen.set(name, known);
    return known;
  };
  for (const path of plan.paths) await load(path.ask, plan.parallel, plan.warmUp);
  const calibrations = [await calibrate(plan.folder)];
  let steadyRounds = 0;
  for (let round = 0; round < plan.rounds; round += 1) {
    plan.say(`${plan.parallel} at a time: round ${round + 1} of ${plan.rounds}`);
    for (const path of order(plan.paths, round)) await runOnce(plan, path, of(path.name));
    const now = await calibrate(plan.folder);
    if (isSteady(calibrations.at(-1) ?? now, now)) steadyRounds += 1;
    calibrations.push(now);
  }
  const share = (name: string, floor: string) =>
    spread(of(name).perSecond.map((value, round) => value / (of(floor).perSecond[round] ?? value)));
  return {
    parallel: plan.parallel,
    rounds: plan.rounds,
    steadyRounds,
    calibrations,
    paths: plan.paths.map(({ name }) => ({
      name,
      perSecond: median(of(name).perSecond),
      p50: percentile(of(name).latencies, 0.5),
      p95: percentile(of(name).latencies, 0.95),
      cpu: perCommand(of(name)),
      shares: Object.fromEntries(plan.floors.map((floor) => [floor, share(name, floor)])),
    })),
  };
}
