// The command table as people read it: the documentation prints it, and a test keeps the two equal.
import { type CommandOnName, commandTable, snakeCase } from './command.ts';
import { statuses } from './invoice.ts';

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Command × status in Markdown: `yes`, or the code of the refusal. */
export function lifecycleTable(): string {
  const names = Object.keys(commandTable) as CommandOnName[];
  const head = ['command', ...statuses];
  return [
    row(head),
    row(head.map(() => '---')),
    ...names.map((name) =>
      row([
        `\`${snakeCase(name)}\``,
        ...statuses.map((status) => {
          const answer = commandTable[name][status];
          return answer === 'accepted' ? 'yes' : `\`${answer}\``;
        }),
      ]),
    ),
  ].join('\n');
}
