// What a new invoice is made of, as POST /invoices asks for it.
import type { z } from 'zod';
import type { CreateInput } from '../../contract/invoice.ts';
import { instant } from '../../domain/calendar.ts';
import { createInputOf } from '../../drafting/create-input.ts';
import { refusedAs } from '../problem.ts';
import type { Call } from '../route.ts';
import type { createBody } from './invoice-bodies.ts';
import { orRefuse } from './references.ts';

type Body = z.output<typeof createBody>;
export type Creating = Call<null, unknown, Body>;

/** What the drafting needs to know of the request. */
export function wantedBy(call: Creating, invoiceId: string) {
  const { organization, live, body, commandId, actor, now, clockOffset, repeated } = call;
  const { live_mode: asked } = body;
  if (asked !== undefined && asked !== live) throw refusedAs('invalid_value', undefined, '/live_mode');
  const wanted = { organization, invoiceId, commandId, actor, now, clockOffset, repeated, body };
  return { ...wanted, liveMode: live };
}

/** The argument of the invoice's workflow. Throws what would be refused. */
export async function inputOf(call: Creating, invoiceId: string, notAfter: number): Promise<CreateInput> {
  const input = orRefuse(await createInputOf(call.tools.store, wantedBy(call, invoiceId)));
  return { ...input, notAfter: instant(notAfter) };
}
