// A long run of the oracle against the product: npx tsx test/domain/oracle/run.ts --count 50000 --seed 7
import { parseArgs } from 'node:util';
import { run } from './compare.ts';

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const { seed, count, traits, differences } = run(
  Number(values.seed ?? Date.now() % 2 ** 31),
  Number(values.count ?? 50_000),
);
for (const difference of differences) console.error(difference.slice(0, 5_000));
for (const [trait, times] of traits) console.log(`${String(times).padStart(8)}  ${trait}`);
console.log(`oracle: ${count} documents, seed ${seed}, ${differences.length} differences`);
process.exitCode = differences.length === 0 ? 0 : 1;
