import { defaultChart } from '../../../src/domain/ledger/account.ts';
import { entryLines, type Posting, reversed } from '../../../src/domain/ledger/entry.ts';

const receivable = { role: 'accounts_receivable' } as const;
const sales = { role: 'sales' } as const;
const tax = { role: 'tax_payable' } as const;
const postings: readonly Posting[] = [
  { debit: receivable, credit: sales, amount: 100, label: null },
  { debit: receivable, credit: { id: 'account-1' }, amount: 50, label: null },
  { debit: receivable, credit: sales, amount: 25, label: null },
  { debit: receivable, credit: tax, amount: 7, label: 'VAT 7%' },
  { debit: receivable, credit: tax, amount: 19, label: 'VAT 19%' },
];

describe('the lines of an entry', () => {
  it('are one per account, side and label, debits first, and the receivable has no label', () => {
    expect(entryLines(postings)).toEqual([
      { account: receivable, label: null, debit: 201, credit: 0 },
      { account: sales, label: null, debit: 0, credit: 125 },
      { account: { id: 'account-1' }, label: null, debit: 0, credit: 50 },
      { account: tax, label: 'VAT 7%', debit: 0, credit: 7 },
      { account: tax, label: 'VAT 19%', debit: 0, credit: 19 },
    ]);
  });

  it('of the reversed entry are the same on the other side', () => {
    const swapped = entryLines(reversed(postings)).map(({ account, label, debit, credit }) => ({
      account,
      label,
      debit: credit,
      credit: debit,
    }));
    expect(swapped).toEqual(expect.arrayContaining(entryLines(postings)));
    expect(swapped).toHaveLength(entryLines(postings).length);
    expect(reversed(reversed(postings))).toEqual(postings);
  });
});

describe('the chart of accounts', () => {
  it('has the accounts that interface.md settles', () => {
    expect(defaultChart.map(({ code, name }) => `${code} ${name}`)).toEqual([
      '1000 Undeposited funds',
      '1200 Accounts receivable',
      '2100 Customer credit',
      '2110 Unapplied payments',
      '2200 Tax payable',
      '2300 Tips payable',
      '2400 Refunds payable',
      '4000 Sales',
      '4900 Late-fee income',
      '6000 Bad debt',
    ]);
  });
});
