// The chart of accounts that every organization starts with. Codes are what people see, roles what the core posts to.

export const accountTypes = ['asset', 'liability', 'equity', 'revenue', 'expense'] as const;
export type AccountType = (typeof accountTypes)[number];

export const defaultChart = [
  { role: 'undeposited_funds', code: '1000', name: 'Undeposited funds', type: 'asset' },
  { role: 'accounts_receivable', code: '1200', name: 'Accounts receivable', type: 'asset' },
  { role: 'customer_credit', code: '2100', name: 'Customer credit', type: 'liability' },
  { role: 'unapplied_payments', code: '2110', name: 'Unapplied payments', type: 'liability' },
  { role: 'tax_payable', code: '2200', name: 'Tax payable', type: 'liability' },
  { role: 'tips_payable', code: '2300', name: 'Tips payable', type: 'liability' },
  { role: 'refunds_payable', code: '2400', name: 'Refunds payable', type: 'liability' },
  { role: 'sales', code: '4000', name: 'Sales', type: 'revenue' },
  { role: 'late_fee_income', code: '4900', name: 'Late-fee income', type: 'revenue' },
  { role: 'bad_debt', code: '6000', name: 'Bad debt', type: 'expense' },
] as const satisfies readonly { role: string; code: string; name: string; type: AccountType }[];

export type AccountRole = (typeof defaultChart)[number]['role'];
