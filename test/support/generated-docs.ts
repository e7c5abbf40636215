// The parts of the documentation that are made from the code, and where they stand.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandNames } from '../../src/contract/names.ts';
import { snakeCase } from '../../src/domain/invoice/command.ts';
import { lifecycleTable } from '../../src/domain/invoice/lifecycle.ts';
import { httpStatus, type RejectionCode, rejectionCodes, sentence } from '../../src/domain/rejection.ts';
import { routes } from '../../src/gateway/api/index.ts';
import type { Route } from '../../src/gateway/route.ts';
import type { Case } from '../domain/oracle-fees/case.ts';
import { inBetween } from '../domain/oracle-fees/cases-between.ts';
import { amounts, intervals, monthEnds, zones } from '../domain/oracle-fees/cases-terms.ts';
import { table as feeTable } from '../domain/oracle-fees/compare.ts';

export type Generated = {
  readonly file: string;
  /** Between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`. */
  readonly name: string;
  readonly content: () => string;
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** A blank of a sentence stays visible: `{due}`. */
function blanks(code: RejectionCode): string {
  const names = new Proxy({}, { get: (_, name) => `{${String(name)}}` });
  return sentence(code, names);
}

function rejectionTable(): string {
  const sorted = rejectionCodes.toSorted((a, b) => httpStatus(a) - httpStatus(b) || (a < b ? -1 : 1));
  return table(
    ['status', 'code', 'sentence'],
    sorted.map((code) => [String(httpStatus(code)), `\`${code}\``, blanks(code)]),
  );
}

function routeTable(): string {
  return table(
    ['route', 'scope', 'what'],
    routes.map(({ method, path, scope, summary, idempotency }) => [
      `\`${method.toUpperCase()} ${path}\``,
      scope === null ? 'any' : `\`${scope}\``,
      summary + keyNeeded(idempotency),
    ]),
  );
}

function keyNeeded(idempotency: Route['idempotency']): string {
  if (idempotency === undefined) return '';
  const only = idempotency === 'required' ? '' : ` with \`${idempotency.requiredWith}\``;
  return ` (needs an Idempotency-Key${only})`;
}

/** Each command by its three doors. */
function commandTable(): string {
  return table(
    ['command', 'update and signal', 'route'],
    commandNames.map((name) => [
      `\`${snakeCase(name)}\``,
      `\`${name}\``,
      routes
        .filter((route) => route.command === name)
        .map(({ method, path }) => `\`${method.toUpperCase()} ${path}\``)
        .join(', ') || 'when the customer opens the link',
    ]),
  );
}

/** The cases of the oracle, as it answers them. That the product answers the same is a test of its own. */
function feeCases(cases: readonly Case[]): () => string {
  return () =>
    table(
      ['case', 'terms', 'fees'],
      feeTable(cases).map(([name, terms, fees]) => [name, terms, fees]),
    );
}

export const generated: readonly Generated[] = [
  { file: 'README.md', name: 'lifecycle', content: lifecycleTable },
  { file: 'docs/api.md', name: 'commands', content: commandTable },
  { file: 'docs/api.md', name: 'routes', content: routeTable },
  { file: 'docs/api.md', name: 'errors', content: rejectionTable },
  { file: 'docs/late-fees.md', name: 'intervals', content: feeCases(intervals) },
  { file: 'docs/late-fees.md', name: 'month-ends', content: feeCases(monthEnds) },
  { file: 'docs/late-fees.md', name: 'zones', content: feeCases(zones) },
  { file: 'docs/late-fees.md', name: 'amounts', content: feeCases(amounts) },
  { file: 'docs/late-fees.md', name: 'in-between', content: feeCases(inBetween) },
];

export function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}

function between(name: string): RegExp {
  return new RegExp(`(<!-- generated:${name} -->\n)[^]*?(<!-- /generated:${name} -->)`);
}

/** What stands in the file now; null where the markers are missing. */
export function standing({ file, name }: Generated): string | null {
  const found = between(name).exec(readFileSync(pathOf(file), 'utf8'));
  if (found === null) return null;
  return found[0].split('\n').slice(1, -1).join('\n');
}

export function writeGenerated(): void {
  for (const { file, name, content } of generated) {
    const text = readFileSync(pathOf(file), 'utf8');
    const filled = text.replace(between(name), (_, before: string, behind: string) => {
      return `${before}${content()}\n${behind}`;
    });
    writeFileSync(pathOf(file), filled);
  }
}
