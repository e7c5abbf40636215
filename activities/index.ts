// Everything that touches the world, made from what it needs. Activities never decide: they write what was
// decided, test the conditions that were declared, send what was asked for, and say how it went.
import type { Client } from '@temporalio/client';
import type { DunningActivities } from '../src/contract/dunning.ts';
import type { InvoiceActivities } from '../src/contract/invoice.ts';
import type { PaymentActivities } from '../src/contract/payment.ts';
import type { PolicyActivities } from '../src/contract/reminder-policy.ts';
import type { ReconcileActivities } from '../src/contract/reconcile.ts';
import type { RecurringActivities } from '../src/contract/recurring.ts';
import type { TestClockActivities } from '../src/contract/test-clock.ts';
import type { Store } from '../src/store/store.ts';
import { createAdvance } from './clock/advance.ts';
import { createDunningSource } from './clock/dunning.ts';
import { createInvoiceSource } from './clock/invoices.ts';
import { createRecurringSource } from './clock/recurring.ts';
import type { Channels } from './deliver/channel.ts';
import { createDeliver } from './deliver/deliver.ts';
import { createGiveUp } from './deliver/give-up.ts';
import { createDunning } from './dunning/index.ts';
import {
  createCreditBalance,
  createLoad,
  createReadClock,
  createRecall,
  createLateFeeTerms,
  createReminderTerms,
} from './load.ts';
import { createNote } from './note.ts';
import { createPayments } from './payments/index.ts';
import { createRefundAtProcessor } from './processor/refund.ts';
import { createSandboxProcessor } from './processor/sandbox.ts';
import { createPersist } from './persist/persist.ts';
import { createReconcile } from './reconcile.ts';
import { createRecurring } from './recurring/index.ts';
import { createPolicyActivities } from './policies/apply.ts';

export type ActivityDependencies = {
  readonly store: Store;
  readonly client: Client;
  readonly taskQueue: string;
  readonly channels: Channels;
  /** Base of every link that leaves. */
  readonly publicUrl: string;
};

export type Activities = InvoiceActivities &
  DunningActivities &
  ReconcileActivities &
  PaymentActivities &
  PolicyActivities &
  RecurringActivities &
  TestClockActivities;

export function createActivities(dependencies: ActivityDependencies): Activities {
  const { store, client, taskQueue, channels, publicUrl } = dependencies;
  const persist = createPersist(store);
  const deliver = createDeliver({ store, channels, publicUrl });
  const giveUp = createGiveUp(store);
  return {
    persist,
    ...createPayments(store, persist),
    ...createPolicyActivities(store, client, taskQueue),
    ...createRecurring(store, client, taskQueue),
    load: createLoad(store),
    recall: createRecall(store),
    note: createNote(store),
    reminderTerms: createReminderTerms(store),
    lateFeeTerms: createLateFeeTerms(store),
    readClock: createReadClock(store),
    creditBalance: createCreditBalance(store),
    deliver,
    giveUp,
    ...createDunning({ store, client, deliver, giveUp }),
    ...createReconcile(store),
    refundAtProcessor: createRefundAtProcessor(new Map([['sandbox', createSandboxProcessor(store)]])),
    ...createAdvance(store, [
      createRecurringSource(store, client, taskQueue),
      createInvoiceSource(store, client, taskQueue),
      createDunningSource(store, client, taskQueue),
    ]),
  };
}
