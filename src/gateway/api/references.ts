// Ids in a body that must name something of the organization: customers, accounts, catalogue items.
import { isRejection, type Rejection, reject } from '../../domain/rejection.ts';
import type { CustomerDocument, ItemDocument } from '../../store/documents.ts';
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
