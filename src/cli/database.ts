// Where the database is for a command: what the environment names, else what the last start wrote down.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { openStore, type Store } from '../store/store.ts';
import { usage } from './command.ts';

const credentials = z.object({ mongodb_uri: z.string().min(1) });

export async function mongoUri(config: Pick<Config, 'MONGODB_URI' | 'DUEWELL_DATA'>): Promise<string> {
  if (config.MONGODB_URI !== undefined) return config.MONGODB_URI;
  const file = join(config.DUEWELL_DATA, 'credentials.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    throw usage(
      `MONGODB_URI is not set, and there is no ${file}. ` +
        'Start Duewell (npm start), or say by MONGODB_URI or DUEWELL_DATA where it is.',
    );
  }
  try {
    return credentials.parse(JSON.parse(text)).mongodb_uri;
  } catch {
    throw usage(`${file} does not say where the database is; npm start writes it anew.`);
  }
}

/** Runs the function on the open store, and closes it. */
export async function withStore<T>(config: Config, run: (store: Store) => Promise<T>): Promise<T> {
  const uri = await mongoUri(config);
  const store = await openStore(uri).catch((error: unknown) => {
    throw usage(error instanceof Error ? error.message : String(error));
  });
  try {
    return await run(store);
  } finally {
    await store.close();
  }
}
