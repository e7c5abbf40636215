// Which port is taken when several could be.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { choosePort, freePort } from '../../src/servers/ports.ts';

const wish = { title: 'Temporal', variable: 'TEMPORAL_PORT' };

async function listen(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('a port', () => {
  it('is the usual one when that is free', async () => {
    const usual = (await freePort(0)) ?? 0;
    expect(await choosePort({ ...wish, asked: undefined, usual })).toEqual({ port: usual, note: '' });
  });

  it('is the next free one when the usual is taken, and the note says so', async () => {
    const { server, port } = await listen();
    const chosen = await choosePort({ ...wish, asked: undefined, usual: port });
    expect(chosen.port).toBeGreaterThan(port);
    expect(chosen.note).toBe(` (port ${port} is taken)`);
    server.close();
  });

  it('is an error that names it when it was asked for and is taken', async () => {
    const { server, port } = await listen();
    await expect(choosePort({ ...wish, asked: port, usual: 7233 })).rejects.toThrow(
      `TEMPORAL_PORT asks for port ${port} (Temporal), and it is taken.`,
    );
    server.close();
  });

  it('is any free one when 0 was asked for', async () => {
    const { port } = await choosePort({ ...wish, asked: 0, usual: 7233 });
    expect(port).toBeGreaterThan(1023);
    const { server } = await listen(port);
    server.close();
  });

  it('is an error when the host is not of this machine', async () => {
    await expect(choosePort({ ...wish, asked: undefined, usual: 3000, host: '192.0.2.1' })).rejects.toThrow(
      '192.0.2.1',
    );
  });
});
