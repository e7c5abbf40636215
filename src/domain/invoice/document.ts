// What an invoice says: the document as it is asked for and as it is reckoned, with its terms.
import type { LocalDate, LocalTime, TimeZone } from '../calendar.ts';
import type { Currency } from '../money.ts';

export const channels = ['email', 'sms'] as const;
export type Channel = (typeof channels)[number];
/** What a step of a policy does: write to the customer, or tell the merchant. */
export const stepChannels = [...channels, 'task', 'webhook'] as const;
export type StepChannel = (typeof stepChannels)[number];

export const paymentMethods = [
  'cash',
  'check',
  'card',
  'bank_transfer',
  'ach',
  'direct_debit',
  'wire_transfer',
  'paypal',
  'eft',
  'other',
] as const;
export type PaymentMethod = (typeof paymentMethods)[number];
/** Words that other systems use for the same method. */
export const paymentMethodAliases: Readonly<Record<string, PaymentMethod>> = {
  transfer: 'bank_transfer',
  cheque: 'check',
  credit_card: 'card',
};

export type TaxRate = { readonly name: string; readonly rate: string; readonly inclusive: boolean };
export type FixedTax = { readonly name: string; readonly amount: number };

/** On a line, or on the invoice and then perhaps for some products only. */
export type Discount = {
  readonly type: 'percentage' | 'fixed';
  /** Decimal text in percent, or minor units when fixed. */
  readonly value: number | string;
  /** Invoice level only: the products it is for; null: every line that may be discounted. */
  readonly productIds: readonly string[] | null;
};

