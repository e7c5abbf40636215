// One try to create a text message with Twilio's own client, at Twilio or at an address that stands in for it.
import { SegmentedMessage } from 'sms-segments-calculator';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import type { Deadlines, OutgoingSms, Send, Tried } from './channel.ts';

export type SmsAccount = {
  readonly accountSid: string;
  readonly authToken: string;
  readonly sender: { readonly from: string } | { readonly messagingServiceSid: string };
  /** null: Twilio itself. */
  readonly apiUrl: string | null;
};

type Refusal = Error & {
  readonly status: number;
  readonly code: number | null;
  readonly retryAfter: number | null;
};

/** Milliseconds of a Retry-After header in either form; null when there is none that makes sense. */
export function retryAfterOf(header: unknown, now: number): number | null {
  if (typeof header !== 'string' || header === '') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function refusalOf(status: number, body: unknown, headers: unknown): Refusal {
  let parsed: unknown = body;
  try {
    if (typeof body === 'string') parsed = JSON.parse(body);
  } catch {
    parsed = null;
  }
  const code = (parsed as { code?: unknown } | null)?.code;
  const retryAfter = (headers as Record<string, unknown> | undefined)?.['retry-after'];
  return Object.assign(new Error(`Twilio answered ${status}`), {
    status,
    code: typeof code === 'number' ? code : null,
    retryAfter: retryAfterOf(retryAfter, Date.now()),
  });
}

/** The vendor's HTTP client with three changes: another origin, a hard deadline, refusals that keep their headers. */
class DeliveryClient extends twilio.RequestClient {
  readonly #apiUrl: string | null;

  constructor(apiUrl: string | null, timeout: number) {
    // A connection of its own for each text: on a reused one a reset says nothing about what was sent.
    super({ timeout, keepAlive: false, autoRetry: false });
    this.#apiUrl = apiUrl;
    this.axios.defaults.signal = AbortSignal.timeout(timeout);
  }

  override async request<T>(options: RequestClient.RequestOptions<T>) {
    const uri = new URL(options.uri);
    const target = this.#apiUrl === null ? uri : new URL(uri.pathname + uri.search, this.#apiUrl);
    const response = await super.request<T>({ ...options, uri: target.href });
    if (response.statusCode >= 400) throw refusalOf(response.statusCode, response.body, response.headers);
    return response;
  }
}

/** The connection was never made, so nothing was asked of Twilio. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

type TransportError = Error & {
  readonly code?: string;
  readonly request?: { readonly socket?: { readonly bytesWritten: number } | null };
};

function mayHaveWritten(error: TransportError): boolean {
  if (neverConnected.has(error.code ?? '')) return false;
  // No request object to look at: assume the worst.
  return error.request === undefined || (error.request.socket?.bytesWritten ?? 0) > 0;
}

function fault(error: Refusal | TransportError): Tried {
  if ('status' in error && typeof error.status === 'number') {
    const code = typeof error.code === 'number' ? error.code : null;
    return {
      outcome: 'fault',
      seen: { provider: 'twilio', status: error.status, code, written: true },
      retryAfter: error.retryAfter,
      detail: `answered ${error.status}${code === null ? '' : ` with code ${code}`}`,
    };
  }
  const written = mayHaveWritten(error as TransportError);
  return {
    outcome: 'fault',
    seen: { provider: 'twilio', status: null, code: null, written },
    retryAfter: null,
    detail: `no answer (${String(error.code ?? 'unknown error')})${written ? ' after the request' : ''}`,
  };
}

export function createSmsSender(account: SmsAccount, deadlines: Deadlines): Send<OutgoingSms> {
  return async (message, cancelled) => {
    if (cancelled.aborted) {
      const seen = { provider: 'twilio', status: null, code: null, written: false } as const;
      return { outcome: 'fault', seen, retryAfter: null, detail: 'cancelled before the request' };
    }
    const client = twilio(account.accountSid, account.authToken, {
      httpClient: new DeliveryClient(account.apiUrl, deadlines.sms),
      // An environment that turns on the client's debug log would print the words of a message.
      logLevel: '',
    });
    try {
      const made = await client.messages.create({
        ...account.sender,
        to: message.to,
        body: message.body,
        statusCallback: message.statusCallback,
      });
      const counted = Number(made.numSegments);
      return {
        outcome: 'accepted',
        providerId: made.sid,
        // A messaging service counts later and says 0 for now.
        segments: counted > 0 ? counted : new SegmentedMessage(message.body).segmentsCount,
        detail: null,
      };
    } catch (error) {
      return fault(error as Refusal | TransportError);
    }
  };
}
