// Retry, give up, or tell the operator: what every answer of a provider means. The only place that knows.

/** What one try let us see of the provider's answer. */
export type Sighting =
  | {
      readonly provider: 'smtp';
      /** The three digits of the reply that ended the try. */
      readonly reply: number | null;
      /** The reply was to the greeting, the handshake or the login: about us, not about the recipient. */
      readonly session: boolean;
      /** The client's own error code where there was no reply. */
      readonly error: string | null;
      /** Whether the message may have left in full: without a reply its outcome is then unknown. */
      readonly written: boolean;
    }
  | {
      readonly provider: 'twilio';
      readonly status: number | null;
      /** Twilio's own error code. */
      readonly code: number | null;
      readonly written: boolean;
    };

/**
 * not_sent, transient: may succeed later. configuration: may too, once the operator has acted.
 * permanent, opted_out: never for this recipient. unknown: it may have arrived.
 */
export type Verdict = 'not_sent' | 'transient' | 'configuration' | 'permanent' | 'opted_out' | 'unknown';

export type Classified = { readonly verdict: Verdict; readonly code: string };

const smtpConfigurationReplies: ReadonlySet<number> = new Set([530, 534, 535, 538]);
const smtpConfigurationErrors: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ECONFIG']);
/** Refused by the client before anything was sent: an address or a size that no server takes. */
const smtpPermanentErrors: ReadonlySet<string> = new Set(['EENVELOPE', 'EMESSAGE', 'EMAXRECIPIENTS']);

/** Codes that speak of the account or the sender, not of the recipient. */
const twilioConfigurationCodes: ReadonlySet<number> = new Set([
  20003, 20005, 20006, 20404, 21212, 21603, 21606, 21609, 21659, 21660, 21701, 21703, 21704,
]);
const twilioTransientCodes: ReadonlySet<number> = new Set([20429, 14107, 30001, 30022]);
const twilioOptedOut = 21610;

function classifySmtp(seen: Extract<Sighting, { provider: 'smtp' }>): Classified {
  const { reply, error, session, written } = seen;
  if (reply !== null) {
    const code = `smtp_${reply}`;
    if (smtpConfigurationReplies.has(reply)) return { verdict: 'configuration', code };
    if (reply >= 500) return { verdict: session ? 'configuration' : 'permanent', code };
    if (reply >= 400) return { verdict: 'transient', code };
  }
  if (written) return { verdict: 'unknown', code: 'no_answer' };
  if (error !== null && smtpConfigurationErrors.has(error))
    return { verdict: 'configuration', code: 'smtp_auth' };
  if (error !== null && smtpPermanentErrors.has(error)) return { verdict: 'permanent', code: 'smtp_refused' };
  return { verdict: 'not_sent', code: 'smtp_unreachable' };
}

function classifyTwilio(seen: Extract<Sighting, { provider: 'twilio' }>): Classified {
  const { status, code, written } = seen;
  if (status === null) {
    return written
      ? { verdict: 'unknown', code: 'no_answer' }
      : { verdict: 'not_sent', code: 'twilio_unreachable' };
  }
  const name = `twilio_${code ?? status}`;
  if (status === 429 || (code !== null && twilioTransientCodes.has(code))) {
    return { verdict: 'transient', code: name };
  }
  // A 5xx may follow a message that was sent: Twilio says that creating one is not idempotent.
  if (status >= 500) return { verdict: 'unknown', code: name };
  if (code === twilioOptedOut) return { verdict: 'opted_out', code: name };
  if (code !== null && twilioConfigurationCodes.has(code)) return { verdict: 'configuration', code: name };
  if (status === 401 || status === 403 || status === 404) {
    // 21408 comes as a 403 and is about the recipient's country.
    return { verdict: code === 21408 ? 'permanent' : 'configuration', code: name };
  }
  return { verdict: 'permanent', code: name };
}

export function classify(seen: Sighting): Classified {
  return seen.provider === 'smtp' ? classifySmtp(seen) : classifyTwilio(seen);
}

const twilioUnreachable: ReadonlySet<number> = new Set([
  21211, 21214, 21217, 21408, 21610, 21614, 30003, 30005, 30006,
]);

/** Whether a code that ended a message says that nothing arrives at this address, whoever tries and when. */
export function isAboutRecipient(code: string): boolean {
  const [provider, answer = ''] = code.split('_');
  const number = Number(answer);
  if (provider === 'twilio') return twilioUnreachable.has(number);
  return provider === 'smtp' && number >= 500 && !smtpConfigurationReplies.has(number);
}

type Ladder = { readonly first: number; readonly factor: number; readonly cap: number };
const minute = 60_000;
const patient: Ladder = { first: 5_000, factor: 4, cap: 240 * minute };
/** Waits for a person, so it asks seldom. */
const slow: Ladder = { first: 25_000, factor: 12, cap: 15 * minute };

/**
 * The failed try after which a message is given up: about a day of tries on either ladder. Counted and not timed,
 * so that hours in which no worker ran burn none.
 */
const lastFailure: Readonly<Record<'patient' | 'slow', number>> = { patient: 12, slow: 90 };

export function isLastFailure(verdict: Verdict, failures: number): boolean {
  return failures >= (verdict === 'configuration' ? lastFailure.slow : lastFailure.patient);
}

const longestDelay = 24 * 60 * minute;

/** Milliseconds until the next try after `failures` failed ones. What the provider asks for is the least. */
export function retryDelay(verdict: Verdict, failures: number, asked: number | null): number {
  const ladder = verdict === 'configuration' ? slow : patient;
  const step = Math.min(ladder.cap, ladder.first * ladder.factor ** Math.max(0, failures - 1));
  return Math.min(longestDelay, Math.max(step, asked ?? 0));
}
