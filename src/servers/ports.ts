// Chooses a port on loopback: the one asked for, or the usual one, or the next that is free.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export const loopback = '127.0.0.1';

export type PortWish = {
  /** What the port is for, as the messages name it. */
  title: string;
  /** The variable that asks for it. */
  variable: string;
  asked: number | undefined;
  usual: number;
  host?: string;
};

/** An asked port that is taken is an error; a usual one makes way for its next free neighbour. */
export async function choosePort(wish: PortWish): Promise<{ port: number; note: string }> {
  const host = wish.host ?? loopback;
  if (wish.asked !== undefined) {
    const port = await freePort(wish.asked, host);
    if (port === null)
      throw new Error(`${wish.variable} asks for port ${wish.asked} (${wish.title}), and it is taken.`);
    return { port, note: '' };
  }
  for (let port = wish.usual; port < wish.usual + 200; port += 1) {
    if ((await freePort(port, host)) !== null)
      return { port, note: port === wish.usual ? '' : ` (port ${wish.usual} is taken)` };
  }
  throw new Error(
    `No port from ${wish.usual} to ${wish.usual + 199} is free for ${wish.title}. Set ${wish.variable}.`,
  );
}

/** The port when nobody listens there (any free one for 0), null when it is taken. */
export async function freePort(port: number, host: string = loopback): Promise<number | null> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') return null;
    throw new Error(`Port ${port} on ${host} cannot be used (${code ?? String(error)}).`, { cause: error });
  } finally {
    server.close();
  }
}
