// Plain values for tests: a draft, a policy, the input of a new invoice.
import { randomUUID } from 'node:crypto';
import type { CreateInput } from '../../src/contract/invoice.ts';
import type { Draft, LineInput, Policy } from '../../src/domain/invoice/invoice.ts';
import { defaultReminderSteps } from '../../src/domain/invoice/reminder.ts';

export function aPolicy(change: Partial<Policy> = {}): Policy {
  return {
    numbering: { prefix: 'INV-', padding: 4 },
    defaultTaxRate: null,
    defaultNetDays: 30,
    dueWithLastInstallment: true,
    overpayment: 'credit',
    reminderCap: { messages: 3, days: 7 },
    lateReminderToleranceHours: 48,
    graceAfterCloseDays: 30,
    applyCreditAutomatically: false,
    quietHours: null,
    sendOnWeekends: true,
    holidays: [],
    burstWindowMinutes: 0,
    finalAction: { action: 'none', afterDays: 1 },
    secondChannel: true,
    ...change,
  };
}

export function aLine(change: Partial<LineInput> = {}): LineInput {
  return {
    id: 'line-1',
    productId: null,
    accountId: null,
    description: 'Copy Paper, Case',
    quantity: '1',
    rate: 4500,
    amountGiven: null,
    taxable: true,
    taxRates: null,
    fixedTaxes: [],
    discountable: true,
    discounts: [],
    metadata: {},
    ...change,
  };
}

/** The sample of S002: paper 45, delivery 10, tax 3.85. The source prints 51.15 (it subtracts the tax); it is 58.85. */
export function aDraft(change: Partial<Draft> = {}): Draft {
  return {
    customerId: 'customer-1',
    currency: 'USD',
    timeZone: 'UTC',
    recipientTimeZone: null,
    requestedNumber: null,
    issueDate: null,
    dueDate: null,
    terms: 'NET 14',
    memo: null,
    noteToCustomer: null,
    purchaseOrder: null,
    shipToRef: null,
    metadata: {},
    lines: [aLine(), aLine({ id: 'line-2', description: 'Delivery', rate: 1000 })],
    fixedTaxes: [{ name: 'Tax', amount: 385 }],
    taxRates: null,
    discounts: [],
    tips: null,
    installments: null,
    earlyPayment: null,
    attachments: [],
    lateFeeTerms: null,
    reminderSteps: defaultReminderSteps,
    reminderPolicy: null,
    lateFeePolicy: null,
    ...change,
  };
}

export function aCreate(change: Partial<CreateInput> = {}): CreateInput {
  return {
    kind: 'create',
    invoiceId: randomUUID(),
    organizationId: 'org-1',
    liveMode: true,
    draft: aDraft(),
    policy: aPolicy(),
    action: 'draft',
    contentRef: null,
    commandId: randomUUID(),
    actor: 'test',
    ...change,
  };
}
