// The connection to MongoDB and the collections in it. Whatever is acknowledged here survives a crash.
import mongoose from 'mongoose';
import type { mongo } from 'mongoose';
import type * as documents from './documents.ts';
import { ensureIndexes } from './indexes.ts';
import { transact } from './transaction.ts';

export type Session = mongo.ClientSession;

/**
 * The collections, typed by documents.ts. They are the driver's own, without hydrated models, because what goes
 * in is made and typed by us and what comes out is handed on as it is. Amounts are written with `int64`.
 */
export type Store = {
  readonly connection: mongoose.Connection;
  readonly organizations: mongo.Collection<documents.OrganizationDocument>;
  readonly tokens: mongo.Collection<documents.TokenDocument>;
  readonly customers: mongo.Collection<documents.CustomerDocument>;
  readonly accounts: mongo.Collection<documents.AccountDocument>;
  readonly items: mongo.Collection<documents.ItemDocument>;
  readonly taxRates: mongo.Collection<documents.TaxRateDocument>;
  readonly lateFeePolicies: mongo.Collection<documents.LateFeePolicyDocument>;
  readonly reminderPolicies: mongo.Collection<documents.ReminderPolicyDocument>;
  readonly files: mongo.Collection<documents.FileDocument>;
  readonly contents: mongo.Collection<documents.ContentDocument>;
  readonly invoices: mongo.Collection<documents.InvoiceDocument>;
  readonly events: mongo.Collection<documents.EventDocument>;
  readonly refusals: mongo.Collection<documents.RefusalDocument>;
  readonly journalEntries: mongo.Collection<documents.JournalEntryDocument>;
  readonly customerLedgers: mongo.Collection<documents.CustomerLedgerDocument>;
  readonly creditBalances: mongo.Collection<documents.CreditBalanceDocument>;
  readonly ledgerBlocks: mongo.Collection<documents.LedgerBlockDocument>;
  readonly ledgerHeads: mongo.Collection<documents.LedgerHeadDocument>;
  readonly ledgerTotals: mongo.Collection<documents.LedgerTotalDocument>;
  readonly ledgerBalances: mongo.Collection<documents.LedgerBalanceDocument>;
  readonly payments: mongo.Collection<documents.PaymentDocument>;
  readonly refunds: mongo.Collection<documents.RefundDocument>;
  readonly messages: mongo.Collection<documents.MessageDocument>;
  readonly tasks: mongo.Collection<documents.TaskDocument>;
  readonly messageCaps: mongo.Collection<documents.MessageCapDocument>;
  readonly numberSeries: mongo.Collection<documents.NumberSeriesDocument>;
  readonly dunningStates: mongo.Collection<documents.DunningStateDocument>;
  readonly dunningMessages: mongo.Collection<documents.DunningRowDocument>;
  readonly reconciliations: mongo.Collection<documents.ReconciliationDocument>;
  readonly recurringSchedules: mongo.Collection<documents.RecurringScheduleDocument>;
  readonly idempotencyKeys: mongo.Collection<documents.IdempotencyDocument>;
  readonly workerHeartbeats: mongo.Collection<documents.WorkerHeartbeatDocument>;
  readonly sandboxMessages: mongo.Collection<documents.SandboxMessageDocument>;
  readonly sandboxFailures: mongo.Collection<documents.SandboxFailureDocument>;
  readonly sandboxRefunds: mongo.Collection<documents.SandboxRefundDocument>;
  readonly meta: mongo.Collection<documents.MetaDocument>;
  /** Runs the function in a transaction, possibly several times (see transaction.ts); `patience` in milliseconds. */
  transaction<T>(run: (session: Session) => Promise<T>, patience?: number): Promise<T>;
  ping(): Promise<void>;
  close(): Promise<void>;
};

const durable = { w: 'majority', journal: true } as const;

const options: mongoose.ConnectOptions = {
  serverSelectionTimeoutMS: 2_000,
  waitQueueTimeoutMS: 5_000,
  // A server that accepts a command and never answers is given up after this.
  socketTimeoutMS: 10_000,
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
  writeConcern: durable,
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  retryWrites: true,
  promoteLongs: true,
};

/** Opens the database of the URI, makes sure of its indexes, and refuses a server that could lose writes. */
export async function openStore(uri: string): Promise<Store> {
  const connection = await connect(uri);
  try {
    await refuseWeakness(connection.getClient());
    const database = connection.getClient().db(connection.name);
    await ensureIndexes(database);
    return storeOver(connection, database);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function connect(uri: string): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection(uri, options);
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.destroy();
    throw new Error('MongoDB cannot be reached. MONGODB_URI must name a running replica set.', {
      cause: error,
    });
  }
}

async function refuseWeakness(client: mongo.MongoClient): Promise<void> {
  const hello = await client.db('admin').command({ hello: 1 });
  const sharded = hello['msg'] === 'isdbgrid';
  if (typeof hello['setName'] !== 'string' && !sharded) {
    throw new Error(
      'This MongoDB is a standalone server, which has no transactions and can lose acknowledged writes. ' +
        'Start it as a replica set; one member is enough (mongod --replSet rs0, then rs.initiate()).',
    );
  }
  // A connection string can quietly ask for less than we set.
  const { w, journal } = client.writeConcern ?? {};
  if (w !== 'majority' || journal !== true || client.readConcern?.level !== 'majority') {
    throw new Error(
      'The MongoDB connection string weakens what a write or a read promises. ' +
        'Remove w, journal and readConcernLevel from it.',
    );
  }
}

function storeOver(connection: mongoose.Connection, database: mongo.Db): Store {
  const client = connection.getClient();
  return {
    connection,
    organizations: database.collection('organizations'),
    tokens: database.collection('tokens'),
    customers: database.collection('customers'),
    accounts: database.collection('accounts'),
    items: database.collection('items'),
    taxRates: database.collection('tax_rates'),
    lateFeePolicies: database.collection('late_fee_policies'),
    reminderPolicies: database.collection('reminder_policies'),
    files: database.collection('files'),
    contents: database.collection('contents'),
    invoices: database.collection('invoices'),
    events: database.collection('events'),
    refusals: database.collection('refusals'),
    journalEntries: database.collection('journal_entries'),
    customerLedgers: database.collection('customer_ledgers'),
    creditBalances: database.collection('credit_balances'),
    ledgerBlocks: database.collection('ledger_blocks'),
    ledgerHeads: database.collection('ledger_heads'),
    ledgerTotals: database.collection('ledger_totals'),
    ledgerBalances: database.collection('ledger_balances'),
    payments: database.collection('payments'),
    refunds: database.collection('refunds'),
    messages: database.collection('messages'),
    tasks: database.collection('tasks'),
    messageCaps: database.collection('message_caps'),
    numberSeries: database.collection('number_series'),
    recurringSchedules: database.collection('recurring_schedules'),
    idempotencyKeys: database.collection('idempotency_keys'),
    workerHeartbeats: database.collection('worker_heartbeats'),
    dunningStates: database.collection('dunning_states'),
    dunningMessages: database.collection('dunning_messages'),
    reconciliations: database.collection('reconciliations'),
    sandboxMessages: database.collection('sandbox_messages'),
    sandboxFailures: database.collection('sandbox_failures'),
    sandboxRefunds: database.collection('sandbox_refunds'),
    meta: database.collection('meta'),
    transaction: (run, patience) => transact(client, run, patience),
    ping: async () => {
      await database.command({ ping: 1 });
    },
    close: () => connection.close(),
  };
}
