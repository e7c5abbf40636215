// The help of the command line, made of the commands themselves.
import type { Command } from './command.ts';

const program = 'duewell';

function wordsOf({ words, operands, options }: Command): string {
  const optional = Object.entries(options).map(
    ([name, { value }]) => `[--${name}${value ? ` ${value}` : ''}]`,
  );
  return [program, ...words, ...operands, ...optional].join(' ');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [command.words.join(' '), command.summary] as const);
  return [
    `Usage: ${program} <command> [options]`,
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Options:',
    ...columns([
      ['--help', 'this, or the help of a command'],
      ['--version', 'the version of this program'],
    ]),
    '',
    'Exit status: 0 done or yes, 1 no, 2 it could not be asked.',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, { value, help }]) => [`--${name}${value ? ` ${value}` : ''}`, help] as const,
  );
  return [`Usage: ${wordsOf(command)}`, '', command.summary, '', 'Options:', ...columns(options)].join('\n');
}
