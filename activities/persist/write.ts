// The transaction: one command, or many that take numbers from one series, written together or not at all.
import type { PersistRequest } from '../../src/contract/invoice.ts';
import type { CustomerDocument } from '../../src/store/documents.ts';
import type { Session, Store } from '../../src/store/store.ts';
import { type Clash, clashOf } from '../../src/store/clash.ts';
import { takeCredit } from './credit.ts';
import { changesSearch, numbered } from './documents.ts';
import type { Member } from './member.ts';
import { planMessages, type Refusal } from './messages.ts';
import { type Series, takeNumbers } from './number.ts';
import { furtherSteps, invoiceSteps, type Ready, type Step } from './rows.ts';

/** Why one member could not be written: a failed precondition, or something that is there already. */
export type Fault = { readonly refusal: Refusal | null; readonly error: Error };

export type Written =
  | { readonly kind: 'stored'; readonly numbers: readonly (string | null)[] }
  /** Nothing was written; these members, by position, stood in the way. */
  | { readonly kind: 'faulty'; readonly faults: ReadonlyMap<number, Fault> }
  /** Nothing was written: a number of the series is on some invoice already. */
  | { readonly kind: 'number_taken' };

/** What is written together with the members and is none of theirs. Whatever stands in its way it throws. */
export type Beside = (session: Session, recordedAt: Date) => Promise<void>;

export function write(
  store: Store,
  members: readonly Member[],
  series: Series | null,
  passOverTaken: boolean,
  beside: Beside | null = null,
): Promise<Written> {
  return store.transaction(async (session) => {
    const written = await writeAll(store, session, members, series, passOverTaken, beside);
    if (written.kind !== 'stored') await session.abortTransaction();
    return written;
  });
}

async function writeAll(
  store: Store,
  session: Session,
  members: readonly Member[],
  series: Series | null,
  passOverTaken: boolean,
  beside: Beside | null,
): Promise<Written> {
  const recordedAt = new Date();
  // First of all, so that two processes that want numbers of one series meet before they have done any work.
  const numbers =
    series === null ? [] : await takeNumbers(store, session, series, members.length, passOverTaken);
  const ready = await makeReady(
    store,
    session,
    members.map((member, index) => withNumber(member, numbers[index])),
    recordedAt,
  );
  if (!Array.isArray(ready)) return { kind: 'faulty', faults: ready };
  if (beside !== null) await beside(session, recordedAt);
  for (const step of [...invoiceSteps(store, session, ready), ...furtherSteps(store, session, ready)]) {
    const stopped = await take(step, members, series);
    if (stopped !== null) return stopped;
  }
  return { kind: 'stored', numbers: ready.map((member) => member.request.invoice.number) };
}

/** Runs one step; what stands in its way comes back as a value, everything else is thrown. */
async function take(step: Step, members: readonly Member[], series: Series | null): Promise<Written | null> {
  try {
    const stale = await step.run();
    if (stale.length === 0) return null;
    const lost = { refusal: null, error: new Error('The stored invoice has another version') };
    return { kind: 'faulty', faults: new Map(stale.map((index) => [index, lost])) };
  } catch (error) {
    const clash = clashOf(error);
    if (clash === null) throw error;
    if (clash.index === 'number' && series !== null) return { kind: 'number_taken' };
    const owner = step.owners[clash.position] ?? 0;
    return { kind: 'faulty', faults: new Map([[owner, faultOf(clash, members[owner])]]) };
  }
}

function faultOf(clash: Clash, member: Member | undefined): Fault {
  return { refusal: member === undefined ? null : refusalOf(clash, member), error: clash.error };
}

/** Two unique indexes stand for preconditions; any other clash is a repetition, or a mistake. */
function refusalOf({ index }: Clash, { request }: Member): Refusal | null {
  if (index === 'number') {
    return { code: 'number_taken', data: { number: request.invoice.number }, messageId: null };
  }
  return index === 'provider_payment' ? { code: 'provider_id_taken', data: {}, messageId: null } : null;
}

function withNumber(member: Member, number: string | undefined): Member {
  return number === undefined ? member : { ...member, request: numbered(member.request, number) };
}

/** Reads what the members need and tests their preconditions; answers with the faults where there are any. */
async function makeReady(
  store: Store,
  session: Session,
  members: readonly Member[],
  recordedAt: Date,
): Promise<Ready[] | Map<number, Fault>> {
  const customers = await readCustomers(store, session, members);
  const ready: Ready[] = [];
  const faults = new Map<number, Fault>();
  for (const [index, member] of members.entries()) {
    const customer = customers.get(member.request.invoice.customerId) ?? null;
    const held = creditHold(member.request, customer);
    const messages = held ?? (await planMessages(store, session, member, customer));
    const refusal = Array.isArray(messages) ? await takeCredit(store, session, member.request) : messages;
    if (refusal !== null) faults.set(index, { refusal, error: new Error(refusal.code) });
    else if (Array.isArray(messages)) ready.push({ ...member, customer, messages, recordedAt });
  }
  return faults.size === 0 ? ready : faults;
}

/** Nothing more is issued to a customer on credit hold, whoever asks for it, a time that has come included. */
function creditHold(request: PersistRequest, customer: CustomerDocument | null): Refusal | null {
  if (customer?.credit_hold !== true || !issues(request)) return null;
  const messageId = request.messages[0]?.message.id ?? null;
  return { code: 'customer_on_credit_hold', data: {}, messageId };
}

function issues({ events }: PersistRequest): boolean {
  return events.some((event) => event.type === 'invoice.issued');
}

async function readCustomers(
  store: Store,
  session: Session,
  members: readonly Member[],
): Promise<Map<string, CustomerDocument>> {
  const wanted = members.filter(
    ({ request }) => request.messages.length > 0 || issues(request) || changesSearch(request),
  );
  if (wanted.length === 0) return new Map();
  const ids = [...new Set(wanted.map(({ request }) => request.invoice.customerId))];
  const organizations = [...new Set(wanted.map(({ request }) => request.organizationId))];
  const rows = await store.customers
    .find({ _id: { $in: ids }, organization_id: { $in: organizations } }, { session })
    .toArray();
  return new Map(rows.map((row) => [row._id, row]));
}
