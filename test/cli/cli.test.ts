// The command line as a program: what it says, where it says it, and how it ends.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import { openBooks } from '../ledger/books.ts';

type Ending = { readonly status: number; readonly said: string; readonly complained: string };
type Json = Record<string, unknown> & { first_broken: Record<string, unknown> | null };

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'duewell-cli-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const program = fileURLToPath(new URL('../../src/cli/duewell.mjs', import.meta.url));

/** Called from another folder, as an installed program is. */
function duewell(args: readonly string[], environment: Record<string, string> = {}): Promise<Ending> {
  const env = { PATH: process.env['PATH'] ?? '', DUEWELL_DATA: folder, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, said, complained) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, said, complained });
    });
  });
}

const onDatabase = (args: readonly string[]) => duewell(args, { MONGODB_URI: database.uri });

test('the help and the version are answers', async () => {
  const help = await duewell(['--help']);
  expect(help).toMatchObject({ status: 0, complained: '' });
  expect(help.said).toContain('ledger verify');
  expect((await duewell(['ledger', 'verify', '--help'])).said).toContain('--organization ID');
  expect((await duewell(['--version'])).said).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [[], 'No command was given'],
  [['ledger', 'burn'], 'There is no command "ledger burn"'],
  [['ledger', 'verify', '--nope'], "Unknown option '--nope'"],
  [['ledger', 'verify', 'x'], 'comes nothing, and there is "x"'],
  [['ledger', 'verify', '--organization'], "Option '--organization <value>' argument missing"],
])('wrong words %j end with 2 and a sentence', async (args, sentence) => {
  const { status, said, complained } = await onDatabase(args);
  expect({ status, said }).toEqual({ status: 2, said: '' });
  expect(complained).toContain(sentence);
  expect(complained).not.toMatch(/^ +at /m);
});

test('a database that is not there, or not to be found, ends with 2 and a sentence', async () => {
  const away = await duewell(['ledger', 'verify'], { MONGODB_URI: 'mongodb://127.0.0.1:1/x?replicaSet=rs0' });
  expect(away).toMatchObject({ status: 2, said: '' });
  expect(away.complained).toContain('MongoDB cannot be reached');
  const nowhere = await duewell(['ledger', 'verify'], { DUEWELL_DATA: join(folder, 'nothing') });
  expect(nowhere).toMatchObject({ status: 2, said: '' });
  expect(nowhere.complained).toContain('MONGODB_URI is not set');
});

test('an organization that does not exist ends with 2', async () => {
  const { status, complained } = await onDatabase(['ledger', 'verify', '--organization', 'nobody']);
  expect(status).toBe(2);
  expect(complained).toContain('There is no organization nobody.');
});

test('a sound ledger ends with 0 and says how much was read, by the address of the last start', async () => {
  const books = await openBooks(database.store);
  await books.begin([{}, {}]);
  await writeFile(join(folder, 'credentials.json'), JSON.stringify({ mongodb_uri: database.uri }));
  const { status, said } = await duewell(['ledger', 'verify', '--organization', books.organizationId]);
  expect(status).toBe(0);
  expect(said).toContain('The ledger is sound. 1 organization, 1 stream, 2 entries, 1 block,');
});

test('before and after one byte is changed by hand: 0, then 1 with the id of the entry', async () => {
  const books = await openBooks(database.store);
  const stream = await books.begin([{}, {}]);
  const args = ['ledger', 'verify', '--organization', books.organizationId, '--json'];
  const before = await onDatabase(args);
  expect(before.status).toBe(0);
  expect(JSON.parse(before.said)).toMatchObject({ sound: true, entries: 2, blocks: 1, first_broken: null });
  const change = { $set: { 'lines.1.account_name': 'Salez' } };
  await database.store.journalEntries.updateOne({ _id: `${stream}:1` }, change);
  const after = await onDatabase(args);
  expect(after.status).toBe(1);
  const { sound, first_broken: broken } = JSON.parse(after.said) as Json;
  expect(sound).toBe(false);
  expect(broken).toMatchObject({
    id: `${stream}:1`,
    fault: 'changed',
    organization_id: books.organizationId,
    live_mode: true,
  });
  const told = await onDatabase(['ledger', 'verify']);
  expect(told).toMatchObject({ status: 1, complained: '' });
  expect(told.said.split('\n')).toContain(`${stream}:1`);
  // Colours are for terminals.
  expect(told.said).not.toContain('\u001b');
});
