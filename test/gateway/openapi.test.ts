// The OpenAPI document: up to date, valid, and telling of every route.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandNames } from '../../src/contract/names.ts';
import { commandTable } from '../../src/domain/invoice/command.ts';
import { routes } from '../../src/gateway/api/index.ts';
import { scopes } from '../../src/gateway/route.ts';
import { openApiDocument, openApiText } from '../../src/gateway/openapi.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: object };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
};
const document = JSON.parse(openApiText()) as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
};

function operation(method: string, path: string): Operation {
  const found = document.paths[`/api/v1${path}`]?.[method];
  if (found === undefined) throw new Error(`No ${method} ${path} in the document.`);
  return found;
}

test('the file in docs/ is what the code says; `npx tsx src/gateway/write-openapi.ts` writes it', async () => {
  expect(await readFile(`${root}docs/openapi.json`, 'utf8')).toBe(openApiText());
});

test('it lints without errors', async () => {
  const { stdout, stderr } = await run(
    process.execPath,
    [`${root}node_modules/@redocly/cli/bin/cli.js`, 'lint', '--format=json', `${root}docs/openapi.json`],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        REDOCLY_TELEMETRY: 'off',
        REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
      },
    },
  );
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { totals: { errors: number } };
  expect([report.totals.errors, stderr.includes('failed')]).toEqual([0, false]);
});

test('it is 3.1, with every route, each under a name of its own', () => {
  expect(document.openapi).toBe('3.1.0');
  const names = routes.map((route) => route.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const route of routes) {
    const told = operation(route.method, route.path.replaceAll(/:(\w+)/g, '{$1}'));
    expect(told.operationId).toBe(route.operationId);
    expect(told.responses).toHaveProperty(String(route.answer.status));
    expect(told.responses).toHaveProperty('401');
    expect(told.responses).toHaveProperty('429');
  }
});

test('every command of an invoice has one route, and what the customer does has none', () => {
  expect(commandNames.toSorted()).toEqual(Object.keys(commandTable).toSorted());
  const given = routes.flatMap(({ command }) => (command === undefined ? [] : [command]));
  expect(given.toSorted()).toEqual(commandNames.filter((name) => name !== 'markViewed').toSorted());
});

test('refusals are problems, with an example for each code', () => {
  const { responses } = operation('post', '/invoices/{id}/void');
  expect(Object.keys(responses).sort()).toEqual(
    ['200', '400', '401', '403', '404', '409', '412', '413', '415', '422', '429', '500', '503'].sort(),
  );
  expect(responses['409']?.content).toMatchObject({
    'application/problem+json': { examples: { already_void: {}, net_paid_not_zero: {} } },
  });
});

test('a payment needs its key, other posts may have one, reads have none', () => {
  const key = (method: string, path: string) =>
    operation(method, path).parameters?.find((one) => one.name === 'Idempotency-Key')?.required;
  expect(key('post', '/invoices/{id}/record_payment')).toBe(true);
  expect(key('post', '/invoices/{id}/payments/{payment_id}/refund')).toBe(true);
  expect(key('post', '/invoices/{id}/void')).toBe(false);
  expect(key('post', '/invoices')).toBe(false);
  expect(key('get', '/invoices')).toBeUndefined();
});

test('a body is required where something in it is', () => {
  expect(operation('post', '/invoices').requestBody?.required).toBe(true);
  expect(operation('post', '/invoices/{id}/send').requestBody?.required).toBe(false);
});

test('the list tells every parameter of S001 and ours', () => {
  expect(operation('get', '/invoices').parameters?.map((one) => one.name)).toEqual([
    'status',
    'customer_id',
    'recurring_schedule_id',
    'search',
    'due_before',
    'due_after',
    'currency',
    'min_due_cents',
    'metadata',
    'sort',
    'limit',
    'cursor',
  ]);
});

test('every scope that a route needs is one that a token can have', () => {
  const needed = routes.map((route) => route.scope).filter((scope) => scope !== null);
  expect(scopes).toEqual(expect.arrayContaining(needed));
});

test('the server it names is the one that serves it', () => {
  expect(openApiDocument('https://api.example').servers).toEqual([{ url: 'https://api.example' }]);
});
