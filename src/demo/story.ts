// The story itself: one invoice from draft to paid, step by step. Each step may be run again and changes nothing
// then, so the story goes on after any interruption.
import { z } from 'zod';
import { atLocalTime, localTime, plusDays } from '../domain/calendar.ts';
import { format } from '../domain/money.ts';
import type { Gateway } from './gateway.ts';
import type { Scene, Story } from './memory.ts';
import { cliCommand, type Operator } from './operator.ts';
import { Away, insist } from './patience.ts';
import { announcedUpTo } from './proof.ts';
import {
  clockShape,
  customerShape,
  invoiceShape,
  type InvoiceSeen,
  messagesShape,
  timelineShape,
} from './shapes.ts';

export const timeZone = 'America/New_York';
export const currency = 'USD';
const customer = {
  display_name: 'Dunder Mifflin, Scranton',
  email: 'pam@dundermifflin.example',
  phone: '+15705550142',
};
const lateFee = 500;
const partPayment = 2_000;
/** What S002 prints as total: it takes the tax off the subtotal instead of adding it. */
const printedTotal = 5_115;

/** The sample of S002, with terms for the late fee that it has none of. */
const sample = {
  terms: 'NET 14',
  time_zone: timeZone,
  line_items_attributes: [
    { description: 'Copy Paper, Case', quantity: 1, rate_cents: 4_500 },
    { description: 'Delivery', quantity: 1, rate_cents: 1_000 },
  ],
  taxes: [{ name: 'Tax', amount_cents: 385 }],
  late_fees: { type: 'fixed', value: lateFee, frequency: { interval: 'one_time' }, grace_days: 2 },
};

export function money(cents: number): string {
  return format(cents, currency, 'en-US');
}

export type Stage = {
  readonly gateway: Gateway;
  readonly operator: Operator;
  readonly story: Story;
  /** Keeps the story as it is now. */
  readonly save: () => Promise<void>;
};

type Step = {
  readonly name: string;
  readonly asked: string;
  /** Does it, and says what a reader should know beside the line. */
  readonly run: (stage: Stage, step: string) => Promise<readonly string[]>;
};

const anything = z.unknown();

function keyFor(stage: Stage, step: string) {
  return { apiKey: stage.story.organization?.apiKey ?? '', key: `demo-${stage.story.id}-${step}` };
}

function invoiceOf({ story }: Stage): { readonly id: string; readonly workflowId: string } {
  if (story.invoice === null) throw new Error('The story has no invoice yet.');
  return story.invoice;
}

export function readInvoice(stage: Stage): Promise<InvoiceSeen> {
  const { apiKey } = keyFor(stage, 'read');
  return stage.gateway.ask(`GET /api/v1/invoices/${invoiceOf(stage).id}`, invoiceShape, { apiKey });
}

export function readTimeline(stage: Stage) {
  const { apiKey } = keyFor(stage, 'read');
  return stage.gateway.ask(`GET /api/v1/invoices/${invoiceOf(stage).id}/timeline`, timelineShape, { apiKey });
}

export function readMessages(stage: Stage) {
  const { apiKey } = keyFor(stage, 'read');
  const route = `GET /api/v1/sandbox/messages?limit=50&invoice_id=${invoiceOf(stage).id}`;
  return stage.gateway.ask(route, messagesShape, { apiKey });
}

function command(stage: Stage, step: string, name: string, body: unknown) {
  const route = `POST /api/v1/invoices/${invoiceOf(stage).id}/${name}`;
  return stage.gateway.ask(route, anything, { ...keyFor(stage, step), body });
}

/** A delivery that a crash cut off is taken up again when its claim has run out, within about a minute. */
async function untilSettled(stage: Stage, channel: 'email' | 'sms'): Promise<readonly string[]> {
  const delivery = await insist(stage.gateway.patience, async () => {
    const { delivery: all } = await readInvoice(stage);
    const one = all[channel];
    if (one === null || one.state === 'queued') throw new Away(`The ${channel} is still on its way.`);
    return one;
  });
  if (delivery.state === 'unknown') return ['The answer of the provider was lost; nothing is sent twice.'];
  if (delivery.state === 'accepted' || delivery.state === 'delivered') return [];
  throw new Error(`The ${channel} was not taken: ${delivery.state} ${delivery.code ?? ''}`);
}

