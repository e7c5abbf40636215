// The accounts that postings name, by role or id. Read once per organization and kept, because charts hardly change.
import type { AccountRef } from '../../src/domain/ledger/entry.ts';
import type { AccountDocument } from '../../src/store/documents.ts';
import type { AccountOf } from '../../src/store/entry-lines.ts';
import type { Store } from '../../src/store/store.ts';

export type ChartOf = (organizationId: string, accounts: readonly AccountRef[]) => Promise<AccountOf>;

export function createChart(store: Store): ChartOf {
  const charts = new Map<string, readonly AccountDocument[]>();

  async function read(organizationId: string): Promise<readonly AccountDocument[]> {
    const chart = await store.accounts.find({ organization_id: organizationId }).toArray();
    charts.set(organizationId, chart);
    return chart;
  }

  return async (organizationId, accounts) => {
    let chart = charts.get(organizationId) ?? (await read(organizationId));
    // An account that was made after we last looked.
    if (accounts.some((account) => find(chart, account) === undefined)) chart = await read(organizationId);
    return (account) => {
      const found = find(chart, account);
      if (found === undefined) throw new Error(`No account ${JSON.stringify(account)} in the chart`);
      return found;
    };
  };
}

function find(chart: readonly AccountDocument[], account: AccountRef): AccountDocument | undefined {
  return chart.find((one) => ('role' in account ? one.role === account.role : one._id === account.id));
}
