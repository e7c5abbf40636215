// The file in the data folder from which the first clients learn their keys and the real ports.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { OrganizationDocument } from '../store/documents.ts';
import { issueCredentials, type Credentials } from '../store/organizations.ts';
import type { Store } from '../store/store.ts';
import { findToken } from '../store/tokens.ts';

export type Places = {
  baseUrl: string;
  temporal: { address: string; namespace: string; task_queue: string; ui_url: string | null };
  mongodbUri: string;
};

const stored = z.object({
  organization_id: z.string(),
  api_key: z.string(),
  live_api_key: z.string(),
  highlevel: z.object({ token: z.string(), location_id: z.string() }),
  invoiced: z.object({ api_key: z.string() }),
});

/** Writes the file anew with today's places. The keys stay the same for as long as they work. */
export async function writeCredentials(
  store: Store,
  organization: OrganizationDocument,
  data: string,
  places: Places,
): Promise<string> {
  const file = join(data, 'credentials.json');
  const keys =
    (await workingKeys(store, organization, file)) ?? (await issueCredentials(store, organization));
  const { baseUrl } = places;
  const content = {
    base_url: baseUrl,
    organization_id: organization._id,
    api_key: keys.api_key,
    live_api_key: keys.live_api_key,
    highlevel: { base_url: `${baseUrl}/highlevel`, ...keys.highlevel },
    invoiced: { base_url: `${baseUrl}/invoiced`, ...keys.invoiced },
    temporal: places.temporal,
    mongodb_uri: places.mongodbUri,
  };
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return file;
}

/** The keys of the file when every one of them still opens this organization. */
async function workingKeys(
  store: Store,
  organization: OrganizationDocument,
  file: string,
): Promise<Credentials | null> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const parsed = stored.safeParse(parse(text));
  if (!parsed.success) return null;
  const keys = parsed.data;
  const tokens = [keys.api_key, keys.live_api_key, keys.highlevel.token, keys.invoiced.api_key];
  const found = await Promise.all(tokens.map((token) => findToken(store, token)));
  return found.every((token) => token?.organization_id === organization._id) ? keys : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
