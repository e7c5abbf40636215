// What a new invoice is made of, whoever asks for it: every value is checked here and what the organization has set
// is frozen, before anything starts.
import type { CreateAction, CreateInput } from '../contract/invoice.ts';
import { type Instant, localDate } from '../domain/calendar.ts';
import { decide } from '../domain/invoice/commands.ts';
import { termsFault } from '../domain/invoice/late-fee.ts';
import { readDraft } from '../domain/invoice/draft.ts';
import type { Draft } from '../domain/invoice/invoice.ts';
import { toArguments } from '../domain/naming.ts';
import { isRejection, reject, type Rejection } from '../domain/rejection.ts';
import { derivedId, keepContent } from '../store/contents.ts';
import type { CustomerDocument, ItemDocument, OrganizationDocument } from '../store/documents.ts';
import { policyOf } from '../store/organizations.ts';
import type { Store } from '../store/store.ts';
import { type Faults, hasFaults, itemsOfLines, type LineReferences, whatIsNamed } from './references.ts';
import { lateFeesOf } from './late-fees.ts';
import { remindersOf } from './reminders.ts';
import { exactly } from '../store/exactly.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The body of `POST /invoices`: the fields that are looked at here; the core reads all of them. */
export type InvoiceBody = Fields & {
  readonly customer_id: string;
  readonly line_items_attributes: readonly (Fields & LineReferences)[];
  readonly currency?: string | null | undefined;
  readonly action?: CreateAction | undefined;
  readonly send_at?: string | null | undefined;
  readonly ship_to?: Record<string, string> | null | undefined;
  readonly tax_rate_ids?: readonly string[] | null | undefined;
  readonly attachments?: readonly { readonly file_id: string }[] | null | undefined;
};

export type NewInvoice = {
  readonly organization: OrganizationDocument;
  readonly liveMode: boolean;
  readonly invoiceId: string;
  readonly commandId: string;
  readonly actor: string;
  /** By the clock of the mode. */
  readonly now: Instant;
  /** Test mode: virtual time minus real time. */
  readonly clockOffset: number | null;
  /** Someone may have started this very command before. */
  readonly repeated: boolean;
  /** The schedule that it is made by. */
  readonly recurringScheduleId?: string;
  readonly body: InvoiceBody;
};

function only(rejection: Rejection): Faults {
  return { faults: [rejection] };
}

/** What a line leaves out, the catalogue's item says. */
function filled(
  line: Fields & LineReferences,
  items: ReadonlyMap<string, ItemDocument>,
  currency: string,
): Fields {
  const item = items.get(line.product_id ?? '');
  if (item === undefined) return line;
  const given = typeof line['rate_cents'] === 'number' || typeof line['amount_cents'] === 'number';
  const priced = given || item.currency !== currency;
  return {
    ...line,
    description: line['description'] ?? item.description ?? item.name,
    taxable: line['taxable'] ?? item.taxable,
    account_id: line.account_id ?? item.account_id,
    ...(priced ? {} : { rate_cents: item.rate_cents }),
  };
}

type Drafting = Pick<NewInvoice, 'organization' | 'commandId' | 'body'>;

/** The document that the body asks for, with what the catalogue, the tax rates and the files say now. */
export async function draftOf(
  store: Store,
  { organization, commandId, body }: Drafting,
  customer: CustomerDocument,
): Promise<Draft | Faults> {
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
  const [items, named, reminders, lateFees] = await Promise.all([
    itemsOfLines(store, organization._id, lines),
    whatIsNamed(store, organization._id, body),
    remindersOf(store, customer, body['reminders']),
    lateFeesOf(store, customer, body['late_fees']),
  ]);
  if (hasFaults(items)) return items;
  if (hasFaults(named)) return named;
  if (hasFaults(reminders)) return reminders;
  if (hasFaults(lateFees)) return lateFees;
  const currency = customer.currency ?? organization.currency;
  const args = {
    ...toArguments({
      ...fields,
      ...named,
      line_items_attributes: lines.map((line) => filled(line, items, fields.currency ?? currency)),
      ...((shipTo ?? null) === null ? {} : { ship_to_ref: derivedId(commandId, 'ship_to') }),
    }),
    ...reminders,
    ...lateFees,
  };
  let made = 0;
  const draft = readDraft(args, {
    currency,
    timeZone: organization.time_zone,
    recipientTimeZone: customer.time_zone,
    newId: () => derivedId(commandId, 'line', String((made += 1))),
  });
  if (isRejection(draft)) return only(draft);
  const fault = termsFault(draft.lateFeeTerms);
  if (fault !== null) return only(fault);
  const isMismatch = customer.currency !== null && draft.currency !== customer.currency;
  return isMismatch ? only(reject('currency_mismatch', undefined, '/currency')) : draft;
}

