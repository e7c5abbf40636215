// The workflows that a worker bundles, by their type names.
export { dunningDelivery } from './dunning-delivery.ts';
export { dunning } from './dunning.ts';
export { invoice } from './invoice.ts';
export { payment } from './payment.ts';
export { reconcile } from './reconcile.ts';
export { recurring } from './recurring.ts';
export { reminderPolicy } from './reminder-policy.ts';
export { testClock } from './test-clock.ts';
