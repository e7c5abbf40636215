// available_actions as the API shows them.
import { z } from 'zod';
import type { AvailableAction } from '../../domain/invoice/actions.ts';

export const actionSchema = z
  .strictObject({
    name: z.string().meta({ description: 'The command in snake_case.', example: 'record_payment' }),
    allowed: z.boolean(),
    code: z.string().nullable().meta({ description: 'Why not, as a stable code.' }),
    reason: z.string().nullable().meta({ description: 'Why not, as a sentence.' }),
    requires: z.array(z.string()).meta({ description: 'What the command needs in its body now.' }),
  })
  .meta({ id: 'AvailableAction' });

export type Action = z.infer<typeof actionSchema>;

export function presentActions(actions: readonly AvailableAction[]): Action[] {
  return actions.map(({ name, allowed, code, reason, requires }) => ({
    name,
    allowed,
    code,
    reason,
    requires: [...requires],
  }));
}
