// What makes a journal entry impossible to change unseen: each carries the hash of the stream's entry before it.
import { createHash } from 'node:crypto';
import type { JournalEntryDocument } from './documents.ts';

export type Unhashed = Omit<JournalEntryDocument, 'hash'>;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A fixed order of fields, so that neither the database nor the language chooses what is hashed. */
function content(entry: Unhashed): unknown[] {
  return [
    entry._id,
    entry.organization_id,
    entry.live_mode,
    entry.stream,
    entry.invoice_id,
    entry.customer_id,
    entry.sequence,
    entry.type,
    entry.date,
    entry.currency,
    entry.reverses,
    entry.event_id,
    entry.created_at,
    entry.lines.map((line) => [
      line.account_id,
      line.account_code,
      line.account_name,
      line.label,
      // Int64 on its way in, a number on its way out.
      Number(line.debit_cents),
      Number(line.credit_cents),
    ]),
  ];
}

/** SHA-256 over the hash of the stream's entry before (null for the first) and this entry. */
export function entryHash(previous: string | null, entry: Unhashed): string {
  return sha256(JSON.stringify([previous, content(entry)]));
}

/** The entries of one write, in order, each chained to the one before. */
export function chain(previous: string | null, entries: readonly Unhashed[]): JournalEntryDocument[] {
  let last = previous;
  return entries.map((entry) => {
    last = entryHash(last, entry);
    return { ...entry, hash: last };
  });
}

/** A block's hash: over the block before and its entries' hashes in order. */
export function blockHash(previous: string | null, hashes: readonly string[]): string {
  return sha256(JSON.stringify([previous, hashes]));
}
