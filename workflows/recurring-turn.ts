// What time does to a schedule: each occurrence that has come is made or skipped, one after the other, and each is
// written before the next is looked at.
import { dueOccurrence, settle } from '../src/domain/recurring/decide.ts';
import type { Settled } from '../src/domain/recurring/schedule.ts';
import { commit, maker, now, patient, type Recurring, resync } from './recurring-state.ts';

/** Runs everything that is due up to now. Should it break off, the next one starts from what was written. */
export async function catchUp(recurring: Recurring): Promise<void> {
  if (recurring.isUncertain) await resync(recurring, patient);
  for (;;) {
    const { schedule, organizationId, scheduleId } = recurring;
    const due = schedule === null ? null : dueOccurrence(schedule, now(recurring));
    if (schedule === null || due === null) return;
    const { occurrence, date: issueDate, isSkipped } = due;
    const place = { occurrence, issueDate };
    let settled: Settled;
    if (isSkipped) {
      settled = { ...place, outcome: 'skipped', invoiceId: null, reason: 'requested' };
    } else {
      const made = await maker.makeOccurrence({ organizationId, scheduleId, ...place });
      settled =
        made.outcome === 'made'
          ? { ...place, outcome: 'made', invoiceId: made.invoiceId, reason: null }
          : { ...place, outcome: 'skipped', invoiceId: null, reason: made.code };
    }
    await commit(recurring, patient, settle(schedule, settled, now(recurring)));
  }
}
