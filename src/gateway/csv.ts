// Tables as CSV (RFC 4180), safe to open in a spreadsheet.
import type { Answer } from './answer.ts';

export type Cell = string | number | boolean | null;

export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
};

/** A text that begins so is a formula to a spreadsheet: of somebody's choice, since names and notes are given. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of names, then one a row, each ended by CRLF. */
export function csv({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** As a file of that name. */
export function csvAnswer(name: string, table: Table): Answer {
  return {
    status: 200,
    body: csv(table),
    contentType: 'text/csv',
    headers: { 'Content-Disposition': `attachment; filename="${name}.csv"` },
  };
}
