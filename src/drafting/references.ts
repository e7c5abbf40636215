// Ids in a body that must name something of the organization: accounts, catalogue items, tax rates, files.
// What names nothing is a fault at its place.
import { isRejection, type Rejection, type RejectionCode, reject } from '../domain/rejection.ts';
import type { FileDocument, ItemDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';

/** Why something cannot be: at least one refusal, each with its place. */
export type Faults = { readonly faults: readonly [Rejection, ...Rejection[]] };

export function hasFaults(value: object | null | undefined): value is Faults {
  return typeof value === 'object' && value !== null && 'faults' in value;
}

function faultsOf(rejections: readonly Rejection[]): Faults | null {
  const [first, ...others] = rejections;
  return first === undefined ? null : { faults: [first, ...others] };
}

export type LineReferences = {
  readonly product_id?: string | null | undefined;
  readonly account_id?: string | null | undefined;
};

const linesPointer = '/line_items_attributes';

function named(lines: readonly LineReferences[], key: keyof LineReferences): string[] {
  return [...new Set(lines.map((line) => line[key]).filter((id) => typeof id === 'string'))];
}

/** Every account and product that lines name must exist; answers the items by their id. */
export async function itemsOfLines(
  store: Store,
  organizationId: string,
  lines: readonly LineReferences[],
): Promise<Map<string, ItemDocument> | Faults> {
  const accountsNamed = named(lines, 'account_id');
  const itemsNamed = named(lines, 'product_id');
  const [accounts, items] = await Promise.all([
    accountsNamed.length === 0
      ? []
      : store.accounts
          .find({ _id: { $in: accountsNamed }, organization_id: organizationId, type: 'revenue' })
          .toArray(),
    itemsNamed.length === 0
      ? []
      : store.items.find({ _id: { $in: itemsNamed }, organization_id: organizationId }).toArray(),
  ]);
  const accountIds = new Set(accounts.map((account) => account._id));
  const itemsById = new Map(items.map((item) => [item._id, item]));
  const faults = lines.flatMap((line, index) => {
    const at = `${linesPointer}/${index}`;
    const { product_id: product, account_id: account } = line;
    return [
      typeof product === 'string' && !itemsById.has(product)
        ? reject('unknown_product', undefined, `${at}/product_id`)
        : null,
      typeof account === 'string' && !accountIds.has(account)
        ? reject('unknown_account', undefined, `${at}/account_id`)
        : null,
    ].filter(isRejection);
  });
  return faultsOf(faults) ?? itemsById;
}

/** What the ids of a list name, in its order. An id that names nothing, or a second time, is a fault at its place. */
function eachOnce<T>(
  ids: readonly string[],
  found: ReadonlyMap<string, T>,
  unknown: RejectionCode,
  pointerAt: (index: number) => string,
): T[] | Faults {
  const faults: Rejection[] = [];
  const named = ids.flatMap((id, index) => {
    const one = found.get(id);
    const isFirst = ids.indexOf(id) === index;
    if (one !== undefined && isFirst) return [one];
    faults.push(reject(isFirst ? unknown : 'invalid_value', undefined, pointerAt(index)));
    return [];
  });
  return faultsOf(faults) ?? named;
}

/** The rates behind the ids, as the core takes them: a later change of a rate never reaches an invoice. */
async function taxRatesOf(store: Store, organizationId: string, ids: readonly string[]) {
  const rows = await store.taxRates
    .find({ _id: { $in: [...ids] }, organization_id: organizationId })
    .toArray();
  const found = new Map(
    rows.map(({ _id, name, rate, inclusive }) => [_id, { id: _id, name, rate, inclusive }]),
  );
  return eachOnce(ids, found, 'unknown_tax_rate', (index) => `/tax_rate_ids/${index}`);
}

/** The files behind the ids: what an invoice keeps of them, without their bytes. */
export async function filesOf(
  store: Store,
  organizationId: string,
  ids: readonly string[],
  pointerAt: (index: number) => string,
) {
  const rows = await store.files
    .find({ _id: { $in: [...ids] }, organization_id: organizationId })
    .project<Pick<FileDocument, '_id' | 'name' | 'type' | 'size'>>({ name: 1, type: 1, size: 1 })
    .toArray();
  const found = new Map(rows.map(({ _id, name, type, size }) => [_id, { file_id: _id, name, type, size }]));
  return eachOnce(ids, found, 'unknown_file', pointerAt);
}

export type Named = {
  readonly tax_rate_ids?: readonly string[] | null | undefined;
  readonly attachments?: readonly { readonly file_id: string }[] | null | undefined;
};

/** The fields of a document that name tax rates and files, as what they name. What is left out stays out. */
export async function whatIsNamed(store: Store, organizationId: string, body: Named) {
  const { tax_rate_ids: rateIds, attachments } = body;
  const [rates, files] = await Promise.all([
    rateIds === undefined || rateIds === null ? rateIds : taxRatesOf(store, organizationId, rateIds),
    attachments === undefined || attachments === null
      ? attachments
      : filesOf(
          store,
          organizationId,
          attachments.map((one) => one.file_id),
          (index) => `/attachments/${index}/file_id`,
        ),
  ]);
  if (hasFaults(rates)) return rates;
  if (hasFaults(files)) return files;
  return {
    ...(rates === undefined ? {} : { tax_rates: rates }),
    ...(files === undefined ? {} : { attachments: files }),
  };
}