/** Moves the test clock and waits until everything announced on the way has happened. */
async function advance(stage: Stage, step: string, to: string): Promise<void> {
  const { story, save, gateway } = stage;
  const { apiKey } = keyFor(stage, step);
  if (story.announced[step] === undefined) {
    story.announced[step] = announcedUpTo((await readTimeline(stage)).data, to);
    await save();
  }
  await insist(gateway.patience, async () => {
    const { now } = await gateway.try('GET /api/v1/test_clock', clockShape, { apiKey });
    if (now >= to) return;
    await gateway.try('POST /api/v1/test_clock/advance', anything, { apiKey, body: { to }, timeout: 90_000 });
  });
  await insist(gateway.patience, async () => {
    const left = announcedUpTo((await readTimeline(stage)).data, to);
    if (left.length > 0) throw new Away(`${left.length} things that are due have not run yet.`);
  });
}

/** Noon, so many days after the due date (or before). */
async function toDay(stage: Stage, step: string, days: number): Promise<void> {
  const { due_date: dueDate } = await readInvoice(stage);
  if (dueDate === null) throw new Error('The invoice has no due date.');
  await advance(stage, step, atLocalTime(plusDays(dueDate, days), '12:00', timeZone));
}

async function draft(stage: Stage, step: string): Promise<readonly string[]> {
  const { gateway, story, save } = stage;
  const { id } = await gateway.ask('POST /api/v1/customers', customerShape, {
    ...keyFor(stage, 'customer'),
    body: customer,
  });
  const invoice = await gateway.ask('POST /api/v1/invoices', invoiceShape, {
    ...keyFor(stage, step),
    body: { customer_id: id, ...sample },
  });
  story.invoice = { id: invoice.id, workflowId: invoice.workflow_id };
  await save();
  const total = money(invoice.total_cents);
  return [`S002 prints ${money(printedTotal)}, the subtotal minus the tax. $55.00 + $3.85 is ${total}.`];
}

export const steps: readonly Step[] = [
  { name: 'draft', asked: 'draft: Copy Paper $45.00, Delivery $10.00, tax $3.85', run: draft },
  {
    name: 'sent',
    asked: `send it by e-mail to ${customer.email}`,
    run: async (stage, step) => {
      await command(stage, step, 'send', {});
      const notes = await untilSettled(stage, 'email');
      const { invoice_number: number, due_date: dueDate } = await readInvoice(stage);
      return [...notes, `Issued as ${number}, due on ${dueDate}.`];
    },
  },
  {
    name: 'viewed',
    asked: 'update markViewed, sent through Temporal',
    run: async ({ gateway, operator, story }, step) => {
      const workflowId = story.invoice?.workflowId ?? '';
      await operator.update(workflowId, 'markViewed', `demo-${story.id}-${step}`);
      const { temporal } = await gateway.credentials();
      return [`By hand: ${cliCommand(temporal.address, workflowId, 'markViewed')}`];
    },
  },
  {
    name: 'reminded',
    asked: 'the clock to 3 days before the due date',
    run: async (stage, step) => {
      await toDay(stage, step, -3);
      return ['The first reminder of the policy went out.'];
    },
  },
  {
    name: 'overdue',
    asked: 'the clock to the day after the due date',
    run: async (stage, step) => {
      await toDay(stage, step, 1);
      return [];
    },
  },
  {
    name: 'late_fee',
    asked: 'the clock past the 2 days of grace',
    run: async (stage, step) => {
      await toDay(stage, step, 3);
      return [`A late fee of ${money(lateFee)}, and a reminder that names it.`];
    },
  },
  {
    name: 'part_payment',
    asked: `a cheque of ${money(partPayment)} comes in`,
    run: async (stage, step) => {
      await toDay(stage, step, 4);
      const body = { amount_cents: partPayment, payment_method: 'check', reference: '1042' };
      await command(stage, step, 'record_payment', body);
      return [];
    },
  },
  {
    name: 'text2pay',
    asked: `text the payment link to ${customer.phone}`,
    run: async (stage, step) => {
      await toDay(stage, step, 5);
      await command(stage, step, 'text2pay', {});
      return untilSettled(stage, 'sms');
    },
  },
  {
    name: 'paid',
    asked: 'the rest is paid by card',
    run: async (stage, step) => {
      await command(stage, step, 'record_payment', { payment_method: 'card' });
      return [];
    },
  },
];

/** Runs one step and says how things stand after it. */
export async function play(stage: Stage, step: Step): Promise<Scene> {
  const notes = await step.run(stage, step.name);
  const { apiKey } = keyFor(stage, step.name);
  const { now } = await stage.gateway.ask('GET /api/v1/test_clock', clockShape, { apiKey });
  const { display_status: word, amount_due_cents: amountDue } = await readInvoice(stage);
  const wall = localTime(now, timeZone).slice(0, 16).replace('T', ' ');
  return { step: step.name, localTime: wall, asked: step.asked, word, amountDue, notes: [...notes] };
}
