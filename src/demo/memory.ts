// How far the story has come, in the data folder: whatever is killed, `npm run demo` goes on from here.
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const scene = z.object({
  step: z.string(),
  /** By the test clock, in the invoice's zone. */
  localTime: z.string(),
  asked: z.string(),
  word: z.string(),
  amountDue: z.number(),
  notes: z.array(z.string()),
});
/** One line of the story, as it was told. */
export type Scene = z.infer<typeof scene>;

const announcement = z.object({
  at: z.string(),
  kind: z.string(),
  stepId: z.string().nullable(),
  occurrence: z.number().nullable(),
  amount: z.number().nullable(),
  channel: z.string().nullable(),
});
/** What the timeline said would happen, before it did. */
export type Announcement = z.infer<typeof announcement>;

const story = z.object({
  /** Every Idempotency-Key is made of this and the name of the step. */
  id: z.string(),
  organization: z.object({ id: z.string(), apiKey: z.string() }).nullable(),
  invoice: z.object({ id: z.string(), workflowId: z.string() }).nullable(),
  scenes: z.array(scene),
  /** By step: read before the clock moved, so that an interrupted move is judged by it too. */
  announced: z.record(z.string(), z.array(announcement)),
});
export type Story = z.infer<typeof story>;

export function newStory(): Story {
  return { id: randomUUID(), organization: null, invoice: null, scenes: [], announced: {} };
}

function fileIn(data: string): string {
  return join(data, 'demo.json');
}

/** The story that was interrupted; null when there is none. */
export async function recall(data: string): Promise<Story | null> {
  const text = await readFile(fileIn(data), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return story.parse(JSON.parse(text));
  } catch {
    throw new Error(`${fileIn(data)} is not what the demo wrote. Delete it and run \`npm run demo\` again.`);
  }
}

/** Only the owner may read it: it holds a key. Written beside and moved, so that a kill leaves a whole file. */
async function writeSecret(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function remember(data: string, told: Story): Promise<void> {
  await writeSecret(fileIn(data), told);
}

export async function forget(data: string): Promise<void> {
  await rm(fileIn(data), { force: true });
}

/** Leaves the key of the story's organization behind, so that its invoice can still be read. */
export async function leaveKey(data: string, baseUrl: string, told: Story): Promise<string> {
  const file = join(data, 'demo-credentials.json');
  await writeSecret(file, {
    base_url: baseUrl,
    organization_id: told.organization?.id,
    api_key: told.organization?.apiKey,
  });
  return file;
}
