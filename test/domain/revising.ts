// An open invoice and its revision, as the tests of it ask for one.
import { readCommand } from '../../src/domain/invoice/arguments.ts';
import type { CommandOn } from '../../src/domain/invoice/command.ts';
import type { Draft } from '../../src/domain/invoice/invoice.ts';
import type { Fields } from '../../src/domain/reader.ts';
import { after, must, priced, type Story } from './given.ts';

/** Ten days after the due date, at noon. */
export const now = '2026-04-11T12:00:00.000Z';

export function document(change: Partial<Draft> = {}): Draft {
  return priced(10_000, { issueDate: '2026-03-02', dueDate: '2026-04-01', ...change });
}

export function asked({ invoice }: Story, args: Fields): Extract<CommandOn, { name: 'update' }> {
  const command = must(readCommand('update', args, invoice, () => 'new-line'));
  if (command.name !== 'update') throw new Error('An update was asked for');
  return command;
}

/** The story after a change by these arguments. */
export function changed(story: Story, args: Fields, at: string = now): Story {
  return after(story, asked(story, args), at);
}
