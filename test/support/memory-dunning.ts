// The activities of dunning over people in memory.
import type { DunningActivities, DunningPage, DunningQueueAnswer } from '../../src/contract/dunning.ts';
import { dunningMessageId } from '../../src/contract/dunning.ts';
import type { DeliveryOutcome } from '../../src/contract/invoice.ts';
import type { ReconcileActivities } from '../../src/contract/reconcile.ts';
import type { DunningFacts } from '../../src/domain/dunning/decide.ts';
import { defaultDunning } from '../../src/domain/dunning/rules.ts';

export type Person = Partial<DunningFacts> & {
  /** What the tries to deliver come to; then all is well. */
  readonly outcomes?: readonly (DeliveryOutcome | Error)[];
};
export type Cast = { people: Readonly<Record<string, Person>>; enabled: boolean };

const group = { currency: 'USD', standing: 'open', due: 5_885, oldestDueDate: '2026-03-01' } as const;
const accepted = { outcome: 'accepted' } as const;

function factsOf(customerId: string, { outcomes: _outcomes, ...change }: Person): DunningFacts {
  return {
    customerId,
    overdue: [group],
    credit: {},
    stagesSent: [],
    lastAt: null,
    remindedAt: null,
    unreachable: null,
    waiting: null,
    ...change,
  };
}

/** The activities over people in memory; the pages are of five. */
export function createMemoryDunning(cast: Cast): DunningActivities & ReconcileActivities {
  const tries = new Map<string, number>();
  const customerOf = (messageId: string) => messageId.split(':')[1] ?? '';
  return {
    openDunning: async () => ({
      rules: { ...defaultDunning, enabled: cast.enabled },
      cap: { messages: 3, days: 7 },
      timeZone: 'Europe/Paris',
      clockOffset: 0,
    }),
    dunningPage: async ({ after }): Promise<DunningPage> => {
      const ids = Object.keys(cast.people)
        .toSorted()
        .filter((id) => id > (after ?? ''));
      const page = ids.slice(0, 5);
      return {
        customers: page.map((id) => factsOf(id, cast.people[id] ?? {})),
        cursor: ids.length > 5 ? (page.at(-1) ?? null) : null,
      };
    },
    skipDunning: async () => undefined,
    queueDunning: async ({ customerId, stage, sweep }): Promise<DunningQueueAnswer> =>
      customerId.startsWith('late')
        ? { outcome: 'passed_over' }
        : { outcome: 'queued', messageId: dunningMessageId(customerId, sweep, stage.daysOverdue) },
    deliverDunning: async ({ messageId }) => {
      const customerId = customerOf(messageId);
      const tried = tries.get(customerId) ?? 0;
      tries.set(customerId, tried + 1);
      const next = cast.people[customerId]?.outcomes?.[tried] ?? accepted;
      if (next instanceof Error) throw next;
      return next;
    },
    giveUpDunning: async ({ code }) => ({ outcome: 'failed', code }),
    settleDunning: async () => undefined,
    tellDunned: async () => undefined,
    closeDunning: async () => undefined,
    reconcileOrganization: async () => ({
      differenceCents: 14,
      books: [
        { liveMode: true, currency: 'EUR', differenceCents: 0, failed: [] },
        { liveMode: true, currency: 'USD', differenceCents: 14, failed: ['accounts_receivable'] },
      ],
    }),
  };
}
