// A process for the tests to kill: it starts a child as the launcher does and says which.
import { startChild } from '../../src/servers/child.ts';

const data = process.argv[2] ?? '';
const child = await startChild({ name: 'sleeper', program: 'tail', args: ['-f', `${data}/end`], data });
process.stdout.write(`${child.pid}\n`);
setInterval(() => undefined, 60_000);
