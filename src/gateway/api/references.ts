// Ids in a body that must name something of the organization: customers, accounts, catalogue items, tax rates, files.
import { isRejection, type Rejection, type RejectionCode, reject } from '../../domain/rejection.ts';
import type { CustomerDocument, FileDocument, ItemDocument } from '../../store/documents.ts';
import type { Store } from '../../store/store.ts';
import { refused, refusedFaults, type Fault } from '../problem.ts';

type LineReferences = {
  readonly product_id?: string | null | undefined;
  readonly account_id?: string | null | undefined;
};

const linesPointer = '/line_items_attributes';

export async function findCustomer(
  store: Store,
  organizationId: string,
  id: string,
): Promise<CustomerDocument> {
  const customer = await store.customers.findOne({ _id: id, organization_id: organizationId });
  if (customer === null) throw refused(reject('unknown_customer', undefined, '/customer_id'));
  return customer;
}

function named(lines: readonly LineReferences[], key: keyof LineReferences): string[] {
  return [...new Set(lines.map((line) => line[key]).filter((id) => typeof id === 'string'))];
}

function faultAt(rejection: Rejection): Fault {
  return {
    pointer: rejection.pointer ?? '',
    code: rejection.rejected,
    detail: rejection.message,
  };
}

/** Every account and product that lines name must exist; answers the items by their id. */
export async function checkLines(
  store: Store,
  organizationId: string,
  lines: readonly LineReferences[],
): Promise<Map<string, ItemDocument>> {
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
  if (faults.length > 0) throw refusedFaults(faults.map(faultAt));
  return itemsById;
}

/** Money goes into an asset account that is not the receivables themselves. */
export async function checkDepositAccount(store: Store, organizationId: string, id: string): Promise<void> {
  const account = await store.accounts.findOne({ _id: id, organization_id: organizationId, type: 'asset' });
  if (account === null || account.role === 'accounts_receivable') {
    throw refused(reject('unknown_account', undefined, '/deposit_to_account_id'));
  }
}

/** What the ids of a list name, in its order. An id that names nothing, or a second time, is a fault at its place. */
function eachOnce<T>(
  ids: readonly string[],
  found: ReadonlyMap<string, T>,
  unknown: RejectionCode,
  pointerAt: (index: number) => string,
): T[] {
  const faults: Fault[] = [];
  const named = ids.flatMap((id, index) => {
    const one = found.get(id);
    const isFirst = ids.indexOf(id) === index;
    if (one !== undefined && isFirst) return [one];
    faults.push(faultAt(reject(isFirst ? unknown : 'invalid_value', undefined, pointerAt(index))));
    return [];
  });
  if (faults.length > 0) throw refusedFaults(faults);
  return named;
}

/** The rates behind the ids, as the core takes them: a later change of a rate never reaches an invoice. */
async function resolveTaxRates(store: Store, organizationId: string, ids: readonly string[]) {
  const rows = await store.taxRates
    .find({ _id: { $in: [...ids] }, organization_id: organizationId })
    .toArray();
  const found = new Map(
    rows.map(({ _id, name, rate, inclusive }) => [_id, { id: _id, name, rate, inclusive }]),
  );
  return eachOnce(ids, found, 'unknown_tax_rate', (index) => `/tax_rate_ids/${index}`);
}

/** The files behind the ids: what an invoice keeps of them, without their bytes. */
export async function resolveFiles(
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

type Named = {
  readonly tax_rate_ids?: readonly string[] | null | undefined;
  readonly attachments?: readonly { readonly file_id: string }[] | null | undefined;
};

/** The fields of a document that name tax rates and files, as what they name. What is left out stays out. */
export async function resolveNamed(store: Store, organizationId: string, body: Named) {
  const { tax_rate_ids: rateIds, attachments } = body;
  const [rates, files] = await Promise.all([
    rateIds === undefined || rateIds === null ? rateIds : resolveTaxRates(store, organizationId, rateIds),
    attachments === undefined || attachments === null
      ? attachments
      : resolveFiles(
          store,
          organizationId,
          attachments.map((one) => one.file_id),
          (index) => `/attachments/${index}/file_id`,
        ),
  ]);
  return {
    ...(rates === undefined ? {} : { tax_rates: rates }),
    ...(files === undefined ? {} : { attachments: files }),
  };
}
