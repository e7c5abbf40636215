// The setting `dunning`: what it may be, how it is changed, and what has to follow a change.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { instant } from '../../domain/calendar.ts';
import { daysOverdueMax, dunningTemplate, stagesMax } from '../../domain/dunning/rules.ts';
import { ensureSchedules } from '../../schedules/ensure.ts';
import type { DunningSettings, OrganizationDocument } from '../../store/documents.ts';
import { dunningRulesOf, dunningSettingsOf } from '../../store/dunning-rules.ts';
import type { Tools } from '../route.ts';
import { line } from './fields.ts';

const description =
  'One message to a customer over all open invoices, by how long the oldest of them is overdue. Each stage once, until nothing is overdue. Off unless switched on.';

export const dunningObject = z
  .strictObject({
    enabled: z.boolean(),
    local_time: z.string(),
    stages: z.array(z.strictObject({ days_overdue: z.int(), template: z.string() })),
  })
  .meta({ id: 'DunningSettings', description });

const stage = z.strictObject({
  days_overdue: z.int().min(1).max(daysOverdueMax),
  template: line().min(1).nullish().meta({ description: 'Built in: `dunning`, `final_notice`.' }),
});

export const dunningUpdate = z
  .strictObject({
    enabled: z.boolean().optional(),
    local_time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional()
      .meta({ description: 'When the run of a day begins, where the organization is.', example: '10:00' }),
    stages: z
      .array(stage)
      .min(1)
      .max(stagesMax)
      .superRefine((stages, context) => {
        for (const [index, { days_overdue: days }] of stages.entries()) {
          if (index === 0 || days > (stages[index - 1]?.days_overdue ?? 0)) continue;
          context.addIssue({
            code: 'custom',
            path: [index, 'days_overdue'],
            message: 'each stage begins later than the one before',
          });
        }
      })
      .optional(),
  })
  .meta({ id: 'DunningSettingsUpdate', description });

type Update = z.output<typeof dunningUpdate>;

export function presentDunning({ settings }: Pick<OrganizationDocument, 'settings'>): DunningSettings {
  return dunningSettingsOf(dunningRulesOf(settings));
}

function changed(before: DunningSettings, update: Update): DunningSettings {
  return {
    enabled: update.enabled ?? before.enabled,
    local_time: update.local_time ?? before.local_time,
    stages:
      update.stages?.map(({ days_overdue, template }) => ({
        days_overdue,
        template: template ?? dunningTemplate,
      })) ?? before.stages,
  };
}

/** What a change sets besides the setting: the Schedules are behind it, and no run of before it is made up for. */
export function dunningChanges(
  organization: OrganizationDocument,
  body: { readonly dunning?: Update | undefined; readonly time_zone?: string | undefined },
): Record<string, unknown> {
  const { dunning: update, time_zone: zone } = body;
  const moved = zone !== undefined && zone !== organization.time_zone;
  if (update === undefined && !moved) return {};
  const before = presentDunning(organization);
  const after = update === undefined ? before : changed(before, update);
  const begins = after.enabled && (!before.enabled || after.local_time !== before.local_time || moved);
  return {
    ...(update === undefined ? {} : { 'settings.dunning': after }),
    ...(begins ? { dunning_ran_at: instant(Date.now() + organization.clock_offset_ms) } : {}),
    schedules_stale: randomUUID(),
  };
}

const patience = 3_000;

/** Where Temporal is away the settings stand all the same: a worker makes the Schedules when it is back. */
export async function followSettings(
  { store, client, taskQueue, logger }: Tools,
  { _id: organizationId, schedules_stale: mark }: OrganizationDocument,
): Promise<void> {
  if (mark === undefined) return;
  try {
    await client.withDeadline(Date.now() + patience, () =>
      ensureSchedules({ store, client, taskQueue }, organizationId),
    );
  } catch (error) {
    logger.warn({ err: error, organizationId }, 'Schedules are behind the settings; a worker makes them');
  }
}