/** What the core would say to the new invoice, asked before anything is started. */
function refusalOfCore(input: CreateInput, { now, commandId }: NewInvoice): Rejection | null {
  const { invoiceId: id, organizationId, liveMode, draft, policy, action, sendAt } = input;
  const scheduled = sendAt === undefined ? {} : { sendAt };
  const command = { id, organizationId, liveMode, draft, policy, action, ...scheduled };
  const answer = decide(null, { name: 'create', ...command }, { now, commandId, newId: id });
  return isRejection(answer) ? answer : null;
}

/** Refusals that the write would make anyway, made before anything is started. */
async function refusalAhead(
  store: Store,
  wanted: NewInvoice,
  draft: Draft,
  customer: CustomerDocument,
): Promise<Rejection | null> {
  const { action = 'draft' } = wanted.body;
  if (customer.credit_hold) return reject('customer_on_credit_hold');
  if (action === 'send' && customer.email === null)
    return reject('no_email_address', undefined, '/customer_id');
  if (action === 'text2pay') {
    if (customer.phone === null) return reject('no_phone_number', undefined, '/customer_id');
    if (customer.sms_consent === false) return reject('sms_not_consented');
  }
  if (draft.requestedNumber === null || wanted.repeated) return null;
  const taken = await store.invoices.countDocuments({
    organization_id: wanted.organization._id,
    live_mode: wanted.liveMode,
    number: exactly(draft.requestedNumber),
  });
  return taken > 0 ? reject('number_taken', undefined, '/invoice_number') : null;
}

type Beginning = { readonly action: CreateAction; readonly sendAt?: string };

/** What happens at once, and what at a time that is still to come. */
function beginningOf({ action = 'draft', send_at: at }: InvoiceBody): Beginning | Rejection {
  if (typeof at !== 'string') return { action };
  if (action === 'issue' || action === 'text2pay') {
    return reject('conflicting_fields', { one: 'send_at', other: 'action' }, '/send_at');
  }
  return { action: 'draft', sendAt: at };
}

/** What the invoice would be made of, or what is wrong with what was asked for. Stores nothing. */
export async function checkedInputOf(store: Store, wanted: NewInvoice): Promise<CreateInput | Faults> {
  const { organization, liveMode, invoiceId, commandId, actor, clockOffset, body } = wanted;
  const organizationId = organization._id;
  const customer = await store.customers.findOne({ _id: body.customer_id, organization_id: organizationId });
  if (customer === null) return only(reject('unknown_customer', undefined, '/customer_id'));
  const draft = await draftOf(store, wanted, customer);
  if (hasFaults(draft)) return draft;
  const beginning = beginningOf(body);
  if (isRejection(beginning)) return only(beginning);
  const input: CreateInput = {
    kind: 'create',
    invoiceId,
    organizationId,
    liveMode,
    draft,
    policy: await policyOf(organization, liveMode, localDate(wanted.now, organization.time_zone)),
    contentRef: null,
    commandId,
    actor,
    ...beginning,
    ...(clockOffset === null ? {} : { clockOffset }),
    ...(wanted.recurringScheduleId === undefined ? {} : { recurringScheduleId: wanted.recurringScheduleId }),
  };
  const refusal = refusalOfCore(input, wanted) ?? (await refusalAhead(store, wanted, draft, customer));
  return refusal === null ? input : only(refusal);
}

/** The argument of the invoice's workflow, with what it refers to kept; or what is wrong with what was asked for. */
export async function createInputOf(store: Store, wanted: NewInvoice): Promise<CreateInput | Faults> {
  const input = await checkedInputOf(store, wanted);
  const shipTo = wanted.body.ship_to ?? null;
  if (shipTo === null || hasFaults(input)) return input;
  await keepContent(store, wanted.organization._id, wanted.commandId, 'ship_to', shipTo);
  return input;
}
