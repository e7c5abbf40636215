// The gateway, put together: what every request passes, the routes, and where errors end.
import express, { type Express, type NextFunction, type Request, type Response, Router } from 'express';
import helmet from 'helmet';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Store } from '../store/store.ts';
import { routes } from './api/index.ts';
import { twilioRoutes } from './callbacks/twilio.ts';
import { createCommands } from './command.ts';
import { dispatch } from './dispatch.ts';
import { docsRoutes } from './docs.ts';
import { createEngine } from './engine.ts';
import { renderErrors } from './errors.ts';
import { healthRoutes } from './health.ts';
import { logRequests } from './logging.ts';
import { createMetrics, type Metrics, type Reconciled } from './metrics.ts';
import { invoicePageRoutes } from './pages/invoice.ts';
import { mailboxRoutes } from './pages/mailbox.ts';
import { refused, refusedAs } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import { reject } from '../domain/rejection.ts';
import type { Route, Tools } from './route.ts';

export type GatewayParts = {
  readonly store: Store;
  readonly client: Client;
  readonly config: Config;
  readonly logger: Logger;
  /** Where the gateway is reached, when the configuration cannot know it (a port that was free). */
  readonly publicUrl?: string;
};

function publicUrlOf({ config, publicUrl }: GatewayParts): string {
  const url = config.PUBLIC_URL ?? publicUrl ?? `http://${config.HOST}:${config.PORT ?? 3000}`;
  return url.replace(/\/+$/, '');
}

async function lastReconciliations(store: Store): Promise<Reconciled[]> {
  const rows = await store.reconciliations.find({}, { projection: { difference_cents: 1 } }).toArray();
  return rows.map(({ _id: organization, difference_cents: difference }) => ({ organization, difference }));
}

function measure(metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const ended = metrics.requestStarted();
    response.once('close', () => {
      const template: unknown = response.locals['route'];
      ended(request.method, typeof template === 'string' ? template : 'other', response.statusCode);
    });
    next();
  };
}

function allowed(onPath: readonly Route[]): string {
  const methods = onPath.map((route) => route.method.toUpperCase());
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

/** Methods that a path does not take are told which it does. */
function otherMethods(allow: string) {
  return (request: Request, response: Response): void => {
    response.setHeader('Allow', allow);
    if (request.method !== 'OPTIONS')
      throw refused(reject('method_not_allowed'), { headers: { Allow: allow } });
    response.status(204).end();
  };
}

function apiRoutes(tools: Tools): Router {
  const router = Router();
  const rateLimit = createRateLimit(tools.config.DUEWELL_RATE_LIMIT);
  for (const path of new Set(routes.map((route) => route.path))) {
    const onPath = routes.filter((route) => route.path === path);
    const named = router.route(path);
    named.all((_request: Request, response: Response, next: NextFunction) => {
      response.locals['route'] = `/api/v1${path}`;
      next();
    });
    for (const route of onPath) named[route.method](dispatch(tools, route, rateLimit));
    named.all(otherMethods(allowed(onPath)));
  }
  return router;
}

export function createGateway(parts: GatewayParts): Express {
  const { store, client, config, logger } = parts;
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  const metrics = createMetrics(() => lastReconciliations(store));
  const engine = createEngine(client, store, taskQueue);
  const commands = createCommands({ client, store, engine, metrics, logger, taskQueue });
  const publicUrl = publicUrlOf(parts);
  const tools: Tools = { store, client, config, logger, engine, commands, metrics, taskQueue, publicUrl };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(logRequests(logger));
  app.use(measure(metrics));
  app.use(helmet({ strictTransportSecurity: config.PUBLIC_URL?.startsWith('https:') === true }));
  app.use(healthRoutes(tools));
  app.use(docsRoutes(publicUrl));
  app.use(mailboxRoutes(store));
  app.use(invoicePageRoutes(tools));
  app.use(twilioRoutes(tools));
  app.use('/api/v1', apiRoutes(tools));
  app.use(() => {
    throw refusedAs('not_found');
  });
  app.use(renderErrors(logger, metrics));
  return app;
}
