import { readFileSync } from 'node:fs';
import { readDraft } from '../../src/domain/invoice/draft.ts';
import { earlyPayment } from '../../src/domain/invoice/early-payment.ts';
import type { Reckoned } from '../../src/domain/invoice/events.ts';
import { installmentRows } from '../../src/domain/invoice/installments.ts';
import { amountDue, creditNoteTotal, type Invoice, type Policy } from '../../src/domain/invoice/invoice.ts';
import { issuePostings } from '../../src/domain/invoice/journal.ts';
import { decimal } from '../../src/domain/money.ts';
import { toArguments } from '../../src/gateway/json.ts';
import { pathOf } from '../support/generated-docs.ts';
import { after, must, openStory, pay, policy, reckoned, wake } from './given.ts';

type Row = Readonly<Record<string, string>>;
type Table = { readonly columns: readonly string[]; readonly rows: readonly Row[] };

/** A body of the page and what it says that the body comes to. */
type Example = {
  readonly name: string;
  readonly invoice: Record<string, unknown>;
  readonly policy: Policy;
  readonly paid: number;
  readonly today: string;
  readonly tables: readonly Table[];
};

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function tableOf(text: string): Table {
  const [head = '', , ...body] = text.trim().split('\n');
  const columns = cells(head);
  const rows = body.map((line) => {
    const values = cells(line);
    return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
  });
  return { columns, rows };
}

/** Every block of JSON with the tables between it and the next block or heading. */
function examplesOf(page: string): Example[] {
  return page.split(/^## /m).flatMap((section) => {
    const [title = ''] = section.split('\n');
    const [, ...blocks] = section.split(/^```json\n/m);
    return blocks.map((block, index) => {
      const [json = '', rest = ''] = block.split(/^```\n/m);
      const given = JSON.parse(json) as Record<string, unknown>;
      const {
        settings,
        paid_cents: paid,
        today,
      } = given as {
        settings?: { default_tax_rate: Policy['defaultTaxRate'] };
        paid_cents?: number;
        today?: string;
      };
      return {
        name: `${title}, example ${index + 1}`,
        invoice: (given['invoice'] ?? given) as Record<string, unknown>,
        policy: { ...policy, defaultTaxRate: settings?.default_tax_rate ?? null },
        paid: paid ?? 0,
        today: `${today ?? '2026-03-02'}T12:00:00.000Z`,
        tables: [...rest.matchAll(/(?:^\|.*\n)+/gm)].map(([text]) => tableOf(text)),
      };
    });
  });
}

const examples = examplesOf(readFileSync(pathOf('docs/money.md'), 'utf8'));

// --- what the product says ----------------------------------------------------------------------------------

function draftOf({ invoice }: Example) {
  const args = toArguments({ customer_id: 'customer-1', reminders: [], ...invoice });
  let made = 0;
  return must(readDraft(args, { currency: 'USD', timeZone: 'UTC', newId: () => `line-${(made += 1)}` }));
}

function storyOf(example: Example) {
  const story = openStory(draftOf(example), '2026-03-02T10:00:00.000Z', example.policy);
  return example.paid === 0 ? story : after(story, pay(example.paid, { date: '2026-03-02' }));
}

function minorUnits(text: string, currency: string): number {
  const digits = Number(text.replace('.', ''));
  expect(decimal(digits, currency)).toBe(text);
  return digits;
}

function bookRows(invoice: Invoice, shown: (amount: number) => string): Row[] {
  const balances = new Map<string, number>();
  for (const { debit, credit, amount } of issuePostings(invoice)) {
    for (const [account, change] of [
      ['id' in debit ? debit.id : debit.role, amount],
      ['id' in credit ? credit.id : credit.role, -amount],
    ] as const) {
      balances.set(account, (balances.get(account) ?? 0) + change);
    }
  }
  return [...balances].map(([account, balance]) => ({
    account,
    debit: balance > 0 ? shown(balance) : '',
    credit: balance < 0 ? shown(-balance) : '',
  }));
}

