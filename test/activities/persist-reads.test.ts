// What the workflow reads back, and the rows that refused commands leave.
import { createLoad, createReadClock } from '../../activities/load.ts';
import { createNote } from '../../activities/note.ts';
import { openPersisting, type Persisting } from '../support/persisting.ts';
import { morning } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

test('load gives the stored state to its own organization and nothing to another', async () => {
  const invoice = await bench.stored(bench.creation({ action: 'issue' }));
  const load = createLoad(bench.store);
  const { organizationId } = bench;
  expect(await load({ organizationId, invoiceId: invoice.id })).toEqual(invoice);
  expect(await load({ organizationId: 'another', invoiceId: invoice.id })).toBeNull();
  expect(await load({ organizationId, invoiceId: 'unknown' })).toBeNull();
});

test('the clock is the organization’s offset', async () => {
  const readClock = createReadClock(bench.store);
  const { organizationId } = bench;
  expect(await readClock({ organizationId })).toBe(0);
  await bench.store.organizations.updateOne(
    { _id: organizationId },
    { $set: { clock_offset_ms: 86_400_000 } },
  );
  expect(await readClock({ organizationId })).toBe(86_400_000);
  await expect(readClock({ organizationId: 'unknown' })).rejects.toThrow(/no organization/);
});

test('a refusal is noted once, however often it is told', async () => {
  const note = createNote(bench.store);
  const request = {
    organizationId: bench.organizationId,
    invoiceId: 'invoice-1',
    commandId: 'command-1',
    command: 'void',
    actor: 'operator:temporal',
    code: 'already_paid',
    message: 'The invoice is paid.',
    at: morning,
  };
  await Promise.all([note(request), note(request)]);
  await note(request);
  await note({ ...request, code: 'wrong_status' });
  const rows = await bench.store.refusals.find({ invoice_id: 'invoice-1' }).sort({ code: 1 }).toArray();
  expect(rows).toMatchObject([
    {
      command: 'void',
      command_id: 'command-1',
      actor: 'operator:temporal',
      code: 'already_paid',
      at: morning,
    },
    { code: 'wrong_status' },
  ]);
});
