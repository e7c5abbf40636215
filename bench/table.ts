// Tables for people: plain text, coloured only on a terminal.
import pc from 'picocolors';

const colors = pc.createColors(process.stdout.isTTY && pc.isColorSupported);

export type Cell = string | number;
export type Verdict = { readonly met: boolean; readonly text: string };

export function title(text: string): string {
  return `\n${colors.bold(text)}`;
}

export function aside(text: string): string {
  return colors.dim(text);
}

export function verdict(met: boolean, text: string): Verdict {
  return { met, text: `${met ? 'met' : 'NOT MET'} ${text}` };
}

function plain(cell: Cell | Verdict): string {
  return typeof cell === 'object' ? cell.text : String(cell);
}

function coloured(cell: Cell | Verdict, text: string): string {
  if (typeof cell !== 'object') return text;
  return cell.met ? colors.green(text) : colors.red(text);
}

/** The first column to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (Cell | Verdict)[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => plain(row[column] ?? '').length)),
  );
  const isLeft = (column: number) => column === 0 || rows.some((row) => typeof row[column] === 'object');
  const fit = (text: string, column: number) =>
    isLeft(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  const heading = head.map((name, column) => colors.dim(fit(name, column))).join('  ');
  const lines = rows.map((row) =>
    row.map((cell, column) => coloured(cell, fit(plain(cell), column))).join('  '),
  );
  return [heading, ...lines].join('\n');
}
