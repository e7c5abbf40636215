// A bare SMTP server that hands out each mail as it came over the wire, and misbehaves where a test asks for it.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export type RawServer = { readonly url: string; close(): Promise<void> };

export async function rawServer(
  onMail: (mail: string) => void,
  reply: string,
  odd: { readonly greeting?: string; readonly silentAt?: string } = {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let received = '';
    let inMail = false;
    socket.on('error', () => undefined);
    socket.write(`${odd.greeting ?? '220 here'}\r\n`);
    socket.on('data', (part) => {
      received += part.toString('utf8');
      for (;;) {
        const end = inMail ? received.indexOf('\r\n.\r\n') : received.indexOf('\r\n');
        if (end < 0) return;
        const piece = received.slice(0, end);
        received = received.slice(end + (inMail ? 5 : 2));
        if (inMail) onMail(piece);
        else if (odd.silentAt !== undefined && piece.startsWith(odd.silentAt)) return;
        const data = !inMail && piece === 'DATA';
        socket.write(`${inMail ? reply : data ? '354 go on' : '250 fine'}\r\n`);
        inMail = data;
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}