/** The invoice after each payment alone: amount, tip and date are what the row asks for. */
function paymentRows(example: Example, table: Table, shown: (amount: number) => string): Row[] {
  return table.rows.map((row) => {
    const { currency } = draftOf(example);
    const tip = minorUnits(row['tip'] ?? decimal(0, currency), currency);
    const date = row['on'] ?? '';
    const amount = minorUnits(row['payment'] ?? '', currency);
    const { invoice } = after(storyOf(example), pay(amount, { date, tip }), `${date}T12:00:00.000Z`);
    const [payment] = invoice.payments;
    return {
      ...row,
      payment: shown(payment?.amount ?? 0),
      tip: shown(payment?.tip ?? 0),
      settles: shown(payment?.applied ?? 0),
      discount: shown(creditNoteTotal(invoice)),
      credit: shown(payment?.unapplied ?? 0),
      due: shown(amountDue(invoice)),
    };
  });
}

function totalRow({ totals }: Reckoned, shown: (amount: number) => string): Row {
  return {
    subtotal: shown(totals.subtotal),
    discounts: shown(totals.discountTotal),
    taxes: shown(totals.taxAmount),
    total: shown(totals.total),
  };
}

/** The rows that the table should have, by what its first column says that it is about. */
function rowsOf(example: Example, table: Table): Row[] {
  const draft = draftOf(example);
  const result = reckoned(draft, example.policy);
  const shown = (amount: number) => decimal(amount, draft.currency);
  const [subject = ''] = table.columns;
  switch (subject) {
    case 'line':
      return result.lines.map((line) => ({
        line: line.description,
        amount: shown(line.amount),
        discount: shown(line.discount),
        tax: shown(line.tax),
        earns: shown(line.net),
      }));
    case 'subtotal':
      return [totalRow(result, shown)];
    case 'tax':
      return result.totals.taxes.map(({ name, rate, amount }) => ({
        tax: name,
        rate: rate ?? '',
        amount: shown(amount),
      }));
    case 'account':
      return bookRows(storyOf(example).invoice, shown);
    case 'part':
      return installmentRows(storyOf(example).invoice, example.today).map((row) => ({
        part: row.kind,
        due: row.dueDate,
        amount: shown(row.amount),
        paid: shown(row.paid),
        status: row.status,
      }));
    case 'paid on':
      return table.rows.map((row) => {
        const offer = earlyPayment(storyOf(example).invoice, `${row['paid on']}T12:00:00.000Z`);
        return { ...row, saves: shown(offer?.discount ?? 0), 'settles with': shown(offer?.amount ?? 0) };
      });
    case 'payment':
      return paymentRows(example, table, shown);
    case 'fee':
      return wake(storyOf(example), example.today).invoice.lateFees.map(({ occurrence, date, amount }) => ({
        fee: String(occurrence),
        on: date,
        amount: shown(amount),
      }));
    default:
      throw new Error(`No table of the page begins with a column ${subject}`);
  }
}

function only(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? '(no such column)']));
}

describe('docs/money.md', () => {
  it('has an example of every rule', () => {
    const titles = examples.map(({ name }) => name.replace(/, example.*/, ''));
    expect([...new Set(titles)]).toEqual([
      'Lines',
      'Discounts',
      'Taxes',
      'Instalments',
      'Early payment',
      'Payments',
      'Late fees',
    ]);
    expect(examples.length).toBeGreaterThanOrEqual(20);
  });

  const figures = examples.flatMap((example) =>
    example.tables.map((table) => ({ title: `${example.name}, by ${table.columns[0]}`, example, table })),
  );

  it.each(examples)('says what comes of $name', ({ tables }) => {
    expect(tables.length).toBeGreaterThan(0);
    expect(tables.every(({ rows }) => rows.length > 0)).toBe(true);
  });

  it.each(figures)('has the figures of the product in $title', ({ example, table }) => {
    const rows = rowsOf(example, table).map((row) => only(row, table.columns));
    expect(table.rows).toEqual(rows);
  });
});
