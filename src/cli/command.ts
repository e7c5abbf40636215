// What a command of the command line is: its words, its options, and what it does. One file a command.
import type { ParseArgsConfig } from 'node:util';
import type { Config } from '../config.ts';

/** 0: done, or yes. 1: no. 2: it could not be asked: wrong words, or nobody there. */
export type ExitStatus = 0 | 1 | 2;

export type Terminal = {
  /** Answers, which may be piped on. */
  readonly write: (text: string) => void;
  /** Everything else. */
  readonly complain: (text: string) => void;
  /** Whether answers may be coloured. */
  readonly colours: boolean;
};

export type OptionHelp = {
  readonly type: 'string' | 'boolean';
  /** How the value is called in the help. */
  readonly value?: string;
  readonly help: string;
};

export type Values = Readonly<Record<string, unknown>>;

export type Call = {
  readonly values: Values;
  /** What follows the words of the command. */
  readonly rest: readonly string[];
  /** The environment, read when something of it is needed. */
  readonly config: () => Config;
  readonly terminal: Terminal;
};

export type Command = {
  /** `['ledger', 'verify']` */
  readonly words: readonly string[];
  /** What stands behind the words, such as `ID`; one name each. */
  readonly operands: readonly string[];
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionHelp>>;
  readonly run: (call: Call) => Promise<ExitStatus>;
};

/** A mistake of whoever called, or of the surroundings: told in a sentence, without a trace. */
export function usage(sentence: string): Error {
  return Object.assign(new Error(sentence), { isUsage: true });
}

export function isUsage(error: unknown): error is Error {
  return error instanceof Error && 'isUsage' in error;
}

export function parseOptions({ options }: Command): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
}

export function textOf(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}
