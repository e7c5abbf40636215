// Whether the gateway runs, and whether it could do anything: for whoever starts, balances and watches it.
import { type Request, type Response, Router } from 'express';
import { write } from './answer.ts';
import { within } from './engine.ts';
import type { Tools } from './route.ts';

async function databaseReason(tools: Tools): Promise<string | null> {
  try {
    await within(tools.store.ping());
    return null;
  } catch {
    return 'MongoDB does not answer.';
  }
}

export function healthRoutes(tools: Tools): Router {
  const router = Router();
  router.get('/health/live', (_request: Request, response: Response) => {
    write(response, { status: 200, body: { status: 'live' } });
  });
  router.get('/health/ready', async (_request: Request, response: Response) => {
    const [database, engine] = await Promise.all([databaseReason(tools), tools.engine.report()]);
    const reasons = [database, engine.temporal, engine.worker].filter((reason) => reason !== null);
    write(response, {
      status: reasons.length === 0 ? 200 : 503,
      body: { status: reasons.length === 0 ? 'ready' : 'not_ready', reasons },
      ...(reasons.length === 0 ? {} : { headers: { 'Retry-After': '2' } }),
    });
  });
  router.get('/metrics', async (_request: Request, response: Response) => {
    const { registry } = tools.metrics;
    response.setHeader('Content-Type', registry.contentType);
    response.end(await registry.metrics());
  });
  return router;
}
