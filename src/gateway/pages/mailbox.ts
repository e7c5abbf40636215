// A page that shows what the sandboxes took. It has no key and shows everyone's messages: loopback only.
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { SandboxMessageDocument } from '../../store/documents.ts';
import type { Store } from '../../store/store.ts';
import { write } from '../answer.ts';
import { refusedAs } from '../problem.ts';

const shown = 100;
const loopback = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2430 }
h1 { font-size: 1.3rem } article { border: 1px solid #d5dae2; border-radius: 6px; margin: 1rem 0; padding: .8rem 1rem }
header { display: flex; gap: 1rem; flex-wrap: wrap; color: #5b6675; font-size: .85rem }
h2 { font-size: 1rem; margin: .4rem 0 } pre { white-space: pre-wrap; font: inherit; margin: .4rem 0 0 }
iframe { width: 100%; height: 24rem; border: 1px solid #d5dae2; background: #fff } summary { cursor: pointer; color: #5b6675 }
`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function attachmentsOf(message: SandboxMessageDocument): string {
  if (message.attachments.length === 0) return '';
  const names = message.attachments.map(({ name, size }) => `${escaped(name)} (${size} bytes)`);
  return `<p>Attached: ${names.join(', ')}</p>`;
}

/** The mail as it would look, in a frame that may neither run scripts nor fetch anything. */
function preview(html: string | null): string {
  if (html === null) return '';
  return `<details><summary>As HTML</summary><iframe sandbox="" title="Mail" srcdoc="${escaped(html)}"></iframe></details>`;
}

function article(message: SandboxMessageDocument): string {
  const to = [...message.to, ...message.cc, ...message.bcc].join(', ');
  return `<article><header><span>${escaped(message.at)}</span><span>${message.channel}</span><span>${
    message.live_mode ? 'live' : 'test'
  }</span><span>to ${escaped(to)}</span><span>from ${escaped(message.from)}</span></header>
<h2>${escaped(message.subject ?? 'Text message')}</h2>
<pre>${escaped(message.text)}</pre>${attachmentsOf(message)}${preview(message.html)}</article>`;
}

export function mailboxPage(messages: readonly SandboxMessageDocument[]): string {
  const list =
    messages.length === 0
      ? '<p>Nothing has been sent yet.</p>'
      : messages.map((one) => article(one)).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox</title><style>${style}</style></head>
<body><h1>Mailbox</h1><p>What the built-in mail and SMS servers took, newest first (at most ${shown}).</p>
${list}
</body></html>
`;
}

function onlyLoopback(request: Request, _response: Response, next: NextFunction): void {
  next(loopback.test(request.socket.remoteAddress ?? '') ? undefined : refusedAs('not_found'));
}

export function mailboxRoutes(store: Store): Router {
  const router = Router();
  router.get('/mailbox', onlyLoopback, async (_request: Request, response: Response) => {
    const messages = await store.sandboxMessages.find().sort({ at: -1, _id: -1 }).limit(shown).toArray();
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    write(response, { status: 200, body: mailboxPage(messages) }, 'text/html');
  });
  return router;
}
