// The invoice's activities over memory: for workflow tests, which prove waiting and ordering, not the database.
// Same contract as the real ones: compare-and-set, command ids that write once, conditions that refuse.
import type {
  DeliverRequest,
  DeliveryOutcome,
  InvoiceActivities,
  NoteRequest,
  PersistRequest,
  PersistResult,
  RefundOutcome,
  RefundRequest,
} from '../../src/contract/invoice.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import type { ReminderTerms } from '../../src/domain/invoice/terms.ts';
import type { Fields } from '../../src/domain/reader.ts';
import type { RejectionCode } from '../../src/domain/rejection.ts';

type Kept = { readonly fingerprint: string; readonly result: PersistRequest['result'] };

export type MemoryStore = InvoiceActivities & {
  readonly invoices: Map<string, Invoice>;
  readonly requests: PersistRequest[];
  readonly notes: NoteRequest[];
  readonly deliveries: DeliverRequest[];
  /** What the next deliveries do: an outcome, or a throw when it is an error. Empty: accepted. */
  readonly nextDeliveries: (DeliveryOutcome | Error)[];
  /** Conditions that refuse, by message channel or 'number'. */
  readonly refusals: Map<string, RejectionCode>;
  /** Throws so many writes, before or after they are stored. */
  fail: { before: number; after: number };
  clockOffset: number;
  /** Reminder policies by id. */
  readonly policies: Map<string, ReminderTerms>;
  /** Late-fee policies by id. */
  readonly feePolicies: Map<string, Fields>;
  /** What customers have in hand, by customer and currency. */
  readonly credit: Map<string, number>;
  /** What the next looks at a customer's credit see, where that is no longer so when it is used. */
  readonly staleCredit: number[];
  /** Looks at a customer's credit are answered after this. */
  creditHeld: Promise<void> | null;
  /** Every try at a refund. */
  readonly refundTries: RefundRequest[];
  /** What the processor answers to refunds that are new to it, or a throw; empty: succeeded. */
  readonly nextRefunds: (RefundOutcome | Error)[];
  /** While it is out of order every try fails. */
  processorDown: boolean;
};

export function creditOf(customerId: string, currency: string): string {
  return `${customerId}:${currency}`;
}

export function createMemoryStore(): MemoryStore {
  const invoices = new Map<string, Invoice>();
  const kept = new Map<string, Kept>();
  const refunds = new Map<string, RefundOutcome>();
  let last = 0;

  function creditIn(store: MemoryStore, { invoice }: PersistRequest): number {
    return store.credit.get(creditOf(invoice.customerId, invoice.currency)) ?? 0;
  }

  /** As the database has it afterwards: numbered, and chained by the last entry's name instead of its hash. */
  function written(request: PersistRequest, number: string | null): Invoice {
    const entryHash = request.entries.at(-1)?.id ?? request.invoice.entryHash;
    return { ...request.invoice, entryHash, ...(number === null ? {} : { number }) };
  }

  function refusal(store: MemoryStore, request: PersistRequest): PersistResult | null {
    for (const condition of request.preconditions) {
      if (condition.kind === 'creditAtLeast') {
        const available = creditIn(store, request);
        if (available >= condition.amount) continue;
        return { outcome: 'refused', code: 'insufficient_credit', data: { available }, messageId: null };
      }
      const about = 'messageId' in condition ? condition.messageId.split(':').at(-1) : 'number';
      const code = store.refusals.get(about ?? '');
      const messageId = 'messageId' in condition ? condition.messageId : null;
      if (code !== undefined) return { outcome: 'refused', code, data: {}, messageId };
    }
    return null;
  }

  const store: MemoryStore = {
    invoices,
    requests: [],
    notes: [],
    deliveries: [],
    nextDeliveries: [],
    refusals: new Map(),
    fail: { before: 0, after: 0 },
    clockOffset: 0,
    policies: new Map(),
    feePolicies: new Map(),
    credit: new Map(),
    staleCredit: [],
    creditHeld: null,
    refundTries: [],
    nextRefunds: [],
    processorDown: false,

    async persist(request) {
      if (store.fail.before > 0) {
        store.fail.before -= 1;
        throw new Error('planned failure before the write');
      }
      const key = `${request.invoiceId}|${request.commandId}`;
      const known = kept.get(key);
      const stored = invoices.get(request.invoiceId);
      if (known !== undefined && stored !== undefined)
        return { outcome: 'duplicate', ...known, invoice: stored };
      if ((stored?.version ?? 0) !== request.expectedVersion)
        return { outcome: 'conflict', invoice: stored ?? null };
      const refused = refusal(store, request);
      if (refused !== null) return refused;
      const number = request.series === null ? null : `INV-${String((last += 1)).padStart(4, '0')}`;
      const invoice = written(request, number);
      invoices.set(request.invoiceId, invoice);
      const credit = creditIn(store, request) + request.creditChange;
      store.credit.set(creditOf(invoice.customerId, invoice.currency), credit);
      const result = number === null ? request.result : { ...request.result, number };
      kept.set(key, { fingerprint: request.fingerprint, result });
      store.requests.push(request);
      if (store.fail.after > 0) {
        store.fail.after -= 1;
        throw new Error('planned failure after the write');
      }
      return { outcome: 'stored', number, entryHash: invoice.entryHash };
    },

    async note(request) {
      store.notes.push(request);
    },

    async load({ invoiceId }) {
      return invoices.get(invoiceId) ?? null;
    },

    async recall({ invoiceId, commandId }) {
      const known = kept.get(`${invoiceId}|${commandId}`);
      return known === undefined ? null : { id: commandId, ...known };
    },

    async reminderTerms({ policyId }) {
      return store.policies.get(policyId) ?? null;
    },

    async lateFeeTerms({ policyId }) {
      return store.feePolicies.get(policyId) ?? null;
    },

    async readClock() {
      return store.clockOffset;
    },

    async deliver(request) {
      store.deliveries.push(request);
      const next = store.nextDeliveries.shift() ?? { outcome: 'accepted' };
      if (next instanceof Error) throw next;
      return next;
    },

    async giveUp({ code }) {
      return { outcome: 'failed', code };
    },

    async refundAtProcessor(request) {
      store.refundTries.push(request);
      if (store.processorDown) throw new Error('planned failure of the processor');
      const before = refunds.get(request.refundId);
      if (before !== undefined) return before;
      const next = store.nextRefunds.shift() ?? { outcome: 'succeeded' };
      if (next instanceof Error) throw next;
      refunds.set(request.refundId, next);
      return next;
    },

    async creditBalance({ customerId, currency }) {
      await store.creditHeld;
      return store.staleCredit.shift() ?? store.credit.get(creditOf(customerId, currency)) ?? 0;
    },
  };
  return store;
}
