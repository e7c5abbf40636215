// What happens without being asked: everything that time has brought due, and the customer's credit on a new issue.
import { turnOfTime, type Blocked } from '../src/domain/invoice/time.ts';
import { isRejection } from '../src/domain/rejection.ts';
import { useCredit } from './invoice-credit.ts';
import { type Entity, now, type Store } from './invoice-entity.ts';
import { askingOf, commit } from './invoice-write.ts';

/** Whether anything has to happen first. Asked first, because every promise that a command makes costs. */
export function isDue(entity: Entity): boolean {
  return entity.creditWanted || isTimeUp(entity);
}

function isTimeUp(entity: Entity): boolean {
  return entity.agenda !== null && entity.agenda.at <= now(entity);
}

/**
 * Runs everything that is due up to now, however much that is. A message that may not go is left out of the next
 * try, and the plan says why.
 */
export async function catchUp(entity: Entity, store: Store): Promise<void> {
  let blocked: Blocked = {};
  if (entity.creditWanted) await useCredit(entity);
  while (entity.invoice !== null && isTimeUp(entity)) {
    const turn = turnOfTime(entity.invoice, now(entity), blocked);
    if (turn.events.length === 0) return;
    const asking = askingOf('time', `time:${entity.invoice.version}`, 'clock');
    const answer = await commit(entity, store, turn, asking);
    if (answer === 'conflict' || !isRejection(answer)) {
      blocked = {};
      if (entity.creditWanted) await useCredit(entity);
      continue;
    }
    const messageId = answer.data?.['messageId'];
    if (typeof messageId !== 'string') throw new Error(`Time was refused: ${answer.message}`);
    blocked = { ...blocked, [messageId]: answer.rejected };
  }
}
