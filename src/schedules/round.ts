// A worker's round over the Schedules: all of them when it starts, and then those whose settings have changed.
import type { Logger } from '../logging.ts';
import { ensureSchedules, everyOrganization, type ScheduleParts, staleOrganizations } from './ensure.ts';

const interval = 10_000;

type Parts = ScheduleParts & {
  readonly logger: Logger;
  /** False once this worker stops: what is left is for another. */
  readonly isRunning: () => boolean;
};

/** One round. What could not be made is tried again with the next. */
export function createScheduleRound(parts: Parts): () => Promise<void> {
  const { store, logger, isRunning } = parts;
  let failed: readonly string[] | null = null;
  return async () => {
    const wanted: readonly string[] =
      failed === null ? await everyOrganization(store) : [...failed, ...(await staleOrganizations(store))];
    const left: string[] = [];
    for (const organizationId of new Set(wanted)) {
      if (!isRunning()) return;
      try {
        await ensureSchedules(parts, organizationId);
      } catch (error) {
        left.push(organizationId);
        logger.warn({ err: error, organizationId }, 'Schedules could not be made; they are tried again');
      }
    }
    failed = left;
  };
}

/** Runs the rounds, each some seconds after the end of the one before; answers with how they are stopped. */
export function startScheduleRounds(parts: Parts): () => Promise<void> {
  const round = createScheduleRound(parts);
  let timer: NodeJS.Timeout | null = null;
  let under: Promise<void> = Promise.resolve();
  let stopped = false;
  const goRound = () => {
    timer = null;
    under = round()
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'no Schedule could be looked at'))
      .then(() => {
        if (!stopped) timer = setTimeout(goRound, interval);
      });
  };
  goRound();
  return async () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
    await under;
  };
}
