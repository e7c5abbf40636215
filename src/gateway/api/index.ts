// Every route of the canonical API.
import type { Route } from '../route.ts';
import { catalogueRoutes } from './catalogue.ts';
import { customerRoutes } from './customers.ts';
import { invoiceRecordRoutes } from './invoice-records.ts';
import { invoiceRoutes } from './invoices.ts';
import { ledgerRoutes } from './ledger.ts';
import { organizationRoutes } from './organizations.ts';
import { sandboxRoutes } from './sandbox.ts';
import { testClockRoutes } from './test-clock.ts';

export const routes: readonly Route[] = [
  ...invoiceRoutes,
  ...invoiceRecordRoutes,
  ...customerRoutes,
  ...catalogueRoutes,
  ...ledgerRoutes,
  ...organizationRoutes,
  ...testClockRoutes,
  ...sandboxRoutes,
];
