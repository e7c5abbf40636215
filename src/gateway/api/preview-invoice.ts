// POST /invoices/preview: what a new invoice would be and do. Made of the same parts as the invoice itself, by the same
// core; nothing is stored and no workflow starts.
import { z } from 'zod';
import type { CreateInput } from '../../contract/invoice.ts';
import { after, decide, recorded } from '../../domain/invoice/commands.ts';
import type { Invoice } from '../../domain/invoice/invoice.ts';
import { timeline } from '../../domain/invoice/timeline.ts';
import { isRejection } from '../../domain/rejection.ts';
import { checkedInputOf } from '../../drafting/create-input.ts';
import { refused } from '../problem.ts';
import { route } from '../route.ts';
import { derivedId } from './contents.ts';
import { type Creating, wantedBy } from './create-input.ts';
import * as examples from './examples.ts';
import { createBody } from './invoice-bodies.ts';
import { invoiceObject } from './invoice-object.ts';
import { draftRefusals, emailRefusals, smsRefusals } from './invoice-refusals.ts';
import { tag } from './invoice-route.ts';
import { presentInvoice } from './present-invoice.ts';
import { orRefuse } from './references.ts';
import { presentTimeline, timelineObject } from './timeline-object.ts';

/** The invoice as it would be right after. Throws what would be refused. */
function imagine({ now, commandId }: Creating, input: CreateInput): Invoice {
  const { invoiceId: id, organizationId, liveMode, draft, policy, action, sendAt } = input;
  const scheduled = sendAt === undefined ? {} : { sendAt };
  const command = { id, organizationId, liveMode, draft, policy, action, ...scheduled };
  const decision = decide(null, { name: 'create', ...command }, { now, commandId, newId: id });
  if (isRejection(decision)) throw refused(decision);
  // The first write makes it version 1.
  return { ...after(null, recorded(null, decision.events, now)), version: 1 };
}

/** A draft has no plan yet: what is told is what issuing it now would begin. */
function asIssued(input: CreateInput): CreateInput {
  return input.action === 'draft' && input.sendAt === undefined ? { ...input, action: 'issue' } : input;
}

async function preview(call: Creating) {
  const { tools, organization, commandId, body, now } = call;
  const wanted = wantedBy(call, derivedId(commandId, 'preview'));
  const input = orRefuse(await checkedInputOf(tools.store, wanted));
  const customer = await tools.store.customers.findOne({
    _id: body.customer_id,
    organization_id: organization._id,
  });
  const around = { now, publicUrl: tools.publicUrl, customer, shipTo: body.ship_to ?? null };
  return {
    invoice: presentInvoice({ state: imagine(call, input), public_token: null }, around),
    timeline: presentTimeline(timeline(imagine(call, asIssued(input)), now)),
  };
}

export const previewInvoice = route({
  method: 'post',
  path: '/invoices/preview',
  operationId: 'previewInvoice',
  summary: 'What a new invoice would be and do',
  description:
    'Takes the body of a create, refuses what that would refuse, and answers the invoice as it would be, without a number, with everything that would happen to it by itself. Of a draft: what would happen if it was issued now. Nothing is stored and nothing is sent.',
  tag,
  scope: 'invoices:read',
  body: createBody,
  bodyExample: examples.create,
  answer: {
    status: 200,
    description: 'The invoice and its timeline.',
    schema: z
      .strictObject({ invoice: invoiceObject, timeline: timelineObject })
      .meta({ id: 'InvoicePreview' }),
  },
  refusals: [...draftRefusals, ...emailRefusals, ...smsRefusals, 'date_in_past', 'customer_on_credit_hold'],
  handle: async (call) => ({ status: 200, body: await preview(call) }),
});
