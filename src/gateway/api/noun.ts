// What the organization's own nouns have in common: found by id, listed newest first, never another organization's.
import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { Instant } from '../../domain/calendar.ts';
import type { Store } from '../../store/store.ts';
import { refusedAs } from '../problem.ts';
import { type Call, route, type Route, type Scope } from '../route.ts';
import {
  afterDescending,
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
} from './page.ts';

export type Owned = { _id: string; organization_id: string; created_at: Instant };

export type Noun<D extends Owned> = {
  /** Below /api/v1, and the name of the list's cursor. */
  readonly name: string;
  /** The schema's name, as in `listItems` and `getItem`. */
  readonly title: string;
  /** Where it is not the title with an s. */
  readonly plural?: string;
  /** In words: "a tax rate", "tax rates". */
  readonly one: string;
  readonly many: string;
  readonly tag: string;
  readonly read: Scope;
  readonly collection: (store: Store) => mongo.Collection<D>;
  readonly schema: z.ZodType;
  readonly present: (document: D) => unknown;
};

type Finding = Pick<Call, 'tools' | 'organization' | 'params'>;

export function finder<D extends Owned>(noun: Pick<Noun<D>, 'collection'>): (call: Finding) => Promise<D> {
  return async ({ tools, organization, params }) => {
    const filter = { _id: params['id'] ?? '', organization_id: organization._id } as mongo.Filter<D>;
    const document = await noun.collection(tools.store).findOne(filter);
    if (document === null) throw refusedAs('not_found');
    return document as D;
  };
}

/** The list; `filters` are further query parameters that are fields of the document. */
export function listRoute<D extends Owned>(noun: Noun<D>, filters: Record<string, z.ZodType> = {}): Route {
  return route({
    method: 'get',
    path: `/${noun.name}`,
    operationId: `list${noun.plural ?? `${noun.title}s`}`,
    summary: `List ${noun.many}`,
    tag: noun.tag,
    scope: noun.read,
    query: z.strictObject({ ...filters, ...pageQuery }),
    answer: {
      status: 200,
      description: 'Newest first.',
      schema: listSchema(noun.schema, `${noun.title}List`),
      headers: ['Link'],
    },
    refusals: ['bad_cursor', 'invalid_value'],
    handle: async ({ tools, organization, query, url }) => {
      const { limit, cursor, ...asked } = query as { limit: number; cursor?: string };
      const given = Object.entries(asked).filter(([, value]) => value !== undefined);
      const filter = {
        organization_id: organization._id,
        ...Object.fromEntries(given),
        ...afterDescending('created_at', '_id', decodeCursor(noun.name, 2, cursor)),
      };
      const rows = await noun
        .collection(tools.store)
        .find(filter as mongo.Filter<D>)
        .sort({ created_at: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const page = pageOf(rows as D[], limit, (last) => encodeCursor(noun.name, [last.created_at, last._id]));
      return listAnswer(url, { data: page.rows.map(noun.present), nextCursor: page.nextCursor });
    },
  });
}

export function getRoute<D extends Owned>(noun: Noun<D>): Route {
  const find = finder(noun);
  return route({
    method: 'get',
    path: `/${noun.name}/:id`,
    operationId: `get${noun.title}`,
    summary: `Retrieve ${noun.one}`,
    tag: noun.tag,
    scope: noun.read,
    find,
    answer: { status: 200, description: `The ${noun.one.split(' ').at(-1)}.`, schema: noun.schema },
    refusals: [],
    handle: async ({ found }) => ({ status: 200, body: noun.present(found) }),
  });
}

/** Sets the fields and answers what the document is then. */
export async function changeOwned<D extends Owned>(
  collection: mongo.Collection<D>,
  found: NoInfer<D>,
  fields: NoInfer<Partial<D>>,
): Promise<D> {
  if (Object.keys(fields).length === 0) return found;
  const changed = await collection.findOneAndUpdate(
    { _id: found._id, organization_id: found.organization_id } as mongo.Filter<D>,
    { $set: fields },
    { returnDocument: 'after' },
  );
  if (changed === null) throw refusedAs('not_found');
  return changed as D;
}

/** What a body names, without what it leaves out. */
export function named<T extends object>(body: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
