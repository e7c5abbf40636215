// What a verification finds wrong: the first broken link, by its id.
import type { Book } from '../../store/ledger-blocks.ts';

/**
 * changed, missing, extra, unbalanced: an entry, or whether there should be one. block_changed, block_missing: a
 * block. totals_differ: a stored sum, by the id of its document.
 */
export type Fault =
  'changed' | 'missing' | 'extra' | 'unbalanced' | 'block_changed' | 'block_missing' | 'totals_differ';

export type Finding = Book & {
  readonly fault: Fault;
  readonly id: string;
  /** One sentence: how it shows. */
  readonly detail: string;
};

export type Report = (fault: Fault, id: string, detail: string) => Finding;

export function reporting(book: Book): Report {
  const { organizationId, liveMode } = book;
  return (fault, id, detail) => ({ organizationId, liveMode, fault, id, detail });
}
