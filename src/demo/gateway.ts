// Speaks HTTP to the running gateway, as any client would. Where it is may change with a restart, so the place is
// read anew for each try.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Away, insist, type Patience } from './patience.ts';
import { type Credentials, credentialsShape } from './shapes.ts';

export type Asked = {
  readonly body?: unknown;
  readonly key?: string;
  /** Instead of that of Demo. */
  readonly apiKey?: string;
  /** Milliseconds for one try. */
  readonly timeout?: number;
};

export type Gateway = {
  /** One try. Throws `Away` where another may succeed. */
  readonly try: <S extends z.ZodType>(route: string, shape: S, asked?: Asked) => Promise<z.output<S>>;
  /** Tries until there is an answer. */
  readonly ask: <S extends z.ZodType>(route: string, shape: S, asked?: Asked) => Promise<z.output<S>>;
  readonly credentials: () => Promise<Credentials>;
  readonly patience: Patience;
};

/** A refusal: it will not become an answer by waiting. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const problemShape = z.object({ code: z.string(), detail: z.string() });
/** Two that pass by themselves: a request or an advance of before is still at work. */
const passing = new Set(['idempotency_in_flight', 'clock_busy']);

export async function readCredentials(data: string, url: string | undefined): Promise<Credentials> {
  const file = join(data, 'credentials.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Away(
      `There is no ${file}: Duewell was never started on this data folder. Start it with \`npm start\`.`,
    );
  });
  const parsed = credentialsShape.safeParse(parse(text));
  if (!parsed.success) throw new Error(`${file} is not what \`npm start\` writes. Start Duewell again.`);
  const base = (url ?? parsed.data.base_url).replace(/\/+$/, '');
  return { ...parsed.data, base_url: base };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function send(credentials: Credentials, route: string, asked: Asked): Promise<Response> {
  const [method = 'GET', path = '/'] = route.split(' ');
  try {
    return await fetch(credentials.base_url + path, {
      method,
      headers: {
        Authorization: `Bearer ${asked.apiKey ?? credentials.api_key}`,
        ...(asked.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(asked.key === undefined ? {} : { 'Idempotency-Key': asked.key }),
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      signal: AbortSignal.timeout(asked.timeout ?? 20_000),
    });
  } catch (error) {
    throw new Away(`The gateway at ${credentials.base_url} does not answer. Is \`npm start\` running?`, {
      cause: error,
    });
  }
}

async function failureOf(route: string, response: Response): Promise<Error> {
  const problem = problemShape.safeParse(await response.json().catch(() => null)).data;
  const { status } = response;
  const detail = problem?.detail ?? response.statusText;
  if (status === 429 || status >= 502 || passing.has(problem?.code ?? '')) {
    return new Away(`${route} was answered ${status}: ${detail}`);
  }
  return new Refused(status, problem?.code ?? 'unknown', `${route} was answered ${status}: ${detail}`);
}

export function createGateway(data: string, url: string | undefined, patience: Patience): Gateway {
  const credentials = () => readCredentials(data, url);
  const once: Gateway['try'] = async (route, shape, asked = {}) => {
    const response = await send(await credentials(), route, asked);
    if (!response.ok) throw await failureOf(route, response);
    const body: unknown = await response.json().catch((error: unknown) => {
      throw new Away(`The answer to ${route} broke off.`, { cause: error });
    });
    const read = shape.safeParse(body);
    if (!read.success) throw new Error(`The answer to ${route} is not what this demo knows how to read.`);
    return read.data;
  };
  return {
    credentials,
    patience,
    try: once,
    ask: (route, shape, asked) => insist(patience, () => once(route, shape, asked)),
  };
}
