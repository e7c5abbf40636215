// The command line: `npm run --silent cli -- <command>`, and the program `duewell`.
import { readFileSync } from 'node:fs';
import pc from 'picocolors';
import { commands } from './cli/commands.ts';
import { runCommand } from './cli/run.ts';
import { readConfig } from './config.ts';

/** Of the package, which lies one folder up, or two where the sources are compiled. */
function readVersion(): string {
  const candidates = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));
  for (const file of candidates) {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: {
    write: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
    // False, not undefined, by which the library would choose for itself.
    colours: process.stdout.isTTY === true && pc.isColorSupported,
  },
  config: () => readConfig(),
  version: readVersion(),
  commands,
});
