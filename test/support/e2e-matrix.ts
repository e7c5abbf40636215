// Every command in every status, asked over HTTP: what the product answers, as a table.
import { randomUUID } from 'node:crypto';
import { type Answer, good, type Problem, type User } from './e2e-http.ts';
import {
  advance,
  type Invoice,
  journal,
  newCustomer,
  newInvoice,
  plusDays,
  read,
} from './e2e-organization.ts';

export const statuses = ['draft', 'scheduled', 'open', 'paid', 'void', 'uncollectible'] as const;
type Status = (typeof statuses)[number];

type Request = {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
};

/** How each command is asked for, in its plainest form. `${payment}` is a payment of the invoice, where it has one. */
export const requests: Readonly<Record<string, (invoice: Invoice, file: string) => Request>> = {
  update: () => ({ method: 'PATCH', path: '', body: { memo: 'changed' } }),
  send: () => ({ method: 'POST', path: '/send' }),
  schedule: () => ({ method: 'POST', path: '/schedule', body: { send_at: '2099-01-01T09:00' } }),
  unschedule: () => ({ method: 'DELETE', path: '/schedule' }),
  text2pay: () => ({ method: 'POST', path: '/text2pay' }),
  remind: () => ({ method: 'POST', path: '/remind' }),
  record_payment: () => ({ method: 'POST', path: '/record_payment' }),
  reverse_payment: (invoice) => ({ method: 'POST', path: `/payments/${paymentOf(invoice)}/reverse` }),
  refund_payment: (invoice) => ({ method: 'POST', path: `/payments/${paymentOf(invoice)}/refund` }),
  void: () => ({ method: 'POST', path: '/void' }),
  'void with a disposition': (invoice) => ({
    method: 'POST',
    path: '/void',
    body: { disposition: [{ type: 'credit', amount_cents: Math.max(1, invoice.amount_paid_cents) }] },
  }),
  write_off: () => ({ method: 'POST', path: '/write_off' }),
  hold: () => ({ method: 'POST', path: '/hold', body: { kind: 'dispute' } }),
  resume: () => ({ method: 'POST', path: '/resume' }),
  waive_late_fee: () => ({ method: 'POST', path: '/late_fees/1/waive' }),
  apply_credit: () => ({ method: 'POST', path: '/apply_credit', body: { amount_cents: 100 } }),
  issue_credit_note: () => ({ method: 'POST', path: '/credit_notes', body: { amount_cents: 100 } }),
  attach: (_invoice, file) => ({ method: 'POST', path: '/attachments', body: { file_id: file } }),
  set_late_fees: () => ({ method: 'PUT', path: '/late_fees', body: null }),
  set_reminders: () => ({ method: 'PUT', path: '/reminders', body: null }),
  delete: () => ({ method: 'DELETE', path: '' }),
};

function paymentOf(invoice: Invoice): string {
  return invoice.payments.at(-1)?.id ?? randomUUID();
}

function ask(user: User, path: string, method: string, body?: unknown): Promise<Answer<Problem>> {
  const headers = { 'Idempotency-Key': randomUUID() };
  if (method === 'PUT') return user.put<Problem>(path, body, headers);
  if (method === 'PATCH') return user.patch<Problem>(path, body, headers);
  if (method === 'DELETE') return user.remove<Problem>(path, headers);
  return user.post<Problem>(path, body ?? {}, headers);
}

async function upload(user: User): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob(['plan']), 'plan.txt');
  return (await good(user.upload<{ id: string }>('/files', form), 201)).id;
}

const into: Readonly<Record<Status, (user: User, id: string) => Promise<unknown>>> = {
  draft: () => Promise.resolve(),
  scheduled: (user, id) =>
    good(ask(user, `/invoices/${id}/schedule`, 'POST', { send_at: '2098-01-01T09:00' })),
  open: (user, id) => good(ask(user, `/invoices/${id}/record_payment`, 'POST', { amount_cents: 1_000 })),
  paid: (user, id) => good(ask(user, `/invoices/${id}/record_payment`, 'POST')),
  void: (user, id) => good(ask(user, `/invoices/${id}/void`, 'POST')),
  uncollectible: (user, id) => good(ask(user, `/invoices/${id}/write_off`, 'POST')),
};

