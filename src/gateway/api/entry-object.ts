// A journal entry as the API answers it.
import { z } from 'zod';
import { entryTypes } from '../../domain/ledger/entry.ts';
import type { JournalEntryDocument } from '../../store/documents.ts';
import type { Table } from '../csv.ts';

export const entryObject = z
  .strictObject({
    id: z.string(),
    sequence: z.int(),
    type: z.enum(entryTypes),
    date: z.string().meta({ format: 'date' }),
    currency: z.string(),
    invoice_id: z
      .string()
      .nullable()
      .meta({ description: 'null: it is about the customer, and no invoice is part of it.' }),
    reverses: z.string().nullable(),
    hash: z
      .string()
      .meta({ description: 'SHA-256 over the entry and the hash of the one before it in its stream.' }),
    lines: z.array(
      z
        .strictObject({
          account_id: z.string(),
          account_code: z.string(),
          account_name: z.string(),
          label: z.string().nullable().meta({ description: 'Keeps lines of one account apart.' }),
          debit_cents: z.int(),
          credit_cents: z.int(),
        })
        .meta({ id: 'JournalLine' }),
    ),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'JournalEntry' });

export type EntryObject = z.infer<typeof entryObject>;

export function presentEntry(entry: JournalEntryDocument): EntryObject {
  const { _id, sequence, type, date, currency, invoice_id, reverses, hash, created_at } = entry;
  const lines = entry.lines.map((line) => ({
    account_id: line.account_id,
    account_code: line.account_code,
    account_name: line.account_name,
    label: line.label,
    debit_cents: line.debit_cents,
    credit_cents: line.credit_cents,
  }));
  return { id: _id, sequence, type, date, currency, invoice_id, reverses, hash, lines, created_at };
}

/** One row a line. */
export function entryTable(entries: readonly EntryObject[]): Table {
  return {
    columns: [
      'date',
      'type',
      'account_code',
      'account_name',
      'label',
      'currency',
      'debit_cents',
      'credit_cents',
      'invoice_id',
      'entry_id',
    ],
    rows: entries.flatMap((entry) =>
      entry.lines.map((line) => [
        entry.date,
        entry.type,
        line.account_code,
        line.account_name,
        line.label,
        entry.currency,
        line.debit_cents,
        line.credit_cents,
        entry.invoice_id,
        entry.id,
      ]),
    ),
  };
}
