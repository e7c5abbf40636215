// `npm run demo`: the sample invoice of S002 through its whole life against the running gateway, told line by line.
// Whatever is killed on the way, the next run goes on where the story stopped.
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { readConfig, type Config } from './config.ts';
import { end, type Ending } from './demo/ending.ts';
import { createGateway, type Gateway, Refused } from './demo/gateway.ts';
import { forget, leaveKey, newStory, recall, remember, type Story } from './demo/memory.ts';
import { createOperator } from './demo/operator.ts';
import type { Patience, Waiting } from './demo/patience.ts';
import { clockShape, organizationShape } from './demo/shapes.ts';
import { currency, play, type Stage, steps, timeZone } from './demo/story.ts';
import { endingJson, endingLines, heading, sceneLines } from './demo/telling.ts';

const patienceMilliseconds = 120_000;
const everySeconds = 10;

/** On a terminal one line that counts; elsewhere a line now and then. Always beside the story, on stderr. */
function createWaiting(terminal: boolean): Waiting {
  let lastTold = -everySeconds;
  return (news) => {
    if (news === null) {
      lastTold = -everySeconds;
      if (terminal) process.stderr.write('\r\x1b[K');
      return;
    }
    const limit = patienceMilliseconds / 1_000;
    const text = `Waiting, ${news.seconds} s of at most ${limit} s: ${news.reason}`;
    if (terminal) process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else if (news.seconds - lastTold >= everySeconds) {
      lastTold = news.seconds;
      process.stderr.write(`${text}\n`);
    }
  };
}

function organizationName(story: Story): string {
  return `Demo story ${story.id.slice(0, 8)}`;
}

/** The organization of the story. Its keys are shown once, so an answer that was lost means another organization. */
async function openOrganization(gateway: Gateway, story: Story): Promise<Story> {
  const { organization_id: id, api_key: apiKey } = await gateway.ask(
    'POST /api/v1/organizations',
    organizationShape,
    {
      key: `demo-${story.id}-organization`,
      body: { name: organizationName(story), time_zone: timeZone, currency },
    },
  );
  if (apiKey === null) return openOrganization(gateway, newStory());
  return { ...story, organization: { id, apiKey } };
}

/** The interrupted story, unless its organization is no longer there. */
async function resume(data: string, gateway: Gateway): Promise<Story | null> {
  const story = await recall(data);
  if (story === null || story.organization === null) return null;
  try {
    await gateway.ask('GET /api/v1/test_clock', clockShape, { apiKey: story.organization.apiKey });
    return story;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
}

async function begin(data: string, gateway: Gateway): Promise<Story> {
  // Nothing has begun yet, so nothing is waited for: say at once what is missing.
  const { base_url: base } = await gateway.credentials();
  const ready = await fetch(`${base}/health/ready`).catch(() => null);
  if (ready === null) {
    throw new Error(
      `The gateway at ${base} does not answer. Start it with \`npm start\`, then run this again.`,
    );
  }
  if (!ready.ok) {
    const { reasons = [] } = (await ready.json().catch(() => ({}))) as { reasons?: string[] };
    throw new Error(
      `The gateway at ${base} is not ready yet. ${reasons.join(' ')} Run this again in a moment.`,
    );
  }
  const story = await openOrganization(gateway, newStory());
  await remember(data, story);
  return story;
}

async function tell(config: Config, json: boolean): Promise<Ending> {
  const data = config.DUEWELL_DATA;
  const isTerminal = process.stdout.isTTY === true && !json;
  const colors = pc.createColors(isTerminal && pc.isColorSupported);
  const say = (text: string) => {
    if (!json) console.log(text);
  };
  const patience: Patience = {
    limit: patienceMilliseconds,
    waiting: createWaiting(process.stderr.isTTY === true),
  };
  const gateway = createGateway(data, config.DUEWELL_URL, patience);
  const interrupted = await resume(data, gateway);
  const story = interrupted ?? (await begin(data, gateway));
  const stage: Stage = {
    gateway,
    operator: createOperator(config, gateway),
    story,
    save: () => remember(data, story),
  };
  if (interrupted !== null) say(`A story was interrupted after step ${story.scenes.length}; it goes on.\n`);
  say(heading(colors, organizationName(story)));
  for (const scene of story.scenes) say(sceneLines(colors, scene));
  for (const step of steps.slice(story.scenes.length)) {
    const scene = await play(stage, step);
    story.scenes.push(scene);
    await stage.save();
    say(sceneLines(colors, scene));
  }
  const ending = await end(stage);
  const { base_url: base } = await gateway.credentials();
  const keyFile = await leaveKey(data, base, story);
  await forget(data);
  console.log(json ? endingJson(ending) : endingLines(colors, ending, keyFile));
  return ending;
}

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const ending = await tell(readConfig(), values.json);
  process.exitCode = ending.faults.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
