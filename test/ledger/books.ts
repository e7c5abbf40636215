// Books for tests: an organization whose streams grow entry by entry, each chained to the one before, as a command
// writes them: entry and invoice together.
import { randomUUID } from 'node:crypto';
import { instant } from '../../src/domain/calendar.ts';
import type { EntryType } from '../../src/domain/ledger/entry.ts';
import type { InvoiceDocument, JournalEntryDocument } from '../../src/store/documents.ts';
import { int64 } from '../../src/store/int64.ts';
import type { Book } from '../../src/store/ledger-blocks.ts';
import { chain, type Unhashed } from '../../src/store/ledger-hash.ts';
import { createOrganization } from '../../src/store/organizations.ts';
import type { Session, Store } from '../../src/store/store.ts';

export type Wish = {
  readonly amount?: number;
  readonly date?: string;
  readonly recordedAt?: Date;
  readonly type?: EntryType;
};

export type Books = Book & {
  readonly store: Store;
  /** Begins an invoice's stream and writes the entries into it; answers with its name. */
  begin(entries: readonly Wish[]): Promise<string>;
  /** Goes on with a stream, in one transaction. */
  goOn(stream: string, entries: readonly Wish[]): Promise<JournalEntryDocument[]>;
  /** As goOn, in a transaction of the caller's. */
  goOnIn(session: Session, stream: string, entries: readonly Wish[]): Promise<JournalEntryDocument[]>;
  entry(id: string): Promise<JournalEntryDocument>;
};

type Account = { readonly _id: string; readonly code: string; readonly name: string };

function lines(debit: Account, credit: Account, amount: number): JournalEntryDocument['lines'] {
  const line = ({ _id, code, name }: Account, debited: number, credited: number) => ({
    account_id: _id,
    account_code: code,
    account_name: name,
    label: null,
    debit_cents: int64(debited),
    credit_cents: int64(credited),
  });
  return [line(debit, amount, 0), line(credit, 0, amount)];
}

export async function openBooks(store: Store, liveMode = true): Promise<Books> {
  const organization = await createOrganization(store, { name: 'Books', timeZone: 'UTC', currency: 'USD' });
  const organizationId = organization._id;
  const accounts = await store.accounts.find({ organization_id: organizationId }).toArray();
  const account = (role: string): Account => {
    const found = accounts.find((one) => one.role === role);
    if (found === undefined) throw new Error(`No account for ${role}`);
    return found;
  };
  const [receivable, sales, cash] = ['accounts_receivable', 'sales', 'undeposited_funds'].map(account) as [
    Account,
    Account,
    Account,
  ];
  const goOnIn = async (session: Session, stream: string, wishes: readonly Wish[]) => {
    const invoice = await store.invoices.findOne({ _id: stream }, { session });
    if (invoice === null) throw new Error(`No stream ${stream}`);
    const begun = invoice.state.entrySequence;
    const unhashed = wishes.map(({ amount = 1000, date, recordedAt, type = 'issued' }, index): Unhashed => {
      const sequence = begun + index + 1;
      return {
        _id: `${stream}:${sequence}`,
        organization_id: organizationId,
        live_mode: liveMode,
        stream,
        invoice_id: stream,
        customer_id: invoice.customer_id,
        sequence,
        type,
        date: date ?? '2026-03-01',
        currency: 'USD',
        reverses: null,
        event_id: `${stream}:${sequence}`,
        lines: sequence === 1 ? lines(receivable, sales, amount) : lines(cash, receivable, amount),
        created_at: instant(0),
        recorded_at: recordedAt ?? new Date(),
      };
    });
    const entries = chain(invoice.state.entryHash, unhashed);
    const last = entries.at(-1);
    if (last === undefined) return [];
    await store.journalEntries.insertMany(entries, { session });
    await store.invoices.updateOne(
      { _id: stream },
      { $set: { 'state.entryHash': last.hash, 'state.entrySequence': last.sequence } },
      { session },
    );
    return entries;
  };
  const goOn = (stream: string, wishes: readonly Wish[]) =>
    store.transaction((session) => goOnIn(session, stream, wishes));
  return {
    store,
    organizationId,
    liveMode,
    goOn,
    goOnIn,
    begin: async (wishes) => {
      const stream = randomUUID();
      const invoice = {
        _id: stream,
        organization_id: organizationId,
        live_mode: liveMode,
        customer_id: randomUUID(),
        due_date: '2026-03-31',
        state: { entrySequence: 0, entryHash: null },
      };
      await store.invoices.insertOne(invoice as unknown as InvoiceDocument);
      await goOn(stream, wishes);
      return stream;
    },
    entry: async (id) => {
      const entry = await store.journalEntries.findOne({ _id: id });
      if (entry === null) throw new Error(`No entry ${id}`);
      return entry;
    },
  };
}
