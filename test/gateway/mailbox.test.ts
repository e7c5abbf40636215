// The mailbox page shows what others wrote: nothing of it may run.
import { mailboxPage } from '../../src/gateway/pages/mailbox.ts';
import type { SandboxMessageDocument } from '../../src/store/documents.ts';

const message: SandboxMessageDocument = {
  _id: 'm-1',
  organization_id: 'o-1',
  live_mode: false,
  invoice_id: 'i-1',
  message_id: null,
  channel: 'email',
  to: ['ap@example.com'],
  cc: [],
  bcc: [],
  from: 'us@example.com',
  subject: '<script>alert(1)</script>',
  text: 'Hello & <b>goodbye</b>',
  html: '<p onclick="x()">"quoted"</p>',
  attachments: [{ name: '<i>.pdf', type: 'application/pdf', size: 10 }],
  provider_message_id: null,
  resource: null,
  at: '2026-03-02T09:00:00.000Z',
};

test('words of a message are text, never markup', () => {
  const page = mailboxPage([message]);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('Hello &amp; &lt;b&gt;goodbye&lt;/b&gt;');
  expect(page).toContain('&lt;i&gt;.pdf');
  expect(page).not.toContain('<script');
  expect(page).not.toContain('onclick="');
});

test('the mail itself lies in a frame that may do nothing', () => {
  expect(mailboxPage([message])).toMatch(/<iframe sandbox="" [^>]*srcdoc="&lt;p/);
  expect(mailboxPage([{ ...message, html: null }])).not.toContain('<iframe');
});

test('an empty mailbox says so', () => {
  expect(mailboxPage([])).toContain('Nothing has been sent yet.');
});
