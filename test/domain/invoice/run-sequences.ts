// A long run of random lives through every command, against all invariants of state and books:
// npx tsx test/domain/invoice/run-sequences.ts --count 100000 --seed 7
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { statuses } from '../../../src/domain/invoice/invoice.ts';
import { availableActions } from '../../../src/domain/invoice/actions.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { checkInvariants } from './invariants.ts';
import { documentArbitrary, lifeArbitrary } from './random.ts';
import { at, type FirstAction, live } from './world.ts';

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const count = Number(values.count ?? 100_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const chunk = 1_000;

const action = fc.constantFrom<FirstAction>('draft', 'issue', 'issue', 'send', 'text2pay');
const reached = new Map<string, number>();
let steps = 0;
let entries = 0;

const sequence = fc.property(documentArbitrary, action, lifeArbitrary, (document, first, life) => {
  const end = live(document, first, life, (world, before) => {
    steps += 1;
    checkInvariants(before.invoice, world.invoice, world.entries);
    availableActions(world.invoice, at(world));
    if (turnOfTime(world.invoice, at(world)).events.length > 0) throw new Error('Time ran twice');
  });
  timeline(end.invoice);
  entries += end.entries.length;
  for (const { type } of end.events) reached.set(type, (reached.get(type) ?? 0) + 1);
  reached.set(end.invoice.status, (reached.get(end.invoice.status) ?? 0) + 1);
});

let done = 0;
let failure: string | null = null;
while (done < count && failure === null) {
  const numRuns = Math.min(chunk, count - done);
  const details = fc.check(sequence, { seed: seed + done, numRuns });
  done += details.numRuns;
  if (details.failed) failure = fc.defaultReportMessage(details) ?? 'failed';
  process.stderr.write(`\r${done} sequences`);
}
process.stderr.write('\n');
for (const [name, times] of [...reached].sort(([one], [two]) => one.localeCompare(two))) {
  const isStatus = (statuses as readonly string[]).includes(name);
  console.log(`${String(times).padStart(9)}  ${isStatus ? `ended ${name}` : name}`);
}
if (failure !== null) console.error(failure.slice(0, 20_000));
console.log(
  `sequences: ${done} of random commands, ${steps} steps, ${entries} entries, seed ${seed}, ` +
    `${failure === null ? 'every invariant held' : 'an invariant broke'}`,
);
process.exitCode = failure === null ? 0 : 1;
