// The customer's credit that a command adds to or uses, tested and changed in the command's transaction.
import type { PersistRequest } from '../../src/contract/invoice.ts';
import { changeCredit, type CreditHolder, readCredit } from '../../src/store/credit-balance.ts';
import type { Session, Store } from '../../src/store/store.ts';
import type { Refusal } from './messages.ts';

function holderOf({ organizationId, liveMode, invoice }: PersistRequest): CreditHolder {
  const { customerId, currency } = invoice;
  return { organizationId, liveMode, customerId, currency };
}

/** How much credit there must be; null where the command asks for none. */
function creditWanted(request: PersistRequest): number | null {
  const amounts = request.preconditions.flatMap((one) => (one.kind === 'creditAtLeast' ? [one.amount] : []));
  return amounts.length === 0 ? null : Math.max(...amounts);
}

/**
 * Changes the balance where the request does, and refuses where there is too little. Test and change are one step,
 * so that of two who want the same credit the second finds it used.
 */
export async function takeCredit(
  store: Store,
  session: Session,
  request: PersistRequest,
): Promise<Refusal | null> {
  const atLeast = creditWanted(request);
  if (request.creditChange === 0 && atLeast === null) return null;
  const holder = holderOf(request);
  const balance = await changeCredit(store, session, holder, { by: request.creditChange, atLeast });
  if (balance !== null) return null;
  const available = Math.max(0, await readCredit(store, holder, session));
  return { code: 'insufficient_credit', data: { available }, messageId: null };
}
