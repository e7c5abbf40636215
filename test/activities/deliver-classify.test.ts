import {
  classify,
  isLastFailure,
  retryDelay,
  type Sighting,
  type Verdict,
} from '../../activities/deliver/classify.ts';

type Smtp = Partial<Extract<Sighting, { provider: 'smtp' }>>;
type Twilio = Partial<Extract<Sighting, { provider: 'twilio' }>>;

const smtp = (over: Smtp): Sighting => ({
  provider: 'smtp',
  reply: null,
  session: false,
  error: null,
  written: false,
  ...over,
});
const twilio = (over: Twilio): Sighting => ({
  provider: 'twilio',
  status: null,
  code: null,
  written: true,
  ...over,
});

describe('what an SMTP server answered', () => {
  const table: [string, Smtp, Verdict, string][] = [
    ['no name for the host', { error: 'EDNS' }, 'not_sent', 'smtp_unreachable'],
    ['a refused connection', { error: 'ESOCKET' }, 'not_sent', 'smtp_unreachable'],
    ['a failed TLS handshake', { error: 'ETLS' }, 'not_sent', 'smtp_unreachable'],
    ['a timeout before the message', { error: 'ETIMEDOUT' }, 'not_sent', 'smtp_unreachable'],
    ['a connection lost before the message', { error: 'ECONNECTION' }, 'not_sent', 'smtp_unreachable'],
    ['an abort before the message', { error: 'EABORT' }, 'not_sent', 'smtp_unreachable'],
    ['421', { reply: 421 }, 'transient', 'smtp_421'],
    ['450', { reply: 450 }, 'transient', 'smtp_450'],
    ['451 after the message', { reply: 451, written: true }, 'transient', 'smtp_451'],
    ['452', { reply: 452 }, 'transient', 'smtp_452'],
    ['454 at the login', { reply: 454, session: true, error: 'EAUTH' }, 'transient', 'smtp_454'],
    ['530', { reply: 530 }, 'configuration', 'smtp_530'],
    ['535', { reply: 535, session: true, error: 'EAUTH' }, 'configuration', 'smtp_535'],
    ['a greeting of 554', { reply: 554, session: true }, 'configuration', 'smtp_554'],
    ['missing credentials', { error: 'EAUTH' }, 'configuration', 'smtp_auth'],
    ['550', { reply: 550 }, 'permanent', 'smtp_550'],
    ['551', { reply: 551 }, 'permanent', 'smtp_551'],
    ['552 after the message', { reply: 552, written: true }, 'permanent', 'smtp_552'],
    ['553', { reply: 553 }, 'permanent', 'smtp_553'],
    ['554', { reply: 554 }, 'permanent', 'smtp_554'],
    ['an address that the client refuses', { error: 'EENVELOPE' }, 'permanent', 'smtp_refused'],
    ['a timeout after the message', { error: 'ETIMEDOUT', written: true }, 'unknown', 'no_answer'],
    ['a connection lost after the message', { error: 'ECONNECTION', written: true }, 'unknown', 'no_answer'],
  ];
  it.each(table)('sorts %s', (_name, seen, verdict, code) => {
    expect(classify(smtp(seen))).toEqual({ verdict, code });
  });
});

describe('what Twilio answered', () => {
  const table: [string, Twilio, Verdict, string][] = [
    ['a refused connection', { written: false }, 'not_sent', 'twilio_unreachable'],
    ['a timeout after the request', {}, 'unknown', 'no_answer'],
    ['429 with 20429', { status: 429, code: 20429 }, 'transient', 'twilio_20429'],
    ['429 without a code', { status: 429 }, 'transient', 'twilio_429'],
    ['500 with 20500', { status: 500, code: 20500 }, 'unknown', 'twilio_20500'],
    ['503 from something in between', { status: 503 }, 'unknown', 'twilio_503'],
    ['401 with 20003', { status: 401, code: 20003 }, 'configuration', 'twilio_20003'],
    ['404 for the account', { status: 404, code: 20404 }, 'configuration', 'twilio_20404'],
    ['a sender that is not ours', { status: 400, code: 21606 }, 'configuration', 'twilio_21606'],
    ['21211', { status: 400, code: 21211 }, 'permanent', 'twilio_21211'],
    ['21612', { status: 400, code: 21612 }, 'permanent', 'twilio_21612'],
    ['21614', { status: 400, code: 21614 }, 'permanent', 'twilio_21614'],
    ['21617', { status: 400, code: 21617 }, 'permanent', 'twilio_21617'],
    ['21408, the country', { status: 403, code: 21408 }, 'permanent', 'twilio_21408'],
    ['21610', { status: 400, code: 21610 }, 'opted_out', 'twilio_21610'],
  ];
  it.each(table)('sorts %s', (_name, seen, verdict, code) => {
    expect(classify(twilio(seen))).toEqual({ verdict, code });
  });
});

describe('the time until the next try', () => {
  it('starts within 30 seconds and grows', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => retryDelay('transient', failures, null));
    expect(delays[0]).toBeLessThanOrEqual(30_000);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays.at(-1)).toBe(4 * 3_600_000);
    expect(retryDelay('configuration', 1, null)).toBeLessThanOrEqual(30_000);
  });

  it('is at least what the provider asked for', () => {
    expect(retryDelay('transient', 1, 90_000)).toBe(90_000);
    expect(retryDelay('transient', 3, 1_000)).toBe(80_000);
  });

  it.each(['transient', 'not_sent', 'configuration'] as const)(
    'comes to about a day in all: %s',
    (verdict) => {
      let failures = 1;
      let total = 0;
      while (!isLastFailure(verdict, failures)) {
        total += retryDelay(verdict, failures, null);
        failures += 1;
      }
      expect(total / 3_600_000).toBeGreaterThan(20);
      expect(total / 3_600_000).toBeLessThan(28);
    },
  );
});
