// The parts of the documentation that are made from the code, and where they stand.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lifecycleTable } from '../../src/domain/invoice/lifecycle.ts';
import { httpStatus, type RejectionCode, rejectionCodes, sentence } from '../../src/domain/rejection.ts';
import { routes } from '../../src/gateway/api/index.ts';

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
      summary + (idempotency === 'required' ? ' (needs an Idempotency-Key)' : ''),
    ]),
  );
}

export const generated: readonly Generated[] = [
  { file: 'README.md', name: 'lifecycle', content: lifecycleTable },
  { file: 'docs/api.md', name: 'routes', content: routeTable },
  { file: 'docs/api.md', name: 'errors', content: rejectionTable },
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
