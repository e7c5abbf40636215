// What the product is measured against, and the two ways to write, as the smallest workflows that show them.
export { bare } from './bare.ts';
export { writing } from './writing.ts';
