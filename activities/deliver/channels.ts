// Which servers live and test messages go to. Test messages only ever meet the sandboxes.
import type { Config } from '../../src/config.ts';
import type { Sandboxes } from '../../src/sandbox/sandboxes.ts';
import { type Channels, type Deadlines, defaultDeadlines } from './channel.ts';
import { createEmailSender } from './email.ts';
import { createSmsSender, type SmsAccount } from './sms.ts';

type Settings = Pick<
  Config,
  | 'PUBLIC_URL'
  | 'SMTP_URL'
  | 'SMTP_FROM'
  | 'TWILIO_ACCOUNT_SID'
  | 'TWILIO_AUTH_TOKEN'
  | 'TWILIO_FROM'
  | 'TWILIO_MESSAGING_SERVICE_SID'
  | 'TWILIO_API_URL'
>;

/** The number that Twilio gives for tests. */
const sandboxNumber = '+15005550006';
const sandboxAddress = 'invoices@duewell.localhost';

/** Who live mail is from: as configured, else the SMTP login where it is an address, else the public host. */
function senderAddress(settings: Settings): string {
  if (settings.SMTP_FROM !== undefined) return settings.SMTP_FROM;
  const login =
    settings.SMTP_URL === undefined ? '' : decodeURIComponent(new URL(settings.SMTP_URL).username);
  if (login.includes('@')) return login;
  const host = settings.PUBLIC_URL === undefined ? '' : new URL(settings.PUBLIC_URL).hostname;
  return /[a-z]$/i.test(host) && host.includes('.') ? `invoices@${host}` : sandboxAddress;
}

function liveAccount(settings: Settings): SmsAccount | null {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = settings;
  const { TWILIO_FROM: from, TWILIO_MESSAGING_SERVICE_SID: messagingServiceSid } = settings;
  if (accountSid === undefined && authToken === undefined) return null;
  if (accountSid === undefined || authToken === undefined) {
    throw new Error('Twilio needs both TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.');
  }
  if (messagingServiceSid === undefined && from === undefined) {
    throw new Error('Twilio needs a sender: set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID.');
  }
  return {
    accountSid,
    authToken,
    sender: messagingServiceSid === undefined ? { from: from ?? '' } : { messagingServiceSid },
    apiUrl: settings.TWILIO_API_URL ?? null,
  };
}

export function createChannels(
  settings: Settings,
  sandboxes: Pick<Sandboxes, 'smtpUrl' | 'twilio'>,
  deadlines: Deadlines = defaultDeadlines,
): Channels {
  const sandboxSms = createSmsSender(
    {
      accountSid: sandboxes.twilio.accountSid,
      authToken: sandboxes.twilio.authToken,
      sender: { from: sandboxNumber },
      apiUrl: sandboxes.twilio.url,
    },
    deadlines,
  );
  const account = liveAccount(settings);
  return {
    test: {
      email: createEmailSender({ url: sandboxes.smtpUrl, from: sandboxAddress }, deadlines),
      sms: sandboxSms,
    },
    live: {
      email: createEmailSender(
        { url: settings.SMTP_URL ?? sandboxes.smtpUrl, from: senderAddress(settings) },
        deadlines,
      ),
      sms: account === null ? sandboxSms : createSmsSender(account, deadlines),
    },
  };
}
