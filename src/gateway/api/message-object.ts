// A message that an invoice asked for, as the API answers it.
import { z } from 'zod';
import { channels, messageKinds } from '../../domain/invoice/invoice.ts';
import type { MessageDocument } from '../../store/documents.ts';

export const messageObject = z
  .strictObject({
    id: z.string(),
    invoice_id: z.string().nullable().meta({ description: 'null: over all open invoices of the customer.' }),
    channel: z.enum(channels),
    kind: z.enum([...messageKinds, 'dunning']),
    to: z.array(z.string()),
    cc: z.array(z.string()),
    bcc: z.array(z.string()),
    template: z.string(),
    status: z.enum(['queued', 'accepted', 'delivered', 'bounced', 'failed', 'unknown', 'suppressed']),
    segments: z.int().nullable(),
    attempts: z.array(
      z
        .strictObject({
          at: z.string(),
          outcome: z.enum(['accepted', 'failed', 'retry', 'unknown', 'suppressed']),
          code: z.string().nullable(),
          detail: z.string().nullable(),
        })
        .meta({ id: 'MessageAttempt' }),
    ),
    queued_at: z.string().meta({ format: 'date-time' }),
    sent_at: z.string().nullable(),
    provider_id: z.string().nullable(),
    command_id: z.string(),
    switched_from: z.string().nullable().meta({
      description: 'The message on the other channel that could not arrive, and that this one stands in for.',
    }),
  })
  .meta({ id: 'Message' });

export function presentMessage(message: MessageDocument): z.infer<typeof messageObject> {
  return {
    id: message._id,
    invoice_id: message.invoice_id,
    channel: message.channel,
    kind: message.kind,
    to: message.to,
    cc: message.cc,
    bcc: message.bcc,
    template: message.template,
    // That someone is at work on it this moment is nobody's business outside.
    status: message.state === 'claimed' ? 'queued' : message.state,
    segments: message.segments,
    attempts: message.attempts.map(({ at, outcome, code, detail }) => ({ at, outcome, code, detail })),
    queued_at: message.queued_at,
    sent_at: message.sent_at,
    provider_id: message.provider_id,
    command_id: message.command_id,
    switched_from: message.switched_from ?? null,
  };
}
