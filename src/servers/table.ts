// The table that ends a start: where everything is, and what to try first.
import pc from 'picocolors';

export type Row = readonly [name: string, place: string];

/** Colours only on a terminal: false, not undefined, by which the library would choose for itself. */
export function renderTable(rows: readonly Row[], commands: readonly string[], isTerminal: boolean): string {
  const colors = pc.createColors(isTerminal && pc.isColorSupported);
  const width = Math.max(...rows.map(([name]) => name.length));
  const places = rows.map(([name, place]) => `  ${colors.bold(name.padEnd(width))}  ${colors.cyan(place)}`);
  const line = colors.dim('─'.repeat(72));
  return [
    line,
    `  ${colors.bold('Duewell is ready')}`,
    '',
    ...places,
    '',
    `  Try first`,
    ...commands.map((command) => `    ${command}`),
    line,
  ].join('\n');
}
