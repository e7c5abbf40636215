// What MongoDB did for some reads: each is seen on its way out and explained afterwards.
import type { Store } from '../src/store/store.ts';

export type Explained = {
  /** `collection.command` */
  readonly name: string;
  /** Indexes and stages that reach documents, in order of appearance: `IXSCAN open`, `FETCH`, `COLLSCAN`. */
  readonly plan: readonly string[];
  readonly keys: number;
  readonly documents: number;
};

type Command = Record<string, unknown>;
const reads = new Set(['find', 'aggregate']);

/** Runs the work on a store that was opened with `monitorCommands`; says what it asked for. */
async function record(store: Store, work: () => Promise<unknown>): Promise<Command[]> {
  const seen: Command[] = [];
  const note = ({ commandName, command }: { commandName: string; command: unknown }) => {
    if (reads.has(commandName)) seen.push(structuredClone(command) as Command);
  };
  const client = store.connection.getClient();
  client.on('commandStarted', note);
  try {
    await work();
  } finally {
    client.off('commandStarted', note);
  }
  return seen;
}

const reaching = new Set(['IXSCAN', 'COUNT_SCAN', 'DISTINCT_SCAN', 'COLLSCAN', 'FETCH', 'IDHACK']);

function walk(value: unknown, visit: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (typeof value === 'object' && value !== null) {
    visit(value as Record<string, unknown>);
    for (const item of Object.values(value)) walk(item, visit);
  }
}

/** Only winning plans; what was rejected was not run. */
function withoutRejected(key: string, value: unknown): unknown {
  return key === 'rejectedPlans' || key === 'allPlansExecution' || key === 'executionStages'
    ? undefined
    : value;
}

function planOf(explained: unknown): string[] {
  const plan = new Set<string>();
  const chosen: unknown = JSON.parse(JSON.stringify(explained, withoutRejected));
  walk(chosen, ({ stage, indexName }) => {
    if (typeof stage !== 'string' || !reaching.has(stage.toUpperCase())) return;
    plan.add(typeof indexName === 'string' ? `${stage} ${indexName}` : stage);
  });
  return [...plan];
}

function sumOf(explained: unknown, name: string): number {
  let sum = 0;
  walk(explained, (node) => {
    const value = node[name];
    if (typeof value === 'number' && 'executionSuccess' in node) sum += value;
  });
  return sum;
}

const ownFields = [
  'lsid',
  '$db',
  '$clusterTime',
  'readConcern',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'cursor',
];

async function explain(store: Store, command: Command): Promise<Explained> {
  const kind = 'find' in command ? 'find' : 'aggregate';
  const collection = String(command[kind]);
  const asked = Object.fromEntries(Object.entries(command).filter(([name]) => !ownFields.includes(name)));
  const told = await store.connection
    .getClient()
    .db(store.connection.name)
    .command({
      explain: kind === 'aggregate' ? { ...asked, cursor: {} } : asked,
      verbosity: 'executionStats',
    });
  return {
    name: `${collection}.${kind}`,
    plan: planOf(told),
    keys: sumOf(told, 'totalKeysExamined'),
    documents: sumOf(told, 'totalDocsExamined'),
  };
}

export async function explained(store: Store, work: () => Promise<unknown>): Promise<Explained[]> {
  const plans: Explained[] = [];
  for (const command of await record(store, work)) plans.push(await explain(store, command));
  return plans;
}
