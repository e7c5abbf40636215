import { checkArguments, readCommand } from '../../../src/domain/invoice/arguments.ts';
import type { CommandOnName } from '../../../src/domain/invoice/command.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { created, given, issued, step, terms } from '../given.ts';
import { attach, dispute, promise, resume, schedule, setLateFees, setReminders } from '../plan-commands.ts';

const open = given(created(), issued);
const read = (name: CommandOnName, args: Fields) => readCommand(name, args, open, () => 'line-new');
const fault = (answer: unknown) =>
  isRejection(answer) ? [answer.rejected, answer.pointer] : ['accepted', undefined];

const monthly = {
  type: 'percentage',
  value: 1.5,
  frequency: { interval: 'month', intervalCount: 2 },
  graceDays: 5,
  cap: 5000,
  percentageCap: '25',
  base: 'original_total',
  compounding: true,
};
const monthlyTerms = terms({
  type: 'percentage',
  value: '1.5',
  interval: 'month',
  intervalCount: 2,
  graceDays: 5,
  cap: 5000,
  percentageCap: '25',
  base: 'original_total',
  compounding: true,
});
const file = { fileId: 'f', name: 'a.pdf', type: 'application/pdf', size: 7 };

describe('what a command about time says', () => {
  it.each([
    ['hold', { kind: 'promise', until: '2026-04-20' }, promise('2026-04-20')],
    ['hold', { kind: 'dispute' }, dispute()],
    ['hold', { kind: 'dispute', until: null, note: 'n' }, dispute(null, 'n')],
    ['hold', { kind: 'promise', until: '2026-04-20T12:00Z' }, promise('2026-04-20T12:00:00.000Z')],
    ['hold', { kind: 'promise', until: '2026-04-20T12:00:00+02:00' }, promise('2026-04-20T10:00:00.000Z')],
    ['resume', {}, resume()],
    ['resume', { kind: 'dispute' }, resume('dispute')],
    ['schedule', { sendAt: '2026-04-20T09:00' }, schedule('2026-04-20T09:00')],
    [
      'schedule',
      { sendAt: '2026-04-20T09:00:00', timeZone: 'Europe/Paris' },
      schedule('2026-04-20T09:00', 'Europe/Paris'),
    ],
    ['unschedule', {}, { name: 'unschedule' }],
    ['attach', { attachments: [file] }, attach(file)],
    [
      'attach',
      { attachments: [{ fileId: 'f', name: 'a.pdf' }] },
      attach({ ...file, type: 'application/octet-stream', size: 0 }),
    ],
    ['attach', {}, attach()],
    ['setLateFees', { lateFees: monthly }, setLateFees(monthlyTerms)],
    ['setLateFees', monthly, setLateFees(monthlyTerms)],
    ['setLateFees', { ...monthly, actor: 'me', reason: 'asked' }, setLateFees(monthlyTerms)],
    ['setLateFees', { lateFees: null }, setLateFees(null)],
    ['setLateFees', {}, setLateFees(null)],
    ['setReminders', { reminders: [{ id: 'due', offsetDays: 0 }] }, setReminders(step())],
    ['setReminders', { reminders: { steps: [{ id: 'due', offsetDays: 0 }] } }, setReminders(step())],
    ['setReminders', { steps: [{ id: 'due', offsetDays: 0 }], commandId: 'c' }, setReminders(step())],
    ['setReminders', { steps: [] }, setReminders()],
    ['setReminders', { reminders: [] }, setReminders()],
    ['setReminders', { reminders: null }, setReminders()],
  ] as const)('%s %j is read', (name, args, command) => {
    expect(checkArguments(name, args)).toBeNull();
    expect(read(name, args)).toEqual(command);
  });

  it.each([
    ['hold', {}, 'invalid_value', '/kind'],
    ['hold', { kind: 'nap' }, 'invalid_value', '/kind'],
    ['hold', { kind: 'promise', until: 'soon' }, 'invalid_date', '/until'],
    ['hold', { kind: 'promise', until: '2026-02-30' }, 'invalid_date', '/until'],
    ['hold', { kind: 'promise', until: '2026-04-20T12:00' }, 'invalid_date', '/until'], // in which zone?
    ['hold', { kind: 'promise', until: '2026-02-30T12:00Z' }, 'invalid_date', '/until'],
    ['hold', { kind: 'promise', until: 5 }, 'invalid_value', '/until'],
    ['hold', { kind: 'dispute', note: 5 }, 'invalid_value', '/note'],
    ['hold', { kind: 'dispute', till: '2026-04-20' }, 'unknown_field', '/till'],
    ['resume', { kind: 'nap' }, 'invalid_value', '/kind'],
    ['schedule', {}, 'invalid_date', '/send_at'],
    ['schedule', { sendAt: '2026-04-20' }, 'invalid_date', '/send_at'],
    ['schedule', { sendAt: '2026-04-20T09:00Z' }, 'invalid_date', '/send_at'], // local, so without an offset
    ['schedule', { sendAt: '2026-04-20T09:00:30' }, 'invalid_date', '/send_at'],
    ['schedule', { sendAt: '2026-02-29T09:00' }, 'invalid_date', '/send_at'],
    ['schedule', { sendAt: '2026-04-20T25:00' }, 'invalid_date', '/send_at'],
    ['schedule', { sendAt: '2026-04-20T09:00', timeZone: '+02:00' }, 'invalid_time_zone', '/time_zone'],
    ['attach', { attachments: [{ name: 'a.pdf' }] }, 'invalid_value', '/attachments/0/file_id'],
    ['attach', { attachments: 'f' }, 'invalid_value', '/attachments'],
    ['setLateFees', { type: 'fixed' }, 'invalid_value', '/late_fees/value'],
    ['setLateFees', { lateFees: { ...monthly, colour: 'red' } }, 'unknown_field', '/late_fees/colour'],
    ['setLateFees', { lateFees: monthly, type: 'fixed' }, 'unknown_field', '/type'],
    [
      'setLateFees',
      { ...monthly, base: 'outstanding_balance', compounding: false },
      'invalid_late_fee_terms',
      '/late_fees/compounding',
    ],
    ['setReminders', { steps: [{}] }, 'invalid_value', '/reminders/steps/0/offset_days'],
    ['setReminders', { reminders: {} }, 'invalid_value', '/reminders/steps'],
    ['setReminders', { steps: [], terms: 5 }, 'unknown_field', '/reminders/terms'],
  ] as const)('%s %j is refused', (name, args, code, pointer) => {
    expect(fault(checkArguments(name, args))).toEqual([code, pointer]);
    expect(fault(read(name, args))).toEqual([code, pointer]);
  });
});