export type Cell = {
  readonly command: string;
  readonly status: Status;
  /** `200 paid`, or `409 already_paid`. */
  readonly answer: string;
  /** What `available_actions` had told beforehand: null where it was allowed, else the code. */
  readonly told: string | null;
  /** Whether version and books are what they were, for a refusal. */
  readonly untouched: boolean;
};

type Made = { readonly command: string; readonly status: Status; readonly id: string };

async function make(user: User, command: string, status: Status, due: string): Promise<Made> {
  const isIssued = status !== 'draft' && status !== 'scheduled';
  const { id: customer } = await newCustomer(user);
  await good(
    user.post(`/customers/${customer}/credits`, { amount_cents: 1_000 }, { 'Idempotency-Key': randomUUID() }),
  );
  const { id } = await newInvoice(user, {
    customer_id: customer,
    ...(isIssued ? { due_date: due } : {}),
    reminders: [],
    late_fees: { type: 'fixed', value: 500, frequency: { interval: 'one_time' } },
    action: isIssued ? 'issue' : 'draft',
  });
  return { command, status, id };
}

/** The word of the answer itself: a moment later a mail may have been taken. */
function shown({ status, body }: Answer<unknown>): string {
  if (status === 204) return 'gone';
  const { invoice, display_status: word } = body as { invoice?: Invoice; display_status?: string };
  return word ?? invoice?.display_status ?? 'done';
}

async function fill(user: User, { command, status, id }: Made, file: string): Promise<Cell> {
  await into[status](user, id);
  const before = await read(user, id);
  const booked = await journal(user, id);
  const name = command.split(' ')[0] ?? '';
  const action = before.available_actions.find((one) => one.name === name);
  const { method, path, body } = requests[command]?.(before, file) ?? { method: 'POST', path: '/?' };
  const answer = await ask(user, `/invoices/${id}${path}`, method, body);
  const refused = answer.status >= 400;
  const word = refused ? answer.body.code : shown(answer);
  const untouched =
    refused &&
    (await read(user, id)).version === before.version &&
    (await journal(user, id)).length === booked.length;
  return {
    command,
    status,
    answer: `${answer.status} ${word}`,
    told: action?.allowed === true ? null : (action?.code ?? 'not told'),
    untouched,
  };
}

/** Runs the whole matrix in an organization of its own. Every invoice but the drafts is overdue, with a late fee. */
export async function answerMatrix(user: User): Promise<Cell[]> {
  const today = (await good(user.get<{ now: string }>('/test_clock'), 200)).now.slice(0, 10);
  const due = plusDays(today, 1);
  const file = await upload(user);
  const made: Made[] = [];
  for (const command of Object.keys(requests)) {
    made.push(...(await Promise.all(statuses.map((status) => make(user, command, status, due)))));
  }
  await advance(user, `${plusDays(today, 3)}T00:00:00Z`);
  const cells: Cell[] = [];
  for (let from = 0; from < made.length; from += statuses.length) {
    const row = made.slice(from, from + statuses.length);
    cells.push(...(await Promise.all(row.map((one) => fill(user, one, file)))));
  }
  return cells;
}

/** The matrix as a page of the documentation. */
export function matrixPage(cells: readonly Cell[]): string {
  const row = (items: readonly string[]) => `| ${items.join(' | ')} |`;
  const rows = Object.keys(requests).map((command) => {
    const answers = statuses.map(
      (status) => cells.find((cell) => cell.command === command && cell.status === status)?.answer ?? '',
    );
    return row([`\`${command}\``, ...answers]);
  });
  return [
    '# What each command answers in each status',
    '',
    'Asked over HTTP of an invoice of the sample (58.85) for a customer with 10.00 in hand: overdue with a late fee of',
    '5.00 where it was issued, and `open` with 10.00 paid. A success shows the word that people see afterwards, a',
    'refusal its code. Made by `npm run matrix`, and compared by the end-to-end tests.',
    '',
    row(['command', ...statuses]),
    row(['---', ...statuses.map(() => '---')]),
    ...rows,
    '',
  ].join('\n');
}
