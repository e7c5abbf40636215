// One line a request, without bodies, query strings or keys: they hold what belongs to other people.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

const acceptable = /^[\w.-]{1,64}$/;

function requestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

function pathOnly(url: string | undefined): string {
  return (url ?? '').replace(/\?.*$/s, '').replace(/^\/i\/[^/]+/, '/i/…');
}

export function logRequests(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId: requestId,
    wrapSerializers: false,
    serializers: {
      req: (request: IncomingMessage) => ({
        id: request.id,
        method: request.method,
        path: pathOnly('originalUrl' in request ? String(request.originalUrl) : request.url),
      }),
      res: (response: ServerResponse) => ({ status: response.statusCode }),
    },
    customLogLevel: (_request, response, error) => {
      if (error !== undefined || response.statusCode === 500) return 'error';
      if (response.statusCode > 500) return 'warn';
      return response.statusCode >= 400 ? 'info' : 'debug';
    },
    // What broke is logged where it is rendered; this line says how the request ended.
    customErrorObject: (_request, response) => ({ res: response }),
    // Probes come every few seconds and say nothing.
    autoLogging: { ignore: (request) => /^\/(health|metrics)/.test(request.url ?? '') },
  });
}
