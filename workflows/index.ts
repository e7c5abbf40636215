// The workflows that a worker bundles, by their type names.
export { invoice } from './invoice.ts';
export { payment } from './payment.ts';
export { testClock } from './test-clock.ts';
