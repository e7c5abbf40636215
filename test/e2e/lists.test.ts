// GET /invoices: every filter, and pages that are complete and repeat nothing.
import { type Answer, good, refusal } from '../support/e2e-http.ts';
import {
  advance,
  type Customer,
  everything,
  type Invoice,
  newCustomer,
  newInvoice,
  type Organization,
  type Page,
  pay,
  plusDays,
  sent,
} from '../support/e2e-organization.ts';
import { openOperator } from '../support/e2e-operator.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

const due = plusDays(new Date().toISOString(), 20);

type Set = Readonly<
  Record<'draft' | 'notSent' | 'sent' | 'viewed' | 'partly' | 'overdue' | 'paid' | 'voided', string>
>;
let user: Organization;
let pam: Customer;
let set: Set;

/** One invoice of every word, all of one customer; the clock stands behind the due date of one of them. */
beforeAll(async () => {
  user = await ownOrganization();
  pam = await newCustomer(user, { email: 'pam@dunder.example' });
  const make = async (change: Record<string, unknown>) =>
    (await newInvoice(user, { customer_id: pam.id, reminders: [], due_date: '2040-01-01', ...change })).id;
  const [draft, notSent, mailed, viewed, partly, overdue, paid, voided] = await Promise.all([
    make({ memo: 'Blue (paper) 100%' }),
    make({ action: 'issue' }),
    make({}),
    make({}),
    make({ action: 'issue' }),
    make({ action: 'issue', due_date: due, metadata: { 'project.code': 'A-17' } }),
    make({ action: 'issue' }),
    make({ action: 'issue', invoice_number: 'Special-77' }),
  ]);
  const operator = await openOperator();
  await Promise.all([
    sent(user, mailed),
    sent(user, viewed).then(({ workflow_id: id }) => operator.update(id, 'markViewed')),
    good(pay(user, partly, { amount_cents: 5 })),
    good(pay(user, paid)),
    good(user.post(`/invoices/${voided}/void`)),
  ]);
  await operator.close();
  await advance(user, `${plusDays(due, 1)}T00:00:00Z`);
  set = { draft, notSent, sent: mailed, viewed, partly, overdue, paid, voided };
}, 60_000);

async function found(query: string): Promise<string[]> {
  const names = new Map(Object.entries(set).map(([name, id]) => [id, name]));
  const data = await everything<Invoice>(user, `/invoices?${query}`);
  return data.map(({ id }) => names.get(id) ?? id).toSorted((a, b) => (a < b ? -1 : 1));
}

it.each([
  ['draft', ['draft']],
  // S001's word for whatever is issued and neither late nor partly paid.
  ['sent', ['notSent', 'sent', 'viewed']],
  ['not_sent', ['notSent']],
  ['viewed', ['viewed']],
  ['partially_paid', ['partly']],
  ['overdue', ['overdue']],
  ['paid', ['paid']],
  ['void', ['voided']],
  ['scheduled', []],
  ['uncollectible', []],
  ['overdue,paid', ['overdue', 'paid']],
  ['draft, void ,partially_paid', ['draft', 'partly', 'voided']],
])('finds status=%s', async (status, names) => {
  expect(await found(`status=${encodeURIComponent(status)}`)).toEqual(names);
});

it('knows overdue by the clock of whoever reads, not by a timer', async () => {
  const fresh = await ownOrganization();
  const tomorrow = plusDays(new Date().toISOString(), 1);
  const { id } = await newInvoice(fresh, { action: 'issue', due_date: tomorrow, reminders: [] });
  const words = async () =>
    (await everything<Invoice>(fresh, '/invoices?status=overdue')).map((invoice) => [
      invoice.id,
      invoice.status,
      invoice.display_status,
    ]);
  await advance(fresh, `${tomorrow}T23:59:58Z`);
  expect(await everything<Invoice>(fresh, '/invoices?status=sent')).toHaveLength(1);
  await advance(fresh, `${plusDays(tomorrow, 1)}T00:00:00Z`);
  expect(await words()).toEqual([[id, 'overdue', 'overdue']]);
});

it.each([
  ['search=special-77', ['voided']],
  ['search=BLUE%20(PAPER)', ['draft']],
  ['search=100%25', ['draft']],
  // Characters of a pattern are characters.
  ['search=.*', []],
  ['search=TEST-000', ['notSent', 'overdue', 'paid', 'partly', 'sent', 'viewed']],
  [`due_before=${plusDays(due, 1)}`, ['overdue']],
  [`due_after=${due}`, ['draft', 'notSent', 'paid', 'partly', 'sent', 'viewed', 'voided']],
  ['min_due_cents=5881', ['draft', 'notSent', 'overdue', 'sent', 'viewed']],
  ['currency=EUR', []],
  ['metadata[project.code]=A-17', ['overdue']],
  ['metadata[project]=A-17', []],
  ['status=sent&search=TEST&min_due_cents=1', ['notSent', 'sent', 'viewed']],
])('filters by %s', async (query, names) => {
  expect(await found(query)).toEqual(names);
});

