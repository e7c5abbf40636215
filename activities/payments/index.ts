// One payment over many invoices, recorded or taken back as one write. The invoices' workflows learn of it afterwards.
import type { InvoiceActivities } from '../../src/contract/invoice.ts';
import type { PaymentActivities } from '../../src/contract/payment.ts';
import { inLane } from '../../src/store/lane.ts';
import type { Store } from '../../src/store/store.ts';
import { createChart } from '../persist/accounts.ts';
import { createCatchUp } from './catch-up.ts';
import { record } from './record.ts';
import { reverse } from './reverse.ts';
import { inRounds } from './rounds.ts';

/** A customer's payments are about the same few invoices. */
function laneOf(customerId: string): string {
  return `payments:${customerId}`;
}

export function createPayments(store: Store, persist: InvoiceActivities['persist']): PaymentActivities {
  const context = { store, chartOf: createChart(store) };
  return {
    recordAllocations: (request) => {
      const catchUp = createCatchUp(persist);
      return inLane(laneOf(request.customerId), () => inRounds(() => record(context, catchUp, request)));
    },
    reverseAllocations: async (request) => {
      const catchUp = createCatchUp(persist);
      const payment = await store.payments.findOne({ _id: request.paymentId });
      return inLane(laneOf(payment?.customer_id ?? request.paymentId), () =>
        inRounds(() => reverse(context, catchUp, request)),
      );
    },
  };
}
