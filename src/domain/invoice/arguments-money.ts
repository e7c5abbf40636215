// Reads the arguments of the commands that move money. Shape only.
import type { Reader } from '../reader.ts';
import type { CommandOn } from './command.ts';
import {
  dispositionTypes,
  paymentMethodAliases,
  paymentMethods,
  type Disposition,
  type PaymentMethod,
} from './invoice.ts';

const textMax = 5_000;
const shortText = 255;
const notedLinesMax = 500;
const occurrenceMax = 1_000_000_000;

function readMethod(reader: Reader): PaymentMethod {
  const value = reader.raw('paymentMethod') ?? reader.raw('method') ?? 'other';
  const word = typeof value === 'string' ? (paymentMethodAliases[value] ?? value) : value;
  const method = paymentMethods.find((one) => one === word);
  if (method === undefined) reader.blame('paymentMethod');
  return method ?? 'other';
}

/** The processor and its id of the payment come together: one without the other says nothing. */
function readProvider(reader: Reader): { provider: string | null; providerPaymentId: string | null } {
  const provider = reader.text('provider', shortText);
  const providerPaymentId = reader.text('providerPaymentId', shortText);
  if (provider !== null && providerPaymentId === null) reader.blame('providerPaymentId');
  if (provider === null && providerPaymentId !== null) reader.blame('provider');
  return { provider, providerPaymentId };
}

export function readPayment(reader: Reader): CommandOn {
  return {
    name: 'recordPayment',
    amount: reader.money('amount'),
    date: reader.date('date'),
    method: readMethod(reader),
    depositToAccountId: reader.text('depositToAccountId', shortText),
    reference: reader.text('reference', shortText),
    note: reader.text('note', textMax),
    overpayment: reader.choice('overpayment', ['credit', 'refuse'] as const),
    tip: reader.money('tip') ?? 0,
    ...readProvider(reader),
  };
}

function readDisposition(entry: Reader): Disposition | null {
  const type = entry.choice('type', dispositionTypes);
  const amount = entry.money('amount');
  if (type === null) entry.blame('type');
  if (amount === null) entry.blame('amount', 'invalid_amount', undefined, '_cents');
  return entry.finish() === null && type !== null && amount !== null ? { type, amount } : null;
}

export function readVoid(reader: Reader): CommandOn {
  const disposition = reader.objects('disposition', dispositionTypes.length * 10, readDisposition);
  return { name: 'void', reason: reader.text('reason', textMax), disposition };
}

export function readRefund(reader: Reader): CommandOn {
  return {
    name: 'refundPayment',
    paymentId: reader.text('paymentId', shortText),
    amount: reader.money('amount'),
    mode: reader.choice('mode', ['reopen', 'credit'] as const) ?? 'reopen',
    reason: reader.text('reason', textMax),
  };
}

export function readReversal(reader: Reader): CommandOn {
  return {
    name: 'reversePayment',
    paymentId: reader.text('paymentId', shortText),
    reason: reader.text('reason', textMax),
  };
}

export function readWaiver(reader: Reader): CommandOn {
  return {
    name: 'waiveLateFee',
    occurrence: reader.integer('occurrence', 1, occurrenceMax),
    reason: reader.text('reason', textMax),
  };
}

type NotedLine = { readonly id: string; readonly amount: number | null };

function readNotedLine(entry: Reader): NotedLine | null {
  const id = entry.text('id', shortText);
  const amount = entry.money('amount');
  if (id === null) entry.blame('id');
  return entry.finish() === null && id !== null ? { id, amount } : null;
}

/** By lines or by one amount; neither: all that is left of the total. */
export function readCreditNote(reader: Reader): CommandOn {
  const lines = reader.objects('lineItems', notedLinesMax, readNotedLine);
  const amount = reader.money('amount');
  if (lines !== null && amount !== null) {
    reader.blame('lineItems', 'conflicting_fields', { one: 'line_items', other: 'amount_cents' });
  }
  if (lines?.length === 0) reader.blame('lineItems');
  return { name: 'issueCreditNote', amount, lines, reason: reader.text('reason', textMax) };
}
