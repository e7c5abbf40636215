// A customer's time with something overdue: it begins anew once nothing was, and so do the stages.
import type { Instant } from '../calendar.ts';

/** An invoice was overdue from its due instant until it was closed; null: it still is. */
export type OverdueSpan = { readonly from: Instant; readonly to: Instant | null };

/** Whether something was overdue at every instant of the time. Where one span ends another must have begun. */
export function unbroken(spans: readonly OverdueSpan[], from: Instant, to: Instant): boolean {
  let covered = from;
  for (const span of spans.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    if (covered > to || span.from > covered) break;
    if (span.to === null) return true;
    if (span.to > covered) covered = span.to;
  }
  return covered > to;
}
