// What a message over all open invoices is about, as it is when it leaves.
import { instant, localDate } from '../../src/domain/calendar.ts';
import { mootReason } from '../../src/domain/dunning/decide.ts';
import { groupsOf, letterOf } from '../../src/domain/dunning/letter.ts';
import { creditBalances, openInvoices } from '../../src/dunning/read.ts';
import type { CustomerDocument, MessageDocument, OrganizationDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import type { About } from '../deliver/about.ts';
import { type DunningSources, renderDunningEmail, renderDunningSms } from '../render/dunning.ts';

type Around = {
  readonly organization: OrganizationDocument | null;
  readonly customer: CustomerDocument | null;
  readonly clockOffset: number;
};

export async function gatherDunning(store: Store, row: MessageDocument, around: Around): Promise<About> {
  const { organization, customer, clockOffset } = around;
  const scope = { organizationId: row.organization_id, liveMode: row.live_mode };
  const [invoices, credit] = await Promise.all([
    openInvoices(store, scope, row.customer_id),
    creditBalances(store, scope, row.customer_id),
  ]);
  const now = instant(Date.now() + clockOffset);
  const moot = mootReason(groupsOf(invoices, now), credit);
  const today = localDate(now, organization?.time_zone ?? 'UTC');
  const letter = letterOf(invoices, credit, now, today);
  const tokens = new Map(invoices.map(({ id, token }) => [id, token]));
  return {
    moot: customer?.email_opt_out === true && row.channel === 'email' ? 'opted_out' : moot,
    words: (publicUrl) => {
      if (letter === null) return null;
      const sources: DunningSources = { letter, tokens, organization, customer, publicUrl };
      return {
        email: () => renderDunningEmail(row.template, sources),
        sms: () => renderDunningSms(row.template, sources),
      };
    },
  };
}
