// An activity that goes on for long is heard of meanwhile, so that a worker which died is missed soon.
import { Context } from '@temporalio/activity';

const beatEvery = 3_000;

export async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, beatEvery);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
