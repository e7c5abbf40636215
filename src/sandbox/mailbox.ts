// The built-in mailbox: a real SMTP server on loopback that keeps every mail it takes, and fails as it is told to.
import { randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { MessageStatusArguments } from '../contract/invoice.ts';
import { instant } from '../domain/calendar.ts';
import type { Store } from '../store/store.ts';
import { takeFailure } from './failures.ts';
import { findSubject, type Subject, whenSettled } from './subject.ts';

export type OnReport = (report: MessageStatusArguments) => void | Promise<void>;

type MailboxOptions = {
  readonly store: Store;
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  /** What the mail world would report after having accepted: a bounce, a complaint. */
  readonly onReport?: OnReport;
  readonly onError?: (error: unknown) => void;
  readonly now?: () => number;
};

export type Mailbox = { readonly url: string; close(): Promise<void> };

const messageHeader = 'X-Duewell-Message';

const sizeLimit = 25 * 1024 * 1024;
const reportPatience = 10_000;

const replies: Readonly<Record<string, string>> = {
  '421': '4.3.2 Service not available, closing transmission channel',
  '450': '4.2.0 Mailbox unavailable, try again later',
  '451': '4.3.0 Local error in processing',
  '452': '4.3.1 Insufficient system storage',
  '550': '5.1.1 Mailbox unavailable',
  '552': '5.2.2 Exceeded storage allocation',
  '554': '5.7.1 Transaction failed',
};

type Ending =
  | { readonly kind: 'accept'; readonly report: MessageStatusArguments | null }
  | { readonly kind: 'refuse'; readonly reply: number; readonly text: string }
  | { readonly kind: 'drop' }
  | { readonly kind: 'silence' };

function refusal(reply: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: reply });
}

function addresses(header: AddressObject | AddressObject[] | undefined): string[] {
  const objects = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return objects
    .flatMap((one) => one.value.flatMap((entry) => entry.group ?? [entry]))
    .map((entry) => (entry.address ?? '').toLowerCase())
    .filter((address) => address !== '');
}

function ourMessageId(mail: ParsedMail): string | null {
  const value = mail.headers.get(messageHeader.toLowerCase());
  if (typeof value !== 'string') return null;
  try {
    // Folded where it was long; an id that is percent-encoded has no spaces of its own.
    return decodeURIComponent(value.replace(/\s+/g, ''));
  } catch {
    return null;
  }
}

/** The blind copies are those of the envelope that no header names. */
async function keep(
  store: Store,
  mail: ParsedMail,
  recipients: readonly string[],
  subject: Subject,
): Promise<void> {
  const to = addresses(mail.to);
  const cc = addresses(mail.cc);
  await store.sandboxMessages.insertOne({
    _id: randomUUID(),
    organization_id: subject.organizationId,
    live_mode: subject.liveMode,
    invoice_id: subject.invoiceId,
    message_id: subject.messageId,
    channel: 'email',
    to,
    cc,
    bcc: recipients.filter((address) => !to.includes(address) && !cc.includes(address)),
    from: mail.from?.text ?? '',
    subject: mail.subject ?? null,
    text: mail.text ?? '',
    html: typeof mail.html === 'string' ? mail.html : null,
    attachments: mail.attachments.map((one) => ({
      name: one.filename ?? '',
      type: one.contentType,
      size: one.size,
    })),
    provider_message_id: mail.messageId ?? null,
    resource: null,
    at: subject.at,
  });
}

async function take(
  options: MailboxOptions,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Ending> {
  const { store } = options;
  const mail = await simpleParser(stream, { skipHtmlToText: true, skipTextToHtml: true });
  if (stream.sizeExceeded) return { kind: 'refuse', reply: 552, text: '5.3.4 Message too big' };
  const recipients = session.envelope.rcptTo.map((recipient) => recipient.address.toLowerCase());
  const subject = await findSubject(store, ourMessageId(mail), instant((options.now ?? Date.now)()));
  const fail = await takeFailure(store, 'email', subject, recipients);
  const reply = fail === null ? undefined : replies[fail];
  if (reply !== undefined) return { kind: 'refuse', reply: Number(fail), text: reply };
  if (fail === 'timeout') return { kind: 'silence' };
  await keep(store, mail, recipients, subject);
  if (fail === 'drop_after_accept') return { kind: 'drop' };
  const reported = fail === 'bounce_later' ? 'bounce' : fail === 'complaint' ? 'complaint' : null;
  const report =
    reported === null || subject.messageId === null
      ? null
      : { messageId: subject.messageId, state: 'bounced' as const, code: reported };
  return { kind: 'accept', report };
}

async function reportLater(options: MailboxOptions, report: MessageStatusArguments): Promise<void> {
  await whenSettled(options.store, report.messageId, reportPatience);
  await options.onReport?.(report);
}

type Reply = (error?: Error | null, text?: string) => void;

/** Carries out how the message ends for the client. */
function finish(options: MailboxOptions, ending: Ending, socket: Socket | undefined, answer: Reply): void {
  switch (ending.kind) {
    case 'accept':
      answer(null, 'OK: message taken');
      if (ending.report !== null) reportLater(options, ending.report).catch(options.onError ?? ignore);
      return;
    case 'refuse':
      answer(refusal(ending.reply, ending.text));
      // 421 announces the end of the connection.
      if (ending.reply === 421) socket?.end();
      return;
    case 'drop':
      socket?.destroy();
      return;
    case 'silence':
  }
}

function ignore(): void {
  // Nobody asked to hear of it.
}

async function listen(server: SMTPServer, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  return (server.server.address() as AddressInfo).port;
}

export async function startMailbox(options: MailboxOptions): Promise<Mailbox> {
  const host = options.host ?? '127.0.0.1';
  const onError = options.onError ?? ignore;
  const sockets = new Map<number, Socket>();
  const server = new SMTPServer({
    // The built-in certificate is nobody's; on loopback there is nothing to encrypt or to log in to.
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    authOptional: true,
    logger: false,
    size: sizeLimit,
    closeTimeout: 500,
    banner: 'Duewell mailbox',
    onData(stream, session, answer) {
      take(options, stream, session)
        .then((ending) => {
          finish(options, ending, sockets.get(session.remotePort), answer);
        })
        .catch((error: unknown) => {
          onError(error);
          stream.resume();
          answer(refusal(451, '4.3.0 The mailbox cannot store mail now'));
        });
    },
  });
  // A client that goes away in the middle is the client's affair, not the end of the process.
  server.on('error', onError);
  server.server.on('connection', (socket: Socket) => {
    const remotePort = socket.remotePort ?? 0;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  const port = await listen(server, options.port ?? 0, host);
  return {
    url: `smtp://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
