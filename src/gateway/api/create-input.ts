// What a new invoice is made of: every value of the request is checked here, before anything starts.
import type { z } from 'zod';
import type { CreateAction, CreateInput } from '../../contract/invoice.ts';
import { instant } from '../../domain/calendar.ts';
import { decide } from '../../domain/invoice/commands.ts';
import { readDraft } from '../../domain/invoice/draft.ts';
import type { Draft } from '../../domain/invoice/invoice.ts';
import { isRejection } from '../../domain/rejection.ts';
import type { CustomerDocument, ItemDocument } from '../../store/documents.ts';
import { policyOf } from '../../store/organizations.ts';
import { toArguments } from '../json.ts';
import { refused, refusedAs } from '../problem.ts';
import type { Call } from '../route.ts';
import { derivedId, keepContent } from './contents.ts';
import type { createBody } from './invoice-bodies.ts';
import { checkLines, findCustomer, resolveNamed } from './references.ts';

type Body = z.output<typeof createBody>;
export type Creating = Call<null, unknown, Body>;

/** What a line leaves out, the catalogue's item says. */
function filled(
  line: Body['line_items_attributes'][number],
  items: ReadonlyMap<string, ItemDocument>,
  currency: string,
) {
  const item = items.get(line.product_id ?? '');
  if (item === undefined) return line;
  const given = typeof line.rate_cents === 'number' || typeof line.amount_cents === 'number';
  const priced = given || item.currency !== currency;
  return {
    ...line,
    description: line.description ?? item.description ?? item.name,
    taxable: line.taxable ?? item.taxable,
    account_id: line.account_id ?? item.account_id,
    ...(priced ? {} : { rate_cents: item.rate_cents }),
  };
}

function checkMode(call: Creating): void {
  const { live_mode: asked } = call.body;
  if (asked !== undefined && asked !== call.live) throw refusedAs('invalid_value', undefined, '/live_mode');
}

async function draftOf(call: Creating, customer: CustomerDocument): Promise<Draft> {
  const { tools, organization, commandId, body } = call;
  const {
    action: _action,
    live_mode: _mode,
    send_at: _sendAt,
    tax_rate_ids: _rates,
    attachments: _files,
    ship_to: shipTo,
    line_items_attributes: lines,
    ...fields
  } = body;
  const [items, named] = await Promise.all([
    checkLines(tools.store, organization._id, lines),
    resolveNamed(tools.store, organization._id, body),
  ]);
  const currency = customer.currency ?? organization.currency;
  const args = toArguments({
    ...fields,
    ...named,
    line_items_attributes: lines.map((line) => filled(line, items, fields.currency ?? currency)),
    ...((shipTo ?? null) === null ? {} : { ship_to_ref: derivedId(commandId, 'ship_to') }),
  });
  let made = 0;
  const draft = readDraft(args, {
    currency,
    timeZone: organization.time_zone,
    newId: () => derivedId(commandId, 'line', String((made += 1))),
  });
  if (isRejection(draft)) throw refused(draft);
  if (customer.currency !== null && draft.currency !== customer.currency) {
    throw refusedAs('currency_mismatch', undefined, '/currency');
  }
  return draft;
}

/** What the core would say to the new invoice, asked before anything is started. */
function checkDecision(call: Creating, input: CreateInput): void {
  const { invoiceId: id, organizationId, liveMode, draft, policy, action, sendAt } = input;
  const answer = decide(
    null,
    {
      name: 'create',
      id,
      organizationId,
      liveMode,
      draft,
      policy,
      action,
      ...(sendAt === undefined ? {} : { sendAt }),
    },
    { now: call.now, commandId: call.commandId, newId: id },
  );
  if (isRejection(answer)) throw refused(answer);
}

/** Refusals that the write would make anyway, made before anything is started. */
async function checkAhead(call: Creating, draft: Draft, customer: CustomerDocument): Promise<void> {
  const { action = 'draft' } = call.body;
  if (customer.credit_hold) throw refusedAs('customer_on_credit_hold');
  if (action === 'send' && customer.email === null)
    throw refusedAs('no_email_address', undefined, '/customer_id');
  if (action === 'text2pay') {
    if (customer.phone === null) throw refusedAs('no_phone_number', undefined, '/customer_id');
    if (customer.sms_consent === false) throw refusedAs('sms_not_consented');
  }
  if (draft.requestedNumber === null || call.repeated) return;
  const taken = await call.tools.store.invoices.countDocuments({
    organization_id: call.organization._id,
    live_mode: call.live,
    number: draft.requestedNumber,
  });
  if (taken > 0) throw refusedAs('number_taken', undefined, '/invoice_number');
}

/** What happens at once, and what at a time that is still to come. */
function beginningOf({ action = 'draft', send_at: at }: Body): {
  readonly action: CreateAction;
  readonly sendAt?: string;
} {
  if (typeof at !== 'string') return { action };
  if (action === 'issue' || action === 'text2pay') {
    throw refusedAs('conflicting_fields', { one: 'send_at', other: 'action' }, '/send_at');
  }
  return { action: 'draft', sendAt: at };
}

/** The argument of the invoice's workflow. Throws what would be refused. */
export async function inputOf(call: Creating, invoiceId: string, notAfter: number): Promise<CreateInput> {
  const { tools, organization, live, body, commandId, actor, clockOffset } = call;
  checkMode(call);
  const policy = policyOf(organization, live);
  const customer = await findCustomer(tools.store, organization._id, body.customer_id);
  const draft = await draftOf(call, customer);
  const { action, ...sendAt } = beginningOf(body);
  const input: CreateInput = {
    kind: 'create',
    invoiceId,
    organizationId: organization._id,
    liveMode: live,
    draft,
    policy,
    action,
    contentRef: null,
    commandId,
    actor,
    notAfter: instant(notAfter),
    ...sendAt,
    ...(clockOffset === null ? {} : { clockOffset }),
  };
  checkDecision(call, input);
  await checkAhead(call, draft, customer);
  const shipTo = body.ship_to ?? null;
  if (shipTo !== null) await keepContent(tools.store, organization._id, commandId, 'ship_to', shipTo);
  return input;
}
