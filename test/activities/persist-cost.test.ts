// What a write asks of the database: the commands of each kind of request, one round trip each, counted by the driver.
import { createPersist } from '../../activities/persist/persist.ts';
import type { PersistRequest } from '../../src/contract/invoice.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openPersisting, type Persisting } from '../support/persisting.ts';
import { aPayment, aRefund, aRequest, aReversal, someCredit } from '../support/requests.ts';

let bench: Persisting;
let watched: Store;
let persist: ReturnType<typeof createPersist>;
beforeAll(async () => {
  bench = await openPersisting();
  const { uri } = bench;
  watched = await openStore(`${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true`);
  persist = createPersist(watched);
  // The chart of accounts is read once and kept.
  await persist(bench.creation({ action: 'issue' }));
});
afterAll(async () => {
  await watched.close();
  await bench.drop();
});

/** What was sent to the server for the write, in order, as `command collection`. */
async function sentFor(request: PersistRequest): Promise<string[]> {
  const sent: string[] = [];
  const client = watched.connection.getClient();
  const listen = ({ commandName, command }: { commandName: string; command: Record<string, unknown> }) => {
    const collection = command[commandName];
    sent.push(typeof collection === 'string' ? `${commandName} ${collection}` : commandName);
  };
  client.on('commandStarted', listen);
  try {
    expect((await persist(request)).outcome).toBe('stored');
  } finally {
    client.off('commandStarted', listen);
  }
  return sent.filter((name) => !['hello', 'ping', 'endSessions'].includes(name));
}

const issued = (): Promise<Invoice> => bench.stored(bench.creation({ action: 'issue' }));
const books = ['insert events', 'insert journal_entries'];

test('a plain payment is four writes and the commit, as it was before there was credit', async () => {
  const invoice = await issued();
  expect(await sentFor(aRequest(invoice, aPayment(1000)))).toEqual([
    'update invoices',
    ...books,
    'insert payments',
    'commitTransaction',
  ]);
});

test('a command without money is two writes and the commit', async () => {
  const invoice = await issued();
  expect(await sentFor(aRequest(invoice, { name: 'markViewed' }))).toEqual([
    'update invoices',
    'insert events',
    'commitTransaction',
  ]);
});

test('an issue counts its number first and writes its books', async () => {
  const draft = await bench.stored(bench.creation());
  expect(await sentFor(aRequest(draft, { name: 'send', deliver: false }))).toEqual([
    'findAndModify number_series',
    'find customers',
    'update invoices',
    ...books,
    'commitTransaction',
  ]);
});

test('a command that moves credit takes one step more, whether it adds or uses', async () => {
  const overpaid = await issued();
  expect(await sentFor(aRequest(overpaid, aPayment(6000)))).toEqual([
    'findAndModify credit_balances',
    'update invoices',
    ...books,
    'insert payments',
    'commitTransaction',
  ]);
  const invoice = await issued();
  expect(await sentFor(aRequest(invoice, someCredit(100)))).toEqual([
    'findAndModify credit_balances',
    'update invoices',
    ...books,
    'commitTransaction',
  ]);
});

test('what goes back is a row and a change of the payment', async () => {
  const paid = await bench.stored(aRequest(await issued(), aPayment(5885)));
  const rows = ['insert refunds', 'update payments'];
  const refund = aRequest(paid, aRefund(100, 'reopen'));
  expect(await sentFor(refund)).toEqual(['update invoices', ...books, ...rows, 'commitTransaction']);
  const other = await bench.stored(aRequest(await issued(), aPayment(5885)));
  const reversal = aRequest(other, aReversal(other.payments[0]?.id ?? ''));
  expect(await sentFor(reversal)).toEqual(['update invoices', ...books, ...rows, 'commitTransaction']);
});
