// One try to hand a mail to an SMTP server. Says whether the message had left in full when no reply came.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { milliseconds } from '../../src/domain/calendar.ts';
import type { Deadlines, OutgoingEmail, Send, Tried } from './channel.ts';

type EmailServer = {
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
};

/** Controls, and the two line separators that some software takes for line ends. */
const unsafe = /[\p{Cc}\u2028\u2029]/u;
/** One bare address: nothing that an address list would read as a second one. */
const bareAddress = /^[^\s<>(),;:"\\@[\]]+@[^\s<>(),;:"\\@[\]]+$/;

/** Derived from what the mail is for, so a second copy carries the same one and a resend another. */
export function messageIdHeader(message: Pick<OutgoingEmail, 'invoiceId' | 'commandId'>): string {
  return `<${identity(message)}@messages.duewell>`;
}

function identity(message: Pick<OutgoingEmail, 'invoiceId' | 'commandId'>): string {
  return createHash('sha256')
    .update(JSON.stringify([message.invoiceId, message.commandId, 'email']))
    .digest('hex')
    .slice(0, 40);
}

/** Ids hold whatever a caller named a command: percent-encoded, and in pieces that a header can be folded at. */
function headerSafe(id: string): string {
  return (encodeURIComponent(id).match(/.{1,60}/g) ?? []).join(' ');
}

function isUnsafe(message: OutgoingEmail): string | null {
  const addresses = [...message.to, ...message.cc, ...message.bcc];
  if (addresses.some((address) => unsafe.test(address) || !bareAddress.test(address))) {
    return 'an address is not one bare address';
  }
  return unsafe.test(message.subject) || unsafe.test(message.fromName)
    ? 'the subject or the sender holds control characters'
    : null;
}

type SmtpError = Error & {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
};

const messageCommands = /^(MAIL FROM|RCPT TO|DATA)$/;

function fault(error: SmtpError, written: boolean): Tried {
  const reply = typeof error.responseCode === 'number' ? error.responseCode : null;
  const told = reply === null ? `no reply (${error.code ?? 'unknown error'})` : `replied ${reply}`;
  const stage = error.command === undefined || error.command === 'CONN' ? '' : ` to ${error.command}`;
  return {
    outcome: 'fault',
    seen: {
      provider: 'smtp',
      reply,
      error: error.code ?? null,
      // A reply to a dying connection (421 and the like) comes without its command.
      session: reply !== null && !written && !messageCommands.test(error.command ?? ''),
      written,
    },
    retryAfter: null,
    detail: `${told}${reply === null ? '' : stage}${written ? ' after the whole message' : ''}`,
  };
}

function transportFor(server: EmailServer, deadlines: Deadlines, onWritten: () => void) {
  const transport = createTransport({
    url: server.url,
    connectionTimeout: deadlines.connection,
    dnsTimeout: deadlines.connection,
    greetingTimeout: deadlines.greeting,
    socketTimeout: deadlines.socket,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  // The message is read only once the server has asked for it, and its end is read only when the rest has been
  // handed to the connection. That is the one moment that divides "not sent" from "unknown".
  transport.use('stream', (mail, done) => {
    const compose = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = () => Readable.from(compose()).once('end', onWritten);
    done();
  });
  return transport;
}

export function createEmailSender(server: EmailServer, deadlines: Deadlines): Send<OutgoingEmail> {
  return async (message, cancelled) => {
    const why = isUnsafe(message);
    if (why !== null) return { outcome: 'unsafe', detail: why };
    let written = false;
    const transport = transportFor(server, deadlines, () => {
      written = true;
    });
    const abort = new AbortController();
    const deadline = setTimeout(() => {
      abort.abort();
    }, deadlines.email);
    // After the last byte only the server knows the outcome, so a worker that stops still waits for its word.
    const onCancel = (): void => {
      if (!written) abort.abort();
    };
    cancelled.addEventListener('abort', onCancel);
    if (cancelled.aborted) abort.abort();
    try {
      const id = messageIdHeader(message);
      const info = await transport.sendMail({
        messageId: id,
        date: new Date(milliseconds(message.date)),
        from: { name: message.fromName, address: server.from },
        to: [...message.to],
        cc: [...message.cc],
        bcc: [...message.bcc],
        subject: message.subject,
        text: message.text,
        html: message.html,
        baseBoundary: identity(message),
        xMailer: false,
        headers: {
          'X-Duewell-Message': headerSafe(message.messageId),
          ...(message.invoiceId === null ? {} : { 'X-Duewell-Invoice': headerSafe(message.invoiceId) }),
          'Auto-Submitted': 'auto-generated',
        },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: abort.signal,
      });
      const refused = info.rejected.length;
      const detail =
        refused === 0 ? null : `${refused} of ${refused + info.accepted.length} recipients refused`;
      return { outcome: 'accepted', providerId: id, segments: null, detail };
    } catch (error) {
      return fault(error as SmtpError, written);
    } finally {
      clearTimeout(deadline);
      cancelled.removeEventListener('abort', onCancel);
    }
  };
}
