// Every route of the canonical API.
import type { Route } from '../route.ts';
import { accountRoutes } from './accounts.ts';
import { customerCreditRoutes } from './customer-credit.ts';
import { customerRoutes } from './customers.ts';
import { dunningRoutes } from './dunning.ts';
import { invoiceAttachmentRoutes } from './invoice-attachments.ts';
import { invoiceClosingRoutes } from './invoice-closing.ts';
import { invoiceCreditRoutes } from './invoice-credit.ts';
import { invoicePaymentRoutes } from './invoice-payments.ts';
import { invoicePlanRoutes } from './invoice-plan.ts';
import { invoiceRecordRoutes } from './invoice-records.ts';
import { invoiceRoutes } from './invoices.ts';
import { previewInvoice } from './preview-invoice.ts';
import { fileRoutes } from './files.ts';
import { itemRoutes } from './items.ts';
import { lateFeePolicyRoutes } from './late-fee-policies.ts';
import { ledgerRoutes } from './ledger.ts';
import { organizationRoutes } from './organizations.ts';
import { paymentRoutes } from './payments.ts';
import { reminderPolicyRoutes } from './reminder-policies.ts';
import { recurringRoutes } from './recurring.ts';
import { reportRoutes } from './reports.ts';
import { sandboxRoutes } from './sandbox.ts';
import { settingsRoutes } from './settings.ts';
import { statementRoutes } from './statement.ts';
import { taskRoutes } from './tasks.ts';
import { taxRateRoutes } from './tax-rates.ts';
import { testClockRoutes } from './test-clock.ts';

export const routes: readonly Route[] = [
  previewInvoice,
  ...invoiceRoutes,
  ...invoicePaymentRoutes,
  ...invoiceClosingRoutes,
  ...invoiceCreditRoutes,
  ...invoicePlanRoutes,
  ...invoiceAttachmentRoutes,
  ...invoiceRecordRoutes,
  ...customerRoutes,
  ...customerCreditRoutes,
  ...statementRoutes,
  ...dunningRoutes,
  ...paymentRoutes,
  ...recurringRoutes,
  ...itemRoutes,
  ...fileRoutes,
  ...taxRateRoutes,
  ...taskRoutes,
  ...reminderPolicyRoutes,
  ...lateFeePolicyRoutes,
  ...accountRoutes,
  ...ledgerRoutes,
  ...reportRoutes,
  ...organizationRoutes,
  ...settingsRoutes,
  ...testClockRoutes,
  ...sandboxRoutes,
];
