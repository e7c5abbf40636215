// A worker that is killed while it works, and the time until another one comes.
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/e2e-eventually.ts';
import { type Answer, good, type Problem, type User, userOf } from '../support/e2e-http.ts';
import { header, type Mail, type MailServer, startMailServer } from '../support/e2e-mail-server.ts';
import { openOperator } from '../support/e2e-operator.ts';
import {
  activity,
  everything,
  type Invoice,
  invoiceThat,
  journal,
  messages,
  newCustomer,
  newInvoice,
  pay,
  read,
  sample,
} from '../support/e2e-organization.ts';
import { type Roles, startRoles } from '../support/e2e-roles.ts';

type System = {
  readonly roles: Roles;
  readonly mail: MailServer;
  /** Live mail goes to the server that the environment names: the test's own. */
  readonly user: User;
  readonly copies: (id: string) => Mail[];
};

async function withSystem(test: (system: System) => Promise<void>): Promise<void> {
  const mail = await startMailServer();
  const roles = await startRoles({ SMTP_URL: mail.url, SMTP_FROM: 'billing@dunder.example' });
  try {
    await roles.startWorker();
    await roles.untilReady();
    const user = userOf(roles.credentials.base_url, roles.credentials.live_api_key);
    const copies = (id: string) => mail.mails.filter(({ raw }) => header(raw, 'X-Duewell-Invoice') === id);
    await test({ roles, mail, user, copies });
  } finally {
    await roles.close();
    await mail.close();
  }
}

