// Base of every link that leaves: mails, texts, callbacks.
import type { Config } from './config.ts';

/** Without a slash at its end. */
export function publicUrlOf(config: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>): string {
  return (config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT ?? 3000}`).replace(/\/+$/, '');
}
