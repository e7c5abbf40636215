// How members come to their transaction: alone, or in line for a number, up to fifty in one transaction.
import mongoose from 'mongoose';
import type { PersistResult } from '../../src/contract/invoice.ts';
import { inLane } from '../../src/store/lane.ts';
import type { Store } from '../../src/store/store.ts';
import type { Member } from './member.ts';
import { type Series, seriesKey } from './number.ts';
import { settle } from './settle.ts';
import { type Fault, write } from './write.ts';

const batchSize = 50;

type Waiting = {
  readonly member: Member;
  readonly resolve: (result: PersistResult) => void;
  readonly reject: (error: unknown) => void;
};

type Line = { readonly series: Series; readonly waiting: Waiting[] };

export type Queue = {
  alone(member: Member): Promise<PersistResult>;
  withNumber(member: Member, series: Series): Promise<PersistResult>;
};

/**
 * Commands that take numbers of one series all change its counter, so in transactions of their own they would
 * trip over each other. Here the first one goes at once and those that come meanwhile share the next transaction.
 */
export function createQueue(store: Store): Queue {
  const lines = new Map<string, Line>();

  async function drain(key: string, line: Line): Promise<void> {
    while (line.waiting.length > 0) await writeBatch(store, line.waiting.splice(0, batchSize), line.series);
    lines.delete(key);
  }

  return {
    alone: (member) => {
      const { creditChange, invoice } = member.request;
      const run = () => promised((waiting) => writeBatch(store, [{ ...waiting, member }], null));
      return creditChange === 0 ? run() : inLane(`credit:${invoice.customerId}`, run);
    },
    withNumber: (member, series) =>
      promised(async (answer) => {
        const key = `${seriesKey(series)}:${series.padding}`;
        const line = lines.get(key);
        if (line !== undefined) {
          line.waiting.push({ ...answer, member });
          return;
        }
        const opened = { series, waiting: [{ ...answer, member }] };
        lines.set(key, opened);
        await drain(key, opened);
      }),
  };
}

function promised(start: (answer: Omit<Waiting, 'member'>) => Promise<void>): Promise<PersistResult> {
  return new Promise((resolve, reject) => {
    start({ resolve, reject }).catch(reject);
  });
}

/** Writes all that can be written together; who stands in the way is taken out and handled alone afterwards. */
async function writeBatch(store: Store, batch: readonly Waiting[], series: Series | null): Promise<void> {
  let together = batch;
  const alone: Waiting[] = [];
  try {
    let passOverTaken = false;
    while (together.length > 0) {
      const members = together.map((one) => one.member);
      const written = await write(store, members, series, passOverTaken);
      if (written.kind === 'stored') {
        for (const [index, one] of together.entries()) {
          one.resolve({
            outcome: 'stored',
            number: written.numbers[index] ?? null,
            entryHash: one.member.request.invoice.entryHash,
          });
        }
        break;
      }
      if (written.kind === 'number_taken') {
        if (passOverTaken) throw new Error('A number was taken although the series had looked');
        passOverTaken = true;
        continue;
      }
      const [only, ...others] = together;
      if (only !== undefined && others.length === 0) {
        await settleAlone(store, only, written.faults.get(0));
        break;
      }
      alone.push(...together.filter((_, index) => written.faults.has(index)));
      together = together.filter((_, index) => !written.faults.has(index));
    }
  } catch (error) {
    // Whoever is alone gets the error. Of several, one may be the cause, unless the server itself is away.
    if (together.length === 1 || isAway(error)) for (const one of together) one.reject(error);
    else alone.push(...together);
  }
  for (const one of alone) await writeBatch(store, [one], series);
}

async function settleAlone(store: Store, one: Waiting, fault: Fault | undefined): Promise<void> {
  if (fault === undefined) throw new Error('A write failed without saying why');
  one.resolve(await settle(store, one.member.request, fault));
}

/** Nobody's own fault: the server cannot be reached, or kept refusing for as long as we try. */
function isAway(error: unknown): boolean {
  const { MongoError, MongoServerError } = mongoose.mongo;
  if (!(error instanceof MongoError)) return false;
  return !(error instanceof MongoServerError) || error.hasErrorLabel('TransientTransactionError');
}