it('filters by customer, and another has none', async () => {
  const other = await newCustomer(user);
  expect(await found(`customer_id=${pam.id}`)).toHaveLength(8);
  expect(await found(`customer_id=${other.id}`)).toEqual([]);
});

describe('pages', () => {
  let many: Organization;
  const count = 57;
  beforeAll(async () => {
    many = await ownOrganization();
    const { id } = await newCustomer(many);
    // Several have the same due date, some have none: neither may trip a page.
    for (let from = 0; from < count; from += 19) {
      await Promise.all(
        Array.from({ length: 19 }, (_, index) =>
          newInvoice(many, {
            customer_id: id,
            memo: `n${from + index}`,
            ...(index % 3 === 0 ? {} : { due_date: plusDays('2030-01-01', index % 5) }),
          }),
        ),
      );
    }
  }, 60_000);

  async function walk(query: string): Promise<{ ids: string[]; sizes: number[] }> {
    const ids: string[] = [];
    const sizes: number[] = [];
    let path: string | null = `/invoices?${query}`;
    while (path !== null) {
      const answer: Answer<Page<Invoice>> = await many.get(path);
      expect(answer.status).toBe(200);
      const { data, has_more, next_cursor: cursor } = answer.body;
      ids.push(...data.map(({ id }) => id));
      sizes.push(data.length);
      const link: string | null = answer.headers.get('link');
      expect(has_more).toBe(cursor !== null);
      expect(link === null).toBe(cursor === null);
      const next: string | null =
        link === null ? null : new URL(/^<([^>]+)>; rel="next"$/.exec(link)?.[1] ?? '').search;
      path = next === null ? null : `/invoices${next}`;
      expect(sizes.length).toBeLessThan(100);
    }
    return { ids, sizes };
  }

  it.each(['', 'sort=created_at', 'sort=due_date', 'sort=-due_date'])(
    'are complete and without repeats with "%s"',
    async (sort) => {
      const { ids, sizes } = await walk(`limit=10&${sort}`);
      expect(sizes).toEqual([10, 10, 10, 10, 10, 7]);
      expect(new Set(ids).size).toBe(count);
    },
  );

  it('have 25 where nothing is said, the newest first', async () => {
    const { data, next_cursor: cursor } = await good(many.get<Page<Invoice>>('/invoices'), 200);
    expect(data).toHaveLength(25);
    expect(cursor).toEqual(expect.any(String));
    const made = data.map(({ created_at: at }) => at);
    expect(made).toEqual(made.toSorted((a, b) => (a > b ? -1 : 1)));
  });

  it('are not disturbed by what comes meanwhile', async () => {
    const first = await good(many.get<Page<Invoice>>('/invoices?limit=50'), 200);
    await newInvoice(many, { memo: 'newer' });
    const second = await good(
      many.get<Page<Invoice>>(`/invoices?limit=50&cursor=${first.next_cursor ?? ''}`),
      200,
    );
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([count, count]);
  });

  it.each([
    ['limit=0', 422, 'invalid_value', '/limit'],
    ['limit=51', 422, 'invalid_value', '/limit'],
    ['limit=ten', 422, 'invalid_value', '/limit'],
    ['limit=-1', 422, 'invalid_value', '/limit'],
    ['limit=1e1', 422, 'invalid_value', '/limit'],
    ['status=late', 422, 'invalid_value', '/status'],
    ['currency=usd', 422, 'invalid_currency', '/currency'],
    ['due_before=tomorrow', 422, 'invalid_date', '/due_before'],
    ['min_due_cents=-5', 422, 'invalid_amount', '/min_due_cents'],
    ['sort=total', 422, 'invalid_value', '/sort'],
    ['cursor=nonsense', 400, 'bad_cursor', '/cursor'],
    ['cursor=', 400, 'bad_cursor', '/cursor'],
    ['page=2', 400, 'unknown_parameter', '/page'],
    ['Status=paid', 400, 'unknown_parameter', '/Status'],
  ])('are refused for %s', async (query, status, code, pointer) => {
    expect(await refusal(many.get(`/invoices?${query}`))).toEqual([status, code, pointer]);
  });

  it('are refused the cursor of another list', async () => {
    const { next_cursor: cursor } = await good(many.get<Page<Invoice>>('/invoices?limit=1'), 200);
    for (const list of ['/customers', '/invoices?sort=due_date', '/items']) {
      const path = `${list}${list.includes('?') ? '&' : '?'}cursor=${cursor ?? ''}`;
      expect(await refusal(many.get(path))).toEqual([400, 'bad_cursor', '/cursor']);
    }
  });
});
