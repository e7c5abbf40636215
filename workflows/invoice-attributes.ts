// What operators search by. Upserted together, and only when one of those changes that they filter on: one event.
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { Instant } from '../src/domain/calendar.ts';
import { type Invoice, isOnHold } from '../src/domain/invoice/invoice.ts';
import { displayStatus, dunningStage } from '../src/domain/invoice/words.ts';

const organization = defineSearchAttributeKey('OrganizationId', 'KEYWORD');
const customer = defineSearchAttributeKey('CustomerId', 'KEYWORD');
const currency = defineSearchAttributeKey('Currency', 'KEYWORD');
const onHold = defineSearchAttributeKey('OnHold', 'BOOL');
const status = defineSearchAttributeKey('InvoiceStatus', 'KEYWORD');
const number = defineSearchAttributeKey('InvoiceNumber', 'KEYWORD');
const stage = defineSearchAttributeKey('DunningStage', 'KEYWORD');
const dueAt = defineSearchAttributeKey('DueAt', 'DATETIME');

/** The attributes go up again when this changes: the word, a hold, the due date, the customer's stage. */
export function shown(invoice: Invoice, now: Instant): string {
  const { dunned } = invoice;
  // What was recorded before there was dunning shows what it showed.
  const stage = dunned === null ? [] : [dunned.messageId];
  return [displayStatus(invoice, now), isOnHold(invoice), invoice.dueAt, ...stage].join('|');
}

export function attributesOf(invoice: Invoice, now: Instant): SearchAttributeUpdatePair[] {
  return [
    { key: organization, value: invoice.organizationId },
    { key: customer, value: invoice.customerId },
    { key: currency, value: invoice.currency },
    { key: onHold, value: isOnHold(invoice) },
    { key: status, value: displayStatus(invoice, now) },
    { key: number, value: invoice.number },
    { key: stage, value: dunningStage(invoice) },
    { key: dueAt, value: invoice.dueAt === null ? null : new Date(invoice.dueAt) },
  ] as SearchAttributeUpdatePair[];
}