/** What a caller may conclude from a 503: when to come back, and under which id the command ran or will never run. */
function expectAway(answer: Answer<unknown>, code: string): void {
  const { status, headers, body, took } = answer as Answer<Problem>;
  expect([status, body.code]).toEqual([503, code]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(body.command_id).toEqual(expect.any(String));
  expect(took).toBeLessThan(code === 'engine_unavailable' ? 3_000 : 8_000);
}

it.concurrent(
  'answers 503 while no worker is there, and nothing of it happens when one comes back',
  () =>
    withSystem(async ({ roles, user, copies }) => {
      const draft = await newInvoice(user);
      const open = await newInvoice(user, { action: 'issue' });
      await roles.killWorker();

      // The heartbeat is still fresh: the command goes out and nobody answers in time.
      const early = { send: randomUUID(), pay: randomUUID(), create: randomUUID() };
      const customer = await newCustomer(user);
      const create = (key: string) =>
        user.post<Invoice>(
          '/invoices',
          { customer_id: customer.id, ...sample, action: 'send' },
          { 'Idempotency-Key': key },
        );
      const unheard = await Promise.all([
        user.post(`/invoices/${draft.id}/send`, {}, { 'Idempotency-Key': early.send }),
        pay(user, open.id, { amount_cents: 885 }, early.pay),
        create(early.create),
      ]);
      for (const answer of unheard) expectAway(answer, 'outcome_unknown');

      await eventually('a gateway that misses the worker', async () => (await roles.readiness()) === 503);
      const refused = await Promise.all([
        user.post(`/invoices/${draft.id}/send`),
        pay(user, open.id, { amount_cents: 1 }),
        create(randomUUID()),
        user.patch(`/invoices/${draft.id}`, { memo: 'never' }),
      ]);
      for (const answer of refused) expectAway(answer, 'engine_unavailable');
      // Reading needs no worker.
      expect((await read(user, draft.id)).version).toBe(draft.version);

      await roles.startWorker();
      await roles.untilReady();
      // A command that is answered now has been behind everything that waited.
      const changed = await good(user.patch<Invoice>(`/invoices/${draft.id}`, { memo: 'now' }), 200);
      expect(changed).toMatchObject({ version: draft.version + 1, status: 'draft', invoice_number: null });
      const paid = await good(pay(user, open.id, { amount_cents: 100 }), 200);
      expect(paid).toMatchObject({ version: open.version + 1, amount_paid_cents: 100 });
      const ofCustomer = `/invoices?customer_id=${customer.id}`;
      const operator = await openOperator(roles.credentials);
      const running = `CustomerId = '${customer.id}' AND ExecutionStatus = 'Running'`;
      await eventually('no open workflow', async () => (await operator.list(running)).length === 0);
      expect(await everything(user, ofCustomer)).toEqual([]);
      expect(await journal(user, draft.id)).toEqual([]);
      expect((await activity(user, draft.id)).map(({ type }) => type)).toEqual([
        'invoice.created',
        'invoice.updated',
      ]);

      // The same keys are safe, and now they work: once.
      await good(user.post(`/invoices/${draft.id}/send`, {}, { 'Idempotency-Key': early.send }), 200);
      await good(pay(user, open.id, { amount_cents: 885 }, early.pay), 200);
      const made = await good(create(early.create), 201);
      await good(create(early.create), 201);
      expect((await everything<Invoice>(user, ofCustomer)).map(({ id }) => id)).toEqual([made.id]);
      expect((await read(user, open.id)).amount_paid_cents).toBe(985);
      for (const { id } of [draft, made]) {
        await invoiceThat('sent', user, id, ({ sent_at }) => sent_at !== null);
        const [copy, ...more] = copies(id);
        expect(more).toEqual([]);
        const [message] = await messages(user, id);
        const ours = header(copy?.raw ?? '', 'X-Duewell-Message').replace(/\s/g, '');
        expect(decodeURIComponent(ours)).toBe(message?.id);
        expect(header(copy?.raw ?? '', 'From')).toContain('billing@dunder.example');
        expect(header(copy?.raw ?? '', 'Auto-Submitted')).toBe('auto-generated');
      }
      expect(await operator.failedTasks(open.workflow_id)).toBe(0);
      await operator.close();
    }),
  120_000,
);

it.concurrent(
  'loses nothing and sends nothing twice when the worker dies amid many sends',
  () =>
    withSystem(async ({ roles, mail, user, copies }) => {
      mail.slowness = 30;
      // A mail that has left in full when its sender dies: nobody can know whether it was taken.
      const held = await newCustomer(user);
      mail.holding.add(held.email ?? '');
      const inFlight = await newInvoice(user, { customer_id: held.id });
      await good(user.post(`/invoices/${inFlight.id}/send`), 200);
      await eventually('the mail', async () => copies(inFlight.id).length === 1);
      const drafts = await Promise.all(Array.from({ length: 24 }, () => newInvoice(user)));
      const keys = new Map(drafts.map(({ id }) => [id, randomUUID()]));
      const ask = (id: string) =>
        user.post<Invoice>(`/invoices/${id}/send`, {}, { 'Idempotency-Key': keys.get(id) ?? '' });
      const asked = drafts.map(({ id }) => ask(id));
      // The first is answered; the others are on their way, in the books or in the mail.
      await Promise.race(asked);
      await roles.killWorker();
      mail.holding.clear();
      const first = await Promise.all(asked);
      await roles.startWorker();
      await roles.untilReady();

      // Half of those that were not answered are asked for again; the others are left to themselves.
      const unanswered = drafts.filter((_, index) => first[index]?.status !== 200).map(({ id }) => id);
      expect(unanswered.length).toBeGreaterThan(0);
      const again = unanswered.filter((_, index) => index % 2 === 0);
      // Tasks that the dead worker had taken come back after seconds: a 503 asks for a repetition, which cannot run twice.
      for (const id of again) await eventually('an answer', () => good(ask(id), 200));
      const left = unanswered.filter((id) => !again.includes(id));
      const now = await Promise.all(drafts.map(({ id }) => read(user, id)));
      const answered = now.filter(({ id }) => !left.includes(id));
      expect(new Set(answered.map(({ status }) => status))).toEqual(new Set(['sent']));

      const issued = now.filter(({ status }) => status === 'sent');
      for (const { id } of issued) {
        // Its mail goes out whether or not anybody asks again. A claim of the dead worker lasts 45 seconds.
        await invoiceThat('sent', user, id, ({ sent_at }) => sent_at !== null, 90);
        const own = copies(id);
        expect(new Set(own.map(({ messageId }) => messageId)).size).toBe(1);
        const [message, ...others] = await messages(user, id);
        expect(others).toEqual([]);
        const unknown = message?.attempts.filter(({ outcome }) => outcome === 'unknown').length ?? 0;
        expect(own.length).toBeLessThanOrEqual(1 + unknown);
        expect((await journal(user, id)).map(({ type }) => type)).toEqual(['issued']);
      }
      for (const { id } of now.filter(({ status }) => status === 'draft')) {
        expect(copies(id)).toEqual([]);
        expect(await journal(user, id)).toEqual([]);
      }
      const numbers = (await everything<Invoice>(user, '/invoices?status=sent,partially_paid&limit=50'))
        .map(({ invoice_number: number }) => Number(number?.replace('INV-', '')))
        .toSorted((a, b) => a - b);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      // The claim of the dead worker runs out, and the first send of an invoice is worth a second copy.
      const late = await invoiceThat('sent', user, inFlight.id, ({ sent_at }) => sent_at !== null, 60);
      expect(late.delivery.email?.state).toBe('accepted');
      expect(new Set(copies(inFlight.id).map(({ messageId }) => messageId)).size).toBe(1);
      expect(copies(inFlight.id)).toHaveLength(2);
      const [message] = await messages(user, inFlight.id);
      expect(message?.attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted']);
    }),
  180_000,
);
