// What journal entries do to the customer's credit. The balance is kept beside the books and moves with them.
import { sum } from '../money.ts';
import type { AccountRef, Posting } from './entry.ts';

function isCredit(account: AccountRef): boolean {
  return 'role' in account && account.role === 'customer_credit';
}

/** By how much the entries raise what the customer has in hand; negative where it is used. */
export function creditChange(entries: readonly { readonly postings: readonly Posting[] }[]): number {
  return sum(
    entries.flatMap(({ postings }) =>
      postings.map(({ debit, credit, amount }) => {
        if (isCredit(debit) === isCredit(credit)) return 0;
        return isCredit(credit) ? amount : -amount;
      }),
    ),
  );
}
