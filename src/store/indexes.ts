// Every collection with its indexes. A collection is listed here even without any, because a transaction
// that has to make one collides with its neighbours.
import type { mongo } from 'mongoose';
import { upgradeEntries } from './upgrade.ts';

const indexes: Readonly<Record<string, readonly mongo.IndexDescription[]>> = {
  organizations: [
    { name: 'location', key: { highlevel_location_id: 1 }, unique: true },
    {
      name: 'schedules',
      key: { schedules_stale: 1 },
      partialFilterExpression: { schedules_stale: { $type: 'string' } },
    },
  ],
  tokens: [{ name: 'list', key: { organization_id: 1, created_at: -1, _id: -1 } }],
  customers: [
    { name: 'list', key: { organization_id: 1, created_at: -1, _id: -1 } },
    { name: 'phone', key: { phone: 1 }, partialFilterExpression: { phone: { $type: 'string' } } },
    {
      name: 'reminder_policy',
      key: { organization_id: 1, reminder_policy_id: 1 },
      partialFilterExpression: { reminder_policy_id: { $type: 'string' } },
    },
    {
      name: 'late_fee_policy',
      key: { organization_id: 1, late_fee_policy_id: 1 },
      partialFilterExpression: { late_fee_policy_id: { $type: 'string' } },
    },
  ],
  accounts: [
    { name: 'code', key: { organization_id: 1, code: 1 }, unique: true },
    {
      name: 'role',
      key: { organization_id: 1, role: 1 },
      unique: true,
      partialFilterExpression: { role: { $type: 'string' } },
    },
  ],
  items: [{ name: 'list', key: { organization_id: 1, created_at: -1, _id: -1 } }],
  tax_rates: [{ name: 'list', key: { organization_id: 1, created_at: -1, _id: -1 } }],
  late_fee_policies: [
    { name: 'list', key: { organization_id: 1, created_at: -1, _id: -1 } },
    {
      name: 'default',
      key: { organization_id: 1 },
      unique: true,
      partialFilterExpression: { default: true },
    },
  ],
  reminder_policies: [
    { name: 'list', key: { organization_id: 1, created_at: -1, _id: -1 } },
    {
      name: 'default',
      key: { organization_id: 1 },
      unique: true,
      partialFilterExpression: { default: true },
    },
    {
      name: 'applying',
      key: { 'applying.since': 1 },
      partialFilterExpression: { 'applying.state': 'under_way' },
    },
  ],
  files: [{ name: 'list', key: { organization_id: 1, created_at: -1, _id: -1 } }],
  contents: [],
  invoices: [
    {
      name: 'number',
      key: { organization_id: 1, live_mode: 1, number: 1 },
      unique: true,
      partialFilterExpression: { number: { $type: 'string' } },
    },
    { name: 'list', key: { organization_id: 1, live_mode: 1, created_at: -1, _id: -1 } },
    { name: 'status_due', key: { organization_id: 1, live_mode: 1, status: 1, due_at: 1, _id: 1 } },
    { name: 'customer', key: { organization_id: 1, customer_id: 1, live_mode: 1, created_at: -1 } },
    {
      name: 'due_amount',
      key: { organization_id: 1, live_mode: 1, currency: 1, status: 1, amount_due_cents: 1, _id: 1 },
    },
    {
      name: 'billed',
      key: { organization_id: 1, live_mode: 1, currency: 1, issue_date: 1, status: 1, total_cents: 1 },
    },
    {
      name: 'unapplied',
      key: { organization_id: 1, live_mode: 1, currency: 1, 'state.leftUnapplied': 1, _id: 1 },
      partialFilterExpression: { 'state.leftUnapplied': { $gt: 0 } },
    },
    {
      name: 'next_action',
      key: { organization_id: 1, live_mode: 1, next_action_at: 1 },
      partialFilterExpression: { next_action_at: { $type: 'string' } },
    },
    // From customer to customer with overdue invoices, past all those without.
    {
      name: 'overdue',
      key: { organization_id: 1, live_mode: 1, customer_id: 1, due_at: 1 },
      partialFilterExpression: { status: 'open' },
    },
    // The open invoices that follow a policy, page by page, and whether they are behind it.
    {
      name: 'reminder_policy',
      key: {
        organization_id: 1,
        'reminder_policy.id': 1,
        _id: 1,
        'reminder_policy.version': 1,
        live_mode: 1,
      },
      partialFilterExpression: { 'reminder_policy.id': { $type: 'string' } },
    },
    {
      name: 'recurring',
      key: { organization_id: 1, live_mode: 1, recurring_schedule_id: 1, created_at: -1, _id: -1 },
      partialFilterExpression: { recurring_schedule_id: { $type: 'string' } },
    },
    {
      name: 'public_token',
      key: { public_token: 1 },
      unique: true,
      partialFilterExpression: { public_token: { $type: 'string' } },
    },
  ],
  events: [
    { name: 'sequence', key: { invoice_id: 1, sequence: 1 }, unique: true },
    {
      name: 'command',
      key: { invoice_id: 1, command_key: 1 },
      unique: true,
      partialFilterExpression: { command_key: { $type: 'string' } },
    },
  ],
  refusals: [{ name: 'invoice', key: { invoice_id: 1, recorded_at: 1 } }],
  journal_entries: [
    { name: 'stream', key: { stream: 1, sequence: 1 }, unique: true },
    { name: 'invoice', key: { invoice_id: 1, sequence: 1 } },
    { name: 'date', key: { organization_id: 1, live_mode: 1, date: 1, _id: 1 } },
    { name: 'tail', key: { organization_id: 1, live_mode: 1, recorded_at: 1, _id: 1 } },
    // In which books something was written lately.
    { name: 'lately', key: { recorded_at: 1, organization_id: 1, live_mode: 1 } },
    { name: 'account', key: { organization_id: 1, live_mode: 1, 'lines.account_id': 1, date: 1, _id: 1 } },
    {
      name: 'customer',
      key: { organization_id: 1, live_mode: 1, customer_id: 1, date: 1, recorded_at: 1, _id: 1 },
    },
  ],
  customer_ledgers: [],
  credit_balances: [{ name: 'customer', key: { organization_id: 1, live_mode: 1, customer_id: 1 } }],
  ledger_blocks: [
    { name: 'index', key: { organization_id: 1, live_mode: 1, index: 1 }, unique: true },
    { name: 'through', key: { organization_id: 1, live_mode: 1, through: 1 } },
    // No entry is ever sealed twice.
    { name: 'entry', key: { 'entries.id': 1 }, unique: true },
  ],
  ledger_heads: [{ name: 'book', key: { organization_id: 1, live_mode: 1 } }],
  ledger_totals: [
    {
      name: 'sums',
      key: {
        organization_id: 1,
        live_mode: 1,
        currency: 1,
        date: 1,
        account_id: 1,
        debit_cents: 1,
        credit_cents: 1,
      },
    },
  ],
  ledger_balances: [
    {
      name: 'open',
      key: {
        organization_id: 1,
        live_mode: 1,
        currency: 1,
        account_id: 1,
        balance_cents: 1,
        last_date: 1,
        due_date: 1,
        customer_id: 1,
        invoice_id: 1,
      },
    },
    {
      name: 'moved',
      key: { organization_id: 1, live_mode: 1, currency: 1, account_id: 1, last_date: 1, first_date: 1 },
    },
  ],
  payments: [
    { name: 'list', key: { organization_id: 1, live_mode: 1, created_at: -1, _id: -1 } },
    {
      name: 'booked',
      key: {
        organization_id: 1,
        live_mode: 1,
        currency: 1,
        status: 1,
        date: 1,
        amount_cents: 1,
        tip_cents: 1,
      },
    },
    { name: 'invoice', key: { 'allocations.invoice_id': 1 } },
    {
      name: 'provider_payment',
      key: { organization_id: 1, live_mode: 1, provider: 1, provider_payment_id: 1 },
      unique: true,
      partialFilterExpression: { provider_payment_id: { $type: 'string' } },
    },
  ],
  refunds: [
    { name: 'payment', key: { payment_id: 1, created_at: 1, _id: 1 } },
    {
      name: 'returned',
      key: { organization_id: 1, live_mode: 1, currency: 1, date: 1, amount_cents: 1, tip_cents: 1 },
    },
    { name: 'customer', key: { organization_id: 1, live_mode: 1, customer_id: 1, created_at: -1, _id: -1 } },
  ],
  messages: [
    { name: 'invoice', key: { invoice_id: 1, queued_at: 1, _id: 1 } },
    {
      name: 'provider',
      key: { provider_id: 1 },
      partialFilterExpression: { provider_id: { $type: 'string' } },
    },
  ],
  tasks: [
    { name: 'list', key: { organization_id: 1, live_mode: 1, created_at: -1, _id: -1 } },
    {
      name: 'open',
      key: { organization_id: 1, live_mode: 1, created_at: -1, _id: -1 },
      partialFilterExpression: { done: false },
    },
    { name: 'invoice', key: { invoice_id: 1, created_at: -1, _id: -1 } },
  ],
  message_caps: [],
  dunning_states: [],
  dunning_messages: [
    { name: 'customer', key: { organization_id: 1, live_mode: 1, customer_id: 1, at: -1, _id: -1 } },
    {
      name: 'waiting',
      key: { organization_id: 1, live_mode: 1, customer_id: 1 },
      partialFilterExpression: { status: 'QUEUED' },
    },
  ],
  reconciliations: [],
  number_series: [],
  idempotency_keys: [{ name: 'expiry', key: { expires_at: 1 }, expireAfterSeconds: 0 }],
  worker_heartbeats: [
    { name: 'queue', key: { task_queue: 1, at: -1 } },
    // A clean stop takes its row away; the row of a worker that died waits for the one that sees to its work.
    { name: 'expiry', key: { at: 1 }, expireAfterSeconds: 30 * 86_400 },
  ],
  recurring_schedules: [
    { name: 'list', key: { organization_id: 1, live_mode: 1, created_at: -1, _id: -1 } },
    {
      name: 'next_action',
      key: { organization_id: 1, live_mode: 1, next_action_at: 1 },
      partialFilterExpression: { next_action_at: { $type: 'string' } },
    },
    {
      name: 'overdue',
      key: { live_mode: 1, next_action_at: 1 },
      partialFilterExpression: { next_action_at: { $type: 'string' } },
    },
    // What a worker wrote lately before it died.
    { name: 'lately', key: { recorded_at: 1 } },
  ],
  sandbox_messages: [{ name: 'list', key: { organization_id: 1, at: 1, _id: 1 } }],
  sandbox_failures: [{ name: 'list', key: { organization_id: 1, channel: 1, created_at: 1 } }],
  sandbox_refunds: [],
  meta: [],
};

/** Makes what is missing and leaves what is there; several processes may do it at once. */
export async function ensureIndexes(database: mongo.Db): Promise<void> {
  const names = await database.listCollections({}, { nameOnly: true }).toArray();
  const existing = new Set(names.map(({ name }) => name));
  if (existing.has('journal_entries')) await upgradeEntries(database);
  const left = Object.entries(indexes);
  // Four at a time: all at once would wait in the connection pool until a slow machine gives up.
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, wanted] = next;
      if (!existing.has(name)) await createCollection(database, name);
      if (wanted.length > 0) await database.collection(name).createIndexes([...wanted]);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

async function createCollection(database: mongo.Db, name: string): Promise<void> {
  try {
    await database.createCollection(name);
  } catch (error) {
    if ((error as mongo.MongoServerError).codeName !== 'NamespaceExists') throw error;
  }
}
