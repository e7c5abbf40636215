// What an organization has set for dunning, as the domain reads it.
import { defaultDunning, type DunningRules } from '../domain/dunning/rules.ts';
import type { DunningSettings, Settings } from './documents.ts';

export function dunningRulesOf({ dunning }: Pick<Settings, 'dunning'>): DunningRules {
  if (dunning === undefined) return defaultDunning;
  return {
    enabled: dunning.enabled,
    localTime: dunning.local_time,
    stages: dunning.stages.map(({ days_overdue, template }) => ({ daysOverdue: days_overdue, template })),
  };
}

export function dunningSettingsOf(rules: DunningRules): DunningSettings {
  return {
    enabled: rules.enabled,
    local_time: rules.localTime,
    stages: rules.stages.map(({ daysOverdue, template }) => ({ days_overdue: daysOverdue, template })),
  };
}
