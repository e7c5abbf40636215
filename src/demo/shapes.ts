// What the demo reads of the gateway's answers, and no more.
import { z } from 'zod';

export const credentialsShape = z.object({
  base_url: z.string(),
  api_key: z.string(),
  temporal: z.object({ address: z.string(), namespace: z.string(), ui_url: z.string().nullable() }),
});
export type Credentials = z.infer<typeof credentialsShape>;

export const organizationShape = z.object({ organization_id: z.string(), api_key: z.string().nullable() });

export const customerShape = z.object({ id: z.string() });

const deliveryShape = z.object({ state: z.string(), code: z.string().nullable() }).nullable();

export const invoiceShape = z.object({
  id: z.string(),
  workflow_id: z.string(),
  invoice_number: z.string().nullable(),
  status: z.string(),
  display_status: z.string(),
  due_date: z.string().nullable(),
  total_cents: z.number(),
  amount_due_cents: z.number(),
  delivery: z.object({ email: deliveryShape, sms: deliveryShape }),
  public_url: z.string().nullable(),
});
export type InvoiceSeen = z.infer<typeof invoiceShape>;

export const clockShape = z.object({ now: z.string() });

export const timelineShape = z.object({
  data: z.array(
    z.object({
      at: z.string(),
      kind: z.string(),
      step_id: z.string().nullable(),
      occurrence: z.number().nullable(),
      status: z.string(),
      amount_cents: z.number().nullable(),
      channel: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type TimelineRow = z.infer<typeof timelineShape>['data'][number];

export const journalShape = z.object({
  data: z.array(
    z.object({
      date: z.string(),
      type: z.string(),
      lines: z.array(
        z.object({
          account_code: z.string(),
          account_name: z.string(),
          label: z.string().nullable(),
          debit_cents: z.number(),
          credit_cents: z.number(),
        }),
      ),
    }),
  ),
});
export type Entry = z.infer<typeof journalShape>['data'][number];

export const messagesShape = z.object({
  data: z.array(
    z.object({
      at: z.string(),
      channel: z.string(),
      to: z.array(z.string()),
      subject: z.string().nullable(),
      text: z.string(),
    }),
  ),
});
export type Taken = z.infer<typeof messagesShape>['data'][number];
