// The table of late-fee cases, and as many random lives beside as are asked for:
// npx tsx test/domain/oracle-fees/print.ts --random 10000 --seed 7
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { compare, difference, table } from './compare.ts';
import { askedArbitrary } from './random.ts';

const { values } = parseArgs({ options: { random: { type: 'string' }, seed: { type: 'string' } } });
const numRuns = Number(values.random ?? 0);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

const rows = table();
const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
for (const [index, [name, terms, fees, wrong]] of rows.entries()) {
  const start = `${String(index + 1).padStart(3)}  ${name.padEnd(width(0))}  ${terms.padEnd(width(1))}`;
  console.log(`${start}  ${wrong === '' ? '=' : '≠'}  ${fees}`);
  if (wrong !== '') console.log(`     ${wrong}`);
}
const differ = rows.filter(([, , , wrong]) => wrong !== '').length;
console.log(`late fees: ${rows.length} cases, ${differ} on which oracle and product differ`);
if (differ > 0) process.exitCode = 1;

if (numRuns > 0) {
  const counts = { fees: 0, corrected: 0 };
  const property = fc.property(askedArbitrary, (asked) => {
    const compared = compare(asked);
    counts.fees += compared.oracle.fees.length;
    counts.corrected += compared.corrected;
    return difference(compared) === '';
  });
  const details = fc.check(property, { numRuns, seed });
  if (details.failed) {
    console.error(fc.defaultReportMessage(details)?.slice(0, 20_000));
    process.exitCode = 1;
  }
  const said = details.failed ? 'they differ' : 'no difference';
  console.log(
    `random lives: ${details.numRuns}, seed ${seed}, ${counts.fees} fees, ${counts.corrected} corrected, ${said}`,
  );
}
