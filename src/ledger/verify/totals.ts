// Compares the stored sums of a book with what its sealed entries come to.
import { type Book, ofBook } from '../../store/ledger-blocks.ts';
import type { Totals } from '../../store/ledger-totals.ts';
import { asOf } from '../../store/snapshot.ts';
import type { Session, Store } from '../../store/store.ts';
import { type Finding, reporting } from './finding.ts';

export async function compareTotals(
  store: Store,
  session: Session,
  book: Book,
  due: Totals,
): Promise<Finding | null> {
  const report = reporting(book);
  const left = new Map(due);
  for await (const stored of store.ledgerTotals.find(ofBook(book), asOf(session)).sort({ _id: 1 })) {
    const { _id, debit_cents: debit, credit_cents: credit } = stored;
    const right = left.get(_id);
    left.delete(_id);
    const isSame = right?.debit_cents === debit && right.credit_cents === credit;
    const isAbout = right?.account_id === stored.account_id && right.date === stored.date;
    if (isSame && isAbout && right.currency === stored.currency) continue;
    const found = `It says debit ${debit} and credit ${credit}`;
    const sum = `debit ${right?.debit_cents ?? 0} and credit ${right?.credit_cents ?? 0}`;
    return report('totals_differ', _id, `${found}; the sealed entries come to ${sum}.`);
  }
  const [missing] = [...left.keys()].toSorted();
  return missing === undefined ? null : report('totals_differ', missing, 'It is not there.');
}
