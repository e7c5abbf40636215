// What happened and what will happen, as the API tells it.
import { z } from 'zod';
import type { Timeline, TimelineEntry } from '../../domain/invoice/timeline.ts';

export const timelineEntryObject = z
  .strictObject({
    at: z.string().meta({ format: 'date-time', description: 'The planned instant.' }),
    actual_at: z.string().nullable(),
    local_time: z.string(),
    time_zone: z.string(),
    kind: z.string().meta({ example: 'late_fee' }),
    step_id: z.string().nullable(),
    occurrence: z.int().nullable(),
    status: z.enum(['done', 'planned', 'skipped', 'cancelled', 'suspended']),
    amount_cents: z.int().nullable(),
    channel: z.string().nullable(),
    reason: z.string().nullable(),
    cancelled_by: z.array(z.string()).meta({ description: 'Commands that would keep it from happening.' }),
  })
  .meta({ id: 'TimelineEntry' });

export type TimelineEntryObject = z.infer<typeof timelineEntryObject>;

export function presentTimelineEntry(entry: TimelineEntry): TimelineEntryObject {
  return {
    at: entry.at,
    actual_at: entry.actualAt,
    local_time: entry.localTime,
    time_zone: entry.timeZone,
    kind: entry.kind,
    step_id: entry.stepId,
    occurrence: entry.occurrence,
    status: entry.status,
    amount_cents: entry.amount,
    channel: entry.channel,
    reason: entry.reason,
    cancelled_by: [...entry.cancelledBy],
  };
}

export const timelineObject = z
  .strictObject({
    data: z.array(timelineEntryObject),
    truncated: z.boolean().meta({ description: 'The plan goes on beyond what is listed.' }),
  })
  .meta({ id: 'Timeline' });

export function presentTimeline({ entries, truncated }: Timeline): z.infer<typeof timelineObject> {
  return { data: entries.map(presentTimelineEntry), truncated };
}
