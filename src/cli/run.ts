// Finds the command that the arguments name, reads its options, runs it, and says in a sentence what went wrong.
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import type { Config } from '../config.ts';
import { type Command, type ExitStatus, isUsage, parseOptions, type Terminal, usage } from './command.ts';
import { commandHelp, generalHelp } from './help.ts';

export type Surroundings = {
  readonly terminal: Terminal;
  readonly config: () => Config;
  readonly version: string;
  readonly commands: readonly Command[];
};

export async function runCommand(args: readonly string[], around: Surroundings): Promise<ExitStatus> {
  const { terminal } = around;
  try {
    return await dispatch(args, around);
  } catch (error) {
    const colors = pc.createColors(terminal.colours);
    const sentence = error instanceof Error ? error.message : String(error);
    terminal.complain(`${colors.red('duewell:')} ${sentence}`);
    if (!isUsage(error) && error instanceof Error && error.cause instanceof Error)
      terminal.complain(`  ${error.cause.message}`);
    return 2;
  }
}

async function dispatch(args: readonly string[], around: Surroundings): Promise<ExitStatus> {
  const { terminal, version, commands } = around;
  const wordsEnd = args.findIndex((arg) => arg.startsWith('-'));
  const words = wordsEnd === -1 ? args : args.slice(0, wordsEnd);
  const command = commands.find((one) => one.words.every((word, index) => words[index] === word));
  if (command === undefined) {
    if (args.includes('--version') && words.length === 0) {
      terminal.write(version);
      return 0;
    }
    if (args.includes('--help')) {
      terminal.write(generalHelp(commands));
      return 0;
    }
    if (words.length === 0) throw usage(`No command was given.\n\n${generalHelp(commands)}`);
    throw usage(`There is no command "${words.join(' ')}". duewell --help lists them all.`);
  }
  const { values, positionals } = readOptions(command, args.slice(command.words.length));
  if (values['help'] === true) {
    terminal.write(commandHelp(command));
    return 0;
  }
  const { operands } = command;
  if (positionals.length !== operands.length) {
    const wanted = operands.length === 0 ? 'nothing' : operands.join(' ');
    throw usage(
      `After "${command.words.join(' ')}" comes ${wanted}, and there is "${positionals.join(' ')}".`,
    );
  }
  return command.run({ values, rest: positionals, config: around.config, terminal });
}

function readOptions(command: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...parseOptions(command), help: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw usage(`${sentence}. duewell ${command.words.join(' ')} --help lists the options.`);
  }
}
