// What test mode may reach, started together: the mailbox and the Twilio stand-in, on free loopback ports.
import type { Store } from '../store/store.ts';
import { type OnReport, startMailbox } from './mailbox.ts';
import { startTwilioSandbox, type TwilioAccount } from './twilio.ts';

export type Sandboxes = {
  readonly smtpUrl: string;
  readonly twilio: TwilioAccount & { readonly url: string };
  close(): Promise<void>;
};

type SandboxOptions = {
  readonly host?: string;
  readonly onReport?: OnReport;
  /** A callback that found nobody, a store that went away: worth a line in the log, not more. */
  readonly onError?: (error: unknown) => void;
};

export async function startSandboxes(store: Store, options: SandboxOptions = {}): Promise<Sandboxes> {
  const mailbox = await startMailbox({ store, ...options });
  try {
    const sms = await startTwilioSandbox({ store, ...options });
    return {
      smtpUrl: mailbox.url,
      twilio: { url: sms.url, accountSid: sms.accountSid, authToken: sms.authToken },
      close: async () => {
        await Promise.all([sms.close(), mailbox.close()]);
      },
    };
  } catch (error) {
    await mailbox.close();
    throw error;
  }
}
