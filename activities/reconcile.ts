// The nightly comparison of an organization's books with what is kept beside them. Every difference is an error.
import { Context } from '@temporalio/activity';
import type { mongo } from 'mongoose';
import type { ReconcileActivities, ReconcileBook } from '../src/contract/reconcile.ts';
import { instant, localDate } from '../src/domain/calendar.ts';
import { readBooks } from '../src/reports/books.ts';
import { reconcile } from '../src/reports/reconciliation.ts';
import type { OrganizationDocument } from '../src/store/documents.ts';
import { int64 } from '../src/store/int64.ts';
import type { Store } from '../src/store/store.ts';
import { beating } from './beating.ts';

type Mode = { readonly organizationId: string; readonly liveMode: boolean };
type InCurrency = { currency: string };

/** From currency to currency by the index, without reading what lies between. */
async function currenciesIn(collection: mongo.Collection, mode: Mode, index: string): Promise<string[]> {
  const { organizationId: organization_id, liveMode: live_mode } = mode;
  const found: string[] = [];
  for (;;) {
    const next = await collection.findOne<InCurrency>(
      { organization_id, live_mode, currency: { $gt: found.at(-1) ?? '' } },
      { sort: { currency: 1 }, hint: index, projection: { currency: 1 } },
    );
    if (next === null) return found;
    found.push(next.currency);
  }
}

async function currenciesOf(store: Store, mode: Mode): Promise<string[]> {
  const found = await Promise.all([
    currenciesIn(store.invoices as unknown as mongo.Collection, mode, 'due_amount'),
    currenciesIn(store.payments as unknown as mongo.Collection, mode, 'booked'),
    store.creditBalances.distinct('currency', {
      organization_id: mode.organizationId,
      live_mode: mode.liveMode,
    }),
  ]);
  return [...new Set(found.flat())].sort();
}

async function compare(
  store: Store,
  organization: OrganizationDocument,
  { organizationId, liveMode }: Mode,
  currency: string,
): Promise<ReconcileBook> {
  const offset = liveMode ? 0 : organization.clock_offset_ms;
  const today = localDate(instant(Date.now() + offset), organization.time_zone);
  const scope = { organizationId, live: liveMode, currency };
  const { checks, off } = await readBooks(store, scope, (books) => reconcile(books, today));
  const failed = checks.filter((check) => check.actual !== check.expected).map(({ name }) => name);
  return { liveMode, currency, differenceCents: off, failed };
}

async function compareAll(store: Store, organizationId: string): Promise<ReconcileBook[]> {
  const organization = await store.organizations.findOne({ _id: organizationId });
  if (organization === null) return [];
  const books: ReconcileBook[] = [];
  for (const liveMode of [true, false]) {
    const mode = { organizationId, liveMode };
    for (const currency of await currenciesOf(store, mode)) {
      books.push(await compare(store, organization, mode, currency));
    }
  }
  return books;
}

export function createReconcile(store: Store): ReconcileActivities {
  return {
    async reconcileOrganization({ organizationId }) {
      const books = await beating(() => compareAll(store, organizationId));
      const difference = books.reduce((sum, { differenceCents }) => sum + differenceCents, 0);
      if (difference !== 0) {
        const off = books.filter(({ differenceCents }) => differenceCents !== 0);
        Context.current().log.warn('the books differ from what is kept beside them', {
          organizationId,
          difference,
          books: off,
        });
      }
      await store.reconciliations.updateOne(
        { _id: organizationId },
        {
          $set: {
            at: instant(Date.now()),
            difference_cents: int64(difference),
            books: books.map(({ liveMode, currency, differenceCents, failed }) => ({
              live_mode: liveMode,
              currency,
              difference_cents: int64(differenceCents),
              failed: [...failed],
            })),
          },
        },
        { upsert: true },
      );
      return { differenceCents: difference, books };
    },
  };
}
