// Commands on one invoice as a test asks for them: what must succeed, and what must be refused without a trace.
import { type Bench, type Body, faultsIn } from './bench.ts';

type Method = 'post' | 'put' | 'patch' | 'delete';
export type Asked = ReturnType<Bench['call']>;

export type Shown = Body & {
  id: string;
  version: number;
  payments: { id: string }[];
  line_items: { id: string }[];
};

let keys = 0;
export const newKey = (): string => `key-${(keys += 1)}`;

export function asking(bench: () => Bench) {
  const ask = (method: Method, path: string, body?: unknown, key: string = newKey()): Asked => {
    const asked = bench().call(method, `/invoices/${path}`).set('Idempotency-Key', key);
    return body === undefined ? asked : asked.type('json').send(JSON.stringify(body));
  };

  const good = async (asked: Asked): Promise<Shown> => {
    const answer = await asked;
    if (answer.status !== 200) throw new Error(`Answered ${answer.status}: ${answer.text}`);
    expect(answer.headers['etag']).toBe(`"${(answer.body as Shown).version}"`);
    return answer.body as Shown;
  };

  const open = async (change: Body = {}) => (await bench().draft({ action: 'issue', ...change })) as Shown;
  const pay = (id: string, body: Body = {}) => good(ask('post', `${id}/record_payment`, body));
  const paid = async (amount: number): Promise<{ id: string; payment: string }> => {
    const { id } = await open();
    const { payments } = await pay(id, { amount_cents: amount });
    return { id, payment: payments[0]?.id ?? '' };
  };

  /** Everything that a command may leave behind on an invoice, refusals apart. */
  const traces = async (id: string) => {
    const { invoices, events, journalEntries, payments, refunds, messages } = bench().store;
    return {
      version: (await invoices.findOne({ _id: id }))?.version,
      events: await events.countDocuments({ invoice_id: id }),
      entries: await journalEntries.countDocuments({ invoice_id: id }),
      payments: await payments.find({ 'allocations.invoice_id': id }).toArray(),
      refunds: await refunds.countDocuments({ invoice_id: id }),
      messages: await messages.countDocuments({ invoice_id: id }),
    };
  };

  /** The problem, of a request that must leave everything about the invoice as it was. */
  const problem = async (id: string, asked: () => Asked): Promise<Body> => {
    const before = await traces(id);
    const answer = await asked();
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const body = answer.body as Body;
    // A refusal by the state says what may be done instead.
    expect(Array.isArray(body['available_actions'])).toBe(answer.status === 409);
    expect(await traces(id)).toEqual(before);
    return body;
  };

  /** Its status and code, and the fields that it points at. */
  const refusal = async (id: string, asked: () => Asked): Promise<unknown[]> => {
    const body = await problem(id, asked);
    return [body['status'], body['code'], ...faultsIn(body).map(([pointer]) => pointer)];
  };

  return { ask, good, open, pay, paid, traces, problem, refusal };
}
