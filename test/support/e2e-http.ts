// A user of the HTTP API: asks with one key and hears status, headers and body. Knows nothing of the product's code.
export type Headers = Readonly<Record<string, string>>;

export type Answer<Body> = {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly body: Body;
  /** Milliseconds until the whole answer was there. */
  readonly took: number;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
  readonly available_actions?: readonly { readonly name: string; readonly allowed: boolean }[];
  readonly retry_at?: string;
  readonly command_id?: string;
};

export type User = {
  get<Body>(path: string, headers?: Headers): Promise<Answer<Body>>;
  post<Body>(path: string, body?: unknown, headers?: Headers): Promise<Answer<Body>>;
  put<Body>(path: string, body: unknown, headers?: Headers): Promise<Answer<Body>>;
  patch<Body>(path: string, body?: unknown, headers?: Headers): Promise<Answer<Body>>;
  remove<Body>(path: string, headers?: Headers): Promise<Answer<Body>>;
  /** multipart/form-data. */
  upload<Body>(path: string, form: FormData): Promise<Answer<Body>>;
  /** Anything else: another method, bytes that are no JSON, no key at all. */
  raw<Body>(path: string, init: RequestInit): Promise<Answer<Body>>;
};

/** No answer of the product may take longer, whatever is broken. */
const patience = 120_000;

async function ask<Body>(url: string, init: RequestInit): Promise<Answer<Body>> {
  const began = performance.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(patience), redirect: 'manual', ...init });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: response.headers,
    body: (/\bjson\b/.test(type) && text !== '' ? JSON.parse(text) : text) as Body,
    took: performance.now() - began,
  };
}

/** Paths are below /api/v1. */
export function userOf(baseUrl: string, key: string): User {
  const api = `${baseUrl}/api/v1`;
  const send = <Body>(method: string, path: string, body: unknown, headers: Headers = {}) =>
    ask<Body>(api + path, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body = {}, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    patch: (path, body = {}, headers) => send('PATCH', path, body, headers),
    remove: (path, headers) => send('DELETE', path, undefined, headers),
    upload: (path, form) =>
      ask(api + path, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: form }),
    raw: (path, init) => ask(api + path, init),
  };
}

/** A page or a probe beside the API. */
export function visit<Body = string>(url: string, headers: Headers = {}): Promise<Answer<Body>> {
  return ask(url, { headers: { 'User-Agent': 'Mozilla/5.0 (a person)', ...headers } });
}

/** The body of an answer that must have succeeded; its refusal is the failure of the test. */
export async function good<Body>(asked: Promise<Answer<Body>>, status?: number): Promise<Body> {
  const answer = await asked;
  if (answer.status >= 300 || (status !== undefined && answer.status !== status)) {
    throw new Error(
      `Answered ${answer.status} instead of ${status ?? '2xx'}: ${JSON.stringify(answer.body)}`,
    );
  }
  return answer.body;
}

/** Status and code of a refusal, with the fields that it points at. */
export async function refusal(
  asked: Promise<Answer<unknown>>,
): Promise<readonly [number, string, ...string[]]> {
  const { status, body } = (await asked) as Answer<Problem>;
  return [status, body.code, ...(body.errors ?? []).map((fault) => fault.pointer)];
}
