// The customer's page says what is owed, and nothing that a value brings with it runs.
import { invoicePage } from '../../src/gateway/pages/invoice.ts';
import { decide, recorded } from '../../src/domain/invoice/commands.ts';
import { keepBooks } from '../../src/domain/invoice/journal.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { isRejection } from '../../src/domain/rejection.ts';
import type { InvoiceDocument, OrganizationDocument } from '../../src/store/documents.ts';
import { aCreate, aDraft, aLine } from '../support/builders.ts';

const at = '2026-01-10T12:00:00.000Z';

function issued(description: string): Invoice {
  const { invoiceId: id, ...input } = aCreate({ draft: aDraft({ lines: [aLine({ description })] }) });
  const command = { ...input, name: 'create', id, action: 'issue' } as const;
  const decision = decide(null, command, { now: at, commandId: 'c', newId: 'n' });
  if (isRejection(decision)) throw new Error(decision.message);
  return { ...keepBooks(null, recorded(null, decision.events, at)).invoice, number: 'INV-0007' };
}

const organization = {
  name: 'Dunder & Mifflin',
  clock_offset_ms: 0,
  settings: { locale: 'en-US' },
} as OrganizationDocument;

function page(invoice: Invoice, now = at): string {
  return invoicePage({ state: invoice } as InvoiceDocument, organization, Date.parse(now));
}

it('shows the number, the lines and what is due by when', () => {
  const html = page(issued('Copy Paper'));
  for (const part of [
    'INV-0007',
    'Copy Paper',
    '$48.85',
    'Please pay $48.85 by 2026-01-24',
    'Dunder &amp; Mifflin',
  ]) {
    expect(html).toContain(part);
  }
});

it('escapes what people wrote', () => {
  expect(page(issued('<script>alert(1)</script>'))).not.toContain('<script');
});

it('says so when it is overdue, paid or void', () => {
  const open = issued('Copy Paper');
  expect(page(open, '2026-02-01T00:00:00.000Z')).toContain('overdue');
  expect(page({ ...open, status: 'paid' })).toContain('is paid');
  expect(page({ ...open, status: 'void' })).toContain('Nothing is to be paid');
});
