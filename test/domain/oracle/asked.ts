// A document as a caller asks for it: the body of create in camelCase. What the oracle reads, and what the product reads.
export type AskedDiscount = {
  readonly type: 'percentage' | 'fixed';
  readonly value: number | string;
  readonly productIds?: readonly string[] | null;
};

export type AskedRate = {
  readonly name: string;
  readonly rate: number | string;
  readonly inclusive?: boolean;
};
export type AskedTax = { readonly name: string; readonly amount: number };

export type AskedLine = {
  readonly productId?: string;
  readonly accountId?: string;
  readonly quantity?: number | string;
  readonly rate?: number;
  readonly amount?: number;
  readonly taxable?: boolean;
  readonly taxRates?: readonly AskedRate[] | null;
  readonly taxes?: readonly AskedTax[];
  readonly discountable?: boolean;
  readonly discount?: AskedDiscount;
  readonly discounts?: readonly AskedDiscount[];
};

export type AskedPart = {
  readonly type: 'percentage' | 'fixed';
  readonly value: number | string;
  readonly dueDate: string;
};

export type Asked = {
  readonly customerId: string;
  readonly currency: string;
  readonly issueDate: string;
  readonly lineItemsAttributes: readonly AskedLine[];
  readonly taxRates?: readonly AskedRate[] | null;
  readonly taxes?: readonly AskedTax[];
  readonly discount?: AskedDiscount;
  readonly discounts?: readonly AskedDiscount[];
  readonly installments?: { readonly deposit?: AskedPart | null; readonly schedule: readonly AskedPart[] };
  readonly earlyPayment?: { readonly percentage: number | string; readonly days: number };
};

/** The organization's default rate. */
export type DefaultRate = { readonly name: string; readonly rate: string } | null;
