// What the Twilio stand-in accepts: the checks on a request to create a message, in the order that Twilio makes them.

export type TwilioError = {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type MessageParameters = {
  readonly to: string;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly statusCallback: string | null;
};

export const authenticate: TwilioError = { status: 401, code: 20003, message: 'Authenticate' };
export const methodNotAllowed: TwilioError = { status: 405, code: 20004, message: 'Method not allowed' };

export function notFound(path: string): TwilioError {
  return { status: 404, code: 20404, message: `The requested resource ${path} was not found` };
}

export function badRequest(code: number, message: string): TwilioError {
  return { status: 400, code, message };
}

/** How a scripted failure that refuses the request at once is answered. */
export const scriptedRefusals: Readonly<Record<string, TwilioError>> = {
  '21211': badRequest(21211, "Invalid 'To' Phone Number"),
  '21610': badRequest(21610, 'Attempt to send to unsubscribed recipient'),
  '21614': badRequest(21614, "'To' number is not a valid mobile number"),
  '20429': { status: 429, code: 20429, message: 'Too Many Requests', headers: { 'retry-after': '1' } },
  '20003': authenticate,
  '500': { status: 500, code: 20500, message: 'Internal Server Error' },
};

/** What an accepted message may end with, as the status callback reports it. */
export const undeliveredReasons: Readonly<Record<string, string>> = {
  '30003': 'Unreachable destination handset',
  '30005': 'Unknown destination handset',
  '30006': 'Landline or unreachable carrier',
  '30007': 'Message filtered',
  '30008': 'Unknown error',
};

const createParameters: ReadonlySet<string> = new Set([
  'To',
  'From',
  'MessagingServiceSid',
  'Body',
  'MediaUrl',
  'StatusCallback',
  'ApplicationSid',
  'MaxPrice',
  'ProvideFeedback',
  'Attempt',
  'ValidityPeriod',
  'ForceDelivery',
  'ContentRetention',
  'AddressRetention',
  'SmartEncoded',
  'PersistentAction',
  'TrafficType',
  'ShortenUrls',
  'ScheduleType',
  'SendAt',
  'SendAsMms',
  'ContentVariables',
  'MessageIntent',
  'RiskCheck',
  'FallbackFrom',
  'ContentSid',
]);
const repeatable: ReadonlySet<string> = new Set(['MediaUrl', 'PersistentAction']);

export const listParameters: ReadonlySet<string> = new Set([
  'To',
  'From',
  'DateSent',
  'DateSent<',
  'DateSent>',
  'PageSize',
  'Page',
  'PageToken',
]);

const e164 = /^\+[1-9]\d{6,14}$/;
/** A number, a short code, or an alphanumeric sender id. */
const sender = /^(\+[1-9]\d{6,14}|\d{5,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;
const bodyLimit = 1600;
const mediaLimit = 10;

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** The first parameter that the route does not know, or that is given more often than it may be. */
export function strayParameter(form: URLSearchParams, known: ReadonlySet<string>): string | null {
  for (const name of form.keys()) {
    if (!known.has(name)) return name;
    if (!repeatable.has(name) && form.getAll(name).length > 1) return name;
  }
  return null;
}

export function readMessageParameters(
  form: URLSearchParams,
): { readonly parameters: MessageParameters } | { readonly error: TwilioError } {
  const stray = strayParameter(form, createParameters);
  if (stray !== null) return { error: badRequest(20001, `Unknown parameters: ${stray}`) };
  const given = (name: string): string | null => {
    const value = form.get(name);
    return value === null || value === '' ? null : value;
  };
  const to = given('To');
  const from = given('From');
  const messagingServiceSid = given('MessagingServiceSid');
  const body = given('Body') ?? '';
  const mediaUrls = form.getAll('MediaUrl').filter((url) => url !== '');
  const statusCallback = given('StatusCallback');
  const refuse = (code: number, message: string): { readonly error: TwilioError } => ({
    error: badRequest(code, message),
  });
  if (to === null) return refuse(21604, "A 'To' phone number is required.");
  if (!e164.test(to)) return refuse(21211, "Invalid 'To' Phone Number");
  if (from === null && messagingServiceSid === null)
    return refuse(21603, "A 'From' phone number is required.");
  if (from !== null && !sender.test(from)) return refuse(21212, "Invalid 'From' Number");
  if (messagingServiceSid !== null && !/^MG[0-9a-fA-F]{32}$/.test(messagingServiceSid)) {
    return refuse(21701, 'The Messaging Service does not exist');
  }
  if (body === '' && mediaUrls.length === 0) return refuse(21602, 'Message body is required.');
  if (Array.from(body).length > bodyLimit) {
    return refuse(21617, 'The concatenated message body exceeds the 1600 character limit');
  }
  if (mediaUrls.length > mediaLimit) return refuse(21623, 'Number of media files exceeds allowed limit');
  if (!mediaUrls.every(isHttpUrl)) return refuse(21620, 'Invalid media URL(s)');
  if (statusCallback !== null && !isHttpUrl(statusCallback)) {
    return refuse(21609, "The 'StatusCallback' URL is not a valid URL.");
  }
  return { parameters: { to, from, messagingServiceSid, body, mediaUrls, statusCallback } };
}
