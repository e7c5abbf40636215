// Fields that are indexed only where they are texts: the server uses the index for lookups that say so.
import { exactly, oneOf, upTo } from '../../src/store/exactly.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

type Indexed = { readonly collection: string; readonly index: string; readonly keys: readonly string[] };

/** Every index that holds only documents with a text in one of its fields, and the fields up to that one. */
async function textIndexes(): Promise<Indexed[]> {
  const { connection } = database.store;
  const found: Indexed[] = [];
  for (const { name: collection } of await connection.listCollections()) {
    for (const index of await connection.collection(collection).indexes()) {
      const filter = (index.partialFilterExpression ?? {}) as Record<string, { $type?: string }>;
      const text = Object.keys(filter).find((field) => filter[field]?.$type === 'string');
      const keys = Object.keys(index.key);
      if (text !== undefined && index.name !== undefined) {
        found.push({ collection, index: index.name, keys: keys.slice(0, keys.indexOf(text) + 1) });
      }
    }
  }
  return found;
}

function stages(plan: unknown): string {
  return JSON.stringify((plan as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
}

async function planOf({ collection, keys }: Indexed, last: object | string): Promise<string> {
  const filter = Object.fromEntries(keys.map((key, place) => [key, place === keys.length - 1 ? last : 'x']));
  return stages(await database.store.connection.collection(collection).find(filter).explain());
}

test('each such index is used by every way to look for a text', async () => {
  const indexes = await textIndexes();
  expect(indexes.length).toBeGreaterThan(8);
  for (const index of indexes) {
    for (const last of [exactly('x'), oneOf(['x', 'y']), upTo('x')]) {
      const plan = await planOf(index, last);
      expect([index, plan]).toEqual([index, expect.not.stringContaining('COLLSCAN')]);
      expect(plan).toContain('IXSCAN');
    }
  }
});

test('a lookup that does not say the type reads the whole collection, which is why', async () => {
  const page = { collection: 'invoices', index: 'public_token', keys: ['public_token'] };
  expect(await planOf(page, 'x')).toContain('COLLSCAN');
  expect(await planOf(page, exactly('x'))).toContain('"indexName":"public_token"');
});