/** A line as it was asked for. */
export type LineInput = {
  readonly id: string;
  readonly productId: string | null;
  readonly accountId: string | null;
  readonly description: string;
  /** Decimal text, > 0, at most 6 decimals. */
  readonly quantity: string;
  readonly rate: number;
  /** Overrides quantity × rate when given. */
  readonly amountGiven: number | null;
  readonly taxable: boolean;
  /** null: the invoice's rates, else the organization's default rate where the line is taxable. */
  readonly taxRates: readonly TaxRate[] | null;
  /** Amounts that lie on this line alone. The document's own fixed taxes are spread over the taxable lines. */
  readonly fixedTaxes: readonly FixedTax[];
  /** false: the invoice's discounts pass this line by. Its own are not affected. */
  readonly discountable: boolean;
  readonly discounts: readonly Discount[];
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * A line as it is reckoned. `amount` is quantity × rate or as given; `discount` all that is taken off it, its
 * share of the invoice's discounts included; `tax` all taxes on the line, inclusive ones too; `taxParts` the same
 * by tax, in the order of the totals' taxes; `net` what the line earns: amount − discount − the taxes inside it.
 */
export type Line = LineInput & {
  readonly amount: number;
  readonly discount: number;
  readonly tax: number;
  readonly taxParts: readonly number[];
  readonly net: number;
};

/** What the customer's page may offer on top. A tip is never part of total, taxes or fee base. */
export type TipTerms = {
  readonly enabled: boolean;
  /** Decimal texts in percent. */
  readonly percentages: readonly string[];
  readonly allowCustom: boolean;
};

export type InstallmentPart = {
  readonly type: 'percentage' | 'fixed';
  /** Decimal text in percent, or minor units when fixed. */
  readonly value: number | string;
  readonly dueDate: LocalDate;
};

/** At most one deposit, of the total; 2 to 12 parts of what the deposit leaves. The last takes the remainder. */
export type InstallmentTerms = {
  readonly deposit: InstallmentPart | null;
  readonly schedule: readonly InstallmentPart[];
};

/** `2% 10 NET 30`: paid within `days` of the issue date, the invoice is settled for so much less. */
export type EarlyPaymentTerms = { readonly percentage: string; readonly days: number };

export type Attachment = {
  readonly fileId: string;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
};

export const feeIntervals = ['minute', 'hour', 'day', 'week', 'month', 'one_time'] as const;
export type FeeInterval = (typeof feeIntervals)[number];
export const feeBases = ['outstanding_principal', 'original_total', 'outstanding_balance'] as const;
export type FeeBase = (typeof feeBases)[number];

export type LateFeeTerms = {
  readonly type: 'fixed' | 'percentage';
  /** Minor units when fixed, decimal text in percent when a percentage. */
  readonly value: number | string;
  readonly interval: FeeInterval;
  readonly intervalCount: number;
  readonly graceDays: number;
  readonly cap: number | null;
  readonly percentageCap: string | null;
  readonly base: FeeBase;
  readonly compounding: boolean;
};

export const stepConditions = ['not_viewed', 'no_payment', 'partially_paid'] as const;

/** All of it has to hold when the step's time has come; null: it does not matter. */
export type StepCondition = {
  /** At least so much is due, in minor units. */
  readonly minDue: number | null;
  readonly onlyIf: (typeof stepConditions)[number] | null;
};

export type ReminderStep = {
  readonly id: string;
  readonly anchor: 'due_date' | 'issue_date';
  readonly offsetDays: number;
  readonly localTime: LocalTime;
  readonly channel: StepChannel;
  readonly template: string;
  readonly condition: StepCondition | null;
};

/** A reminder policy of the organization, as it was when its steps were taken. */
export type PolicyVersion = { readonly id: string; readonly version: number };

/** By the wall clock of whoever is written to; it may go past midnight. */
export type QuietHours = { readonly from: LocalTime; readonly to: LocalTime };

export const finalActions = ['none', 'uncollectible', 'task', 'webhook'] as const;

/** What is done so many days after the last step of the reminders, if something is still due. */
export type FinalAction = { readonly action: (typeof finalActions)[number]; readonly afterDays: number };

/** What the organization had set when the invoice was made: frozen, later changes never reach it. */
export type Policy = {
  readonly numbering: { readonly prefix: string; readonly padding: number };
  readonly defaultTaxRate: { readonly name: string; readonly rate: string } | null;
  readonly defaultNetDays: number;
  /** Where nothing else says when: due with the last instalment. Invoices begun under 0.2.0 go by the days. */
  readonly dueWithLastInstallment: boolean;
  readonly overpayment: 'credit' | 'refuse';
  readonly reminderCap: { readonly messages: number; readonly days: number };
  readonly lateReminderToleranceHours: number;
  readonly graceAfterCloseDays: number;
  /** What the customer has in hand pays the invoice as soon as it is issued. */
  readonly applyCreditAutomatically: boolean;
  /** Nothing that nobody asked for goes out between these hours; null: at any. */
  readonly quietHours: QuietHours | null;
  readonly sendOnWeekends: boolean;
  /** Days on which nothing goes out by itself: the public holidays of the country that the organization had chosen. */
  readonly holidays: readonly LocalDate[];
  /** What an outage has made late is spread over so long, so that not all of it goes out at once. */
  readonly burstWindowMinutes: number;
  readonly finalAction: FinalAction;
  /** What cannot arrive goes by the customer's other channel. Earlier releases gave it up. */
  readonly secondChannel: boolean;
};

/** The document as it was asked for: what `create` takes and `update` replaces. */
export type Draft = {
  readonly customerId: string;
  readonly currency: Currency;
  readonly timeZone: TimeZone;
  /** Where the customer lives, which quiet hours, weekends and holidays go by; null: as the invoice. */
  readonly recipientTimeZone: TimeZone | null;
  /** Given by the caller; otherwise the series gives one at issue. */
  readonly requestedNumber: string | null;
  readonly issueDate: LocalDate | null;
  readonly dueDate: LocalDate | null;
  readonly terms: string | null;
  readonly memo: string | null;
  readonly noteToCustomer: string | null;
  readonly purchaseOrder: string | null;
  /** Reference to personal data kept outside the workflow. */
  readonly shipToRef: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lines: readonly LineInput[];
  readonly fixedTaxes: readonly FixedTax[];
  /** For lines without rates of their own; null: the organization's default. */
  readonly taxRates: readonly (TaxRate & { readonly id: string | null })[] | null;
  readonly discounts: readonly Discount[];
  readonly tips: TipTerms | null;
  readonly installments: InstallmentTerms | null;
  readonly earlyPayment: EarlyPaymentTerms | null;
  readonly attachments: readonly Attachment[];
  readonly lateFeeTerms: LateFeeTerms | null;
  /** Where the terms are from; null: from nowhere but here. */
  readonly lateFeePolicy: PolicyVersion | null;
  readonly reminderSteps: readonly ReminderStep[];
  /** Where the steps are from; null: from nowhere but here. */
  readonly reminderPolicy: PolicyVersion | null;
};

export type TaxTotal = { readonly name: string; readonly rate: string | null; readonly amount: number };

/** total = subtotal − discountTotal + taxAmount, always. */
export type Totals = {
  readonly subtotal: number;
  readonly discountTotal: number;
  readonly taxAmount: number;
  readonly total: number;
  readonly taxes: readonly TaxTotal[];
};
