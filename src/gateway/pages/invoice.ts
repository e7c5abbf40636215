// The customer's page at /i/<token>: what is owed and how it stands, for whoever holds the link. Server-rendered,
// no script, nothing from elsewhere. Looking at it counts as a view, a mail scanner's look does not.
import { Eta } from 'eta';
import { type Request, type Response, Router } from 'express';
import { invoiceWorkflowId } from '../../contract/names.ts';
import { commandPatience } from '../../contract/names.ts';
import { instant } from '../../domain/calendar.ts';
import { amountDue, amountPaid, lateFeeTotal } from '../../domain/invoice/invoice.ts';
import { displayStatus } from '../../domain/invoice/words.ts';
import { format } from '../../domain/money.ts';
import type { InvoiceDocument, OrganizationDocument } from '../../store/documents.ts';
import { write } from '../answer.ts';
import type { Tools } from '../route.ts';
import { invoiceTemplate, unknownTemplate } from './invoice-template.ts';
import { exactly } from '../../store/exactly.ts';

const eta = new Eta();
const tokenShape = /^[\w-]{22,128}$/;
/** Programs that open every link of a mail before a person does. */
const scanners = /bot|crawl|spider|preview|scan|fetch|slurp|facebookexternalhit|curl|wget|python|headless/i;

const headers = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
};

/** What the page says first, in the customer's words. */
const sentences: Readonly<Partial<Record<string, string>>> = {
  void: 'This invoice is void. Nothing is to be paid.',
  paid: 'This invoice is paid. Thank you.',
  uncollectible: 'This invoice is closed.',
  overdue: 'This invoice is overdue.',
};

export function invoicePage(
  document: InvoiceDocument,
  organization: OrganizationDocument,
  now: number,
): string {
  const invoice = document.state;
  const { locale } = organization.settings;
  const at = instant(now + (invoice.liveMode ? 0 : organization.clock_offset_ms));
  const money = (amount: number) => format(amount, invoice.currency, locale);
  const word = displayStatus(invoice, at);
  const { totals } = invoice;
  const fees = lateFeeTotal(invoice);
  const paid = amountPaid(invoice);
  const sums = [
    ['Subtotal', money(totals.subtotal)],
    ...totals.taxes.map((tax) => [
      tax.rate === null ? tax.name : `${tax.name} ${tax.rate} %`,
      money(tax.amount),
    ]),
    ['Total', money(totals.total)],
    ...(fees > 0 ? [['Late fees', money(fees)]] : []),
    ...(paid > 0 ? [['Paid', money(paid)]] : []),
    ['Amount due', money(amountDue(invoice))],
  ];
  return eta.renderString(invoiceTemplate, {
    locale,
    organization: organization.name,
    number: invoice.number,
    sentence: sentences[word] ?? `Please pay ${money(amountDue(invoice))} by ${invoice.dueDate}.`,
    isClosed: word === 'void' || word === 'paid' || word === 'uncollectible',
    dates: [
      ['Issued', invoice.issueDate],
      ['Due', invoice.dueDate],
    ],
    lines: invoice.lines.map((line) => [
      line.description,
      line.quantity,
      money(line.rate),
      money(line.amount),
    ]),
    sums,
    note: invoice.noteToCustomer,
    isTest: !invoice.liveMode,
  });
}

/** Tells the invoice that a person has looked. Never waited for, and never the reason that a page is not shown. */
function noteView({ client, logger }: Tools, request: Request, document: InvoiceDocument): void {
  const seen = document.state.firstViewedAt !== null || document.state.status !== 'open';
  if (seen || request.method !== 'GET' || scanners.test(request.get('user-agent') ?? 'bot')) return;
  const workflowId = invoiceWorkflowId(document.organization_id, document._id);
  const argument = { commandId: `viewed:${document._id}`, actor: 'customer' };
  client
    .withDeadline(Date.now() + commandPatience, () =>
      client.workflow.getHandle(workflowId).signal<[object]>('markViewed', argument),
    )
    .catch((error: unknown) => logger.debug({ err: error }, 'a view was not noted'));
}

export function invoicePageRoutes(tools: Tools): Router {
  const router = Router();
  router.get('/i/:token', async (request: Request, response: Response) => {
    response.locals['route'] = '/i/:token';
    const token = String(request.params['token']);
    const document = tokenShape.test(token)
      ? await tools.store.invoices.findOne({ public_token: exactly(token) })
      : null;
    const organization =
      document === null ? null : await tools.store.organizations.findOne({ _id: document.organization_id });
    if (document === null || organization === null) {
      write(response, { status: 404, headers, body: eta.renderString(unknownTemplate, {}) }, 'text/html');
      return;
    }
    noteView(tools, request, document);
    write(
      response,
      { status: 200, headers, body: invoicePage(document, organization, Date.now()) },
      'text/html',
    );
  });
  return router;
}
