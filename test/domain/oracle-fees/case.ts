// One case of the table. 100.00 USD, issued on 2 March 2026 and due on 1 April in UTC, where nothing else is said.
import type { Asked, Plan } from './asked.ts';

export type Case = Asked & { readonly name: string };

const plain = {
  total: 10_000,
  currency: 'USD',
  zone: 'UTC',
  issued: '2026-03-02T10:00:00.000Z',
  due: '2026-04-01',
  life: [],
  until: '2026-07-15T12:00:00.000Z',
} as const;

export function aCase(name: string, plan: Plan, change: Partial<Omit<Asked, 'plan'>> = {}): Case {
  return { name, ...plain, plan, ...change };
}
