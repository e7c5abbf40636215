// A mail server of a test's own for live mail: keeps every mail as it came, and holds its answer back when told to.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

export type Mail = { readonly raw: string; readonly messageId: string; readonly to: readonly string[] };

export type MailServer = {
  readonly url: string;
  /** Everything that arrived in full, answered or not, in order. */
  readonly mails: Mail[];
  /** Mail to these is taken in full and its sender left without an answer. */
  readonly holding: Set<string>;
  /** Milliseconds of work before each answer: time in which a sender can die. */
  slowness: number;
  close(): Promise<void>;
};

async function readAll(stream: SMTPServerDataStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** The value of a header, unfolded. */
export function header(raw: string, name: string): string {
  const match = new RegExp(`^${name}:((?:.*\\r\\n)(?:[ \\t].*\\r\\n)*)`, 'im').exec(raw);
  return (match?.[1] ?? '').replace(/\r\n/g, '').trim();
}

export async function startMailServer(): Promise<MailServer> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onData(stream, session, answer) {
      const taken = readAll(stream).then((raw) => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ raw, messageId: header(raw, 'Message-ID'), to });
        if (to.some((address) => control.holding.has(address))) return;
        setTimeout(() => answer(null, 'OK: taken'), control.slowness);
      });
      // Half a mail is no mail: its sender is gone.
      taken.catch(() => undefined);
    },
  });
  // A sender that is killed is what these tests are about.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const control: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    holding: new Set(),
    slowness: 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return control;
}
