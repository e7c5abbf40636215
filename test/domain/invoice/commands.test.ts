import { type AvailableAction, availableActions } from '../../../src/domain/invoice/actions.ts';
import {
  type CommandOn,
  type CommandOnName,
  commandTable,
  snakeCase,
} from '../../../src/domain/invoice/command.ts';
import type { InvoiceEvent } from '../../../src/domain/invoice/events.ts';
import {
  amountDue,
  isOverdue,
  isPartiallyPaid,
  type Invoice,
  statuses,
} from '../../../src/domain/invoice/invoice.ts';
import { lifecycleTable } from '../../../src/domain/invoice/lifecycle.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import {
  created,
  draft,
  given,
  issued,
  markViewed,
  pay,
  payment,
  remind,
  remove,
  send,
  start,
  text2pay,
  update,
  voidIt,
  when,
} from '../given.ts';
import { applyCredit, creditNote, refund, reverse, voided, waive, writeOff } from '../money-commands.ts';

const late = '2026-04-02T00:00:00.000Z';
const open = given(created(), issued);
const fee: InvoiceEvent = {
  type: 'invoice.late_fee_assessed',
  fee: {
    occurrence: 1,
    amount: 1000,
    at: late,
    date: '2026-04-02',
    place: 1,
    ground: null,
    replaces: null,
    endedAt: null,
    waived: false,
    reversed: false,
    reason: null,
  },
};
const dispute: InvoiceEvent = {
  type: 'invoice.hold_started',
  hold: { kind: 'dispute', until: null, endsAt: null, note: null, since: start },
};
const voiding: InvoiceEvent = {
  type: 'invoice.void_started',
  voiding: { commandId: 'void', reason: null, disposition: [], refunds: [], since: start },
};
const scheduled: InvoiceEvent = {
  type: 'invoice.scheduled',
  scheduledSend: { localTime: '2026-03-09T09:00', timeZone: 'UTC', at: '2026-03-09T09:00:00.000Z' },
};

/** One invoice in each state, and the instant at which it is asked. */
const states: Readonly<Record<string, readonly [Invoice, string]>> = {
  draft: [given(created()), start],
  scheduled: [given(created(), scheduled), start],
  open: [open, start],
  overdue: [given(created(), issued, fee), late],
  partial: [given(created(), issued, payment(100), dispute), start],
  voiding: [given(created(), issued, payment(100), voiding), start],
  paid: [given(created(), issued, payment(5885), { type: 'invoice.paid' }), start],
  void: [given(created(), issued, voided), start],
  bad_debt: [given(created(), issued, { type: 'invoice.written_off', amount: 5885, reason: null }), start],
  deleted: [given(created(), { type: 'invoice.deleted' }), start],
};

const commands: Readonly<Record<CommandOnName, CommandOn>> = {
  update: update(draft()),
  send,
  schedule: { name: 'schedule', sendAt: '2027-01-01T09:00', timeZone: null },
  unschedule: { name: 'unschedule' },
  text2pay,
  remind,
  recordPayment: pay(),
  reversePayment: reverse('payment-1'),
  refundPayment: refund(),
  void: voidIt,
  writeOff,
  hold: { name: 'hold', kind: 'dispute', until: null, note: null },
  resume: { name: 'resume', kind: null },
  waiveLateFee: waive(),
  applyCredit: applyCredit(),
  issueCreditNote: creditNote(),
  attach: { name: 'attach', attachments: [{ fileId: 'file', name: 'a.pdf', type: 'a/b', size: 1 }] },
  setLateFees: { name: 'setLateFees', terms: null, policy: null },
  setReminders: { name: 'setReminders', steps: [], policy: null, followersOnly: false },
  delete: remove,
  markViewed,
};

/**
 * Written by hand from product.md and interface.md. overdue has a late fee, partial is partially paid and in dispute,
 * voiding waits for a processor's refunds, bad_debt is uncollectible.
 */
const expected = `
  command         | draft           | scheduled       | open             | overdue          | partial           | voiding           | paid             | void            | bad_debt        | deleted
  update          | accepted        | accepted        | accepted         | accepted         | accepted          | payment_in_flight | already_paid     | already_void    | wrong_status    | already_deleted
  send            | accepted        | accepted        | accepted         | accepted         | accepted          | accepted          | accepted         | already_void    | wrong_status    | already_deleted
  schedule        | accepted        | accepted        | wrong_status     | wrong_status     | wrong_status      | wrong_status      | wrong_status     | already_void    | wrong_status    | already_deleted
  unschedule      | wrong_status    | accepted        | wrong_status     | wrong_status     | wrong_status      | wrong_status      | wrong_status     | already_void    | wrong_status    | already_deleted
  text2pay        | accepted        | wrong_status    | accepted         | accepted         | accepted          | accepted          | already_paid     | already_void    | wrong_status    | already_deleted
  remind          | wrong_status    | wrong_status    | accepted         | accepted         | accepted          | accepted          | already_paid     | already_void    | wrong_status    | already_deleted
  recordPayment   | wrong_status    | wrong_status    | accepted         | accepted         | accepted          | payment_in_flight | already_paid     | already_void    | accepted        | already_deleted
  reversePayment  | unknown_payment | unknown_payment | unknown_payment  | unknown_payment  | accepted          | payment_in_flight | accepted         | unknown_payment | unknown_payment | already_deleted
  refundPayment   | unknown_payment | unknown_payment | unknown_payment  | unknown_payment  | accepted          | payment_in_flight | accepted         | unknown_payment | unknown_payment | already_deleted
  void            | draft_void      | wrong_status    | accepted         | accepted         | net_paid_not_zero | payment_in_flight | already_paid     | already_void    | wrong_status    | already_deleted
  writeOff        | wrong_status    | wrong_status    | accepted         | accepted         | accepted          | payment_in_flight | already_paid     | already_void    | wrong_status    | already_deleted
  hold            | wrong_status    | wrong_status    | accepted         | accepted         | accepted          | accepted          | already_paid     | already_void    | wrong_status    | already_deleted
  resume          | wrong_status    | wrong_status    | not_on_hold      | not_on_hold      | accepted          | not_on_hold       | already_paid     | already_void    | wrong_status    | already_deleted
  waiveLateFee    | wrong_status    | wrong_status    | unknown_late_fee | accepted         | unknown_late_fee  | payment_in_flight | unknown_late_fee | already_void    | wrong_status    | already_deleted
  applyCredit     | wrong_status    | wrong_status    | accepted         | accepted         | accepted          | payment_in_flight | already_paid     | already_void    | wrong_status    | already_deleted
  issueCreditNote | wrong_status    | wrong_status    | accepted         | accepted         | accepted          | payment_in_flight | accepted         | already_void    | wrong_status    | already_deleted
  attach          | accepted        | accepted        | accepted         | accepted         | accepted          | accepted          | accepted         | accepted        | accepted        | already_deleted
  setLateFees     | accepted        | accepted        | accepted         | accepted         | accepted          | accepted          | already_paid     | already_void    | wrong_status    | already_deleted
  setReminders    | accepted        | accepted        | accepted         | accepted         | accepted          | accepted          | already_paid     | already_void    | wrong_status    | already_deleted
  delete          | accepted        | wrong_status    | issued_delete    | issued_delete    | issued_delete     | issued_delete     | issued_delete    | issued_delete   | issued_delete   | already_deleted
  markViewed      | wrong_status    | wrong_status    | accepted         | accepted         | accepted          | accepted          | accepted         | accepted        | accepted        | already_deleted
`;
const [head = [], ...rows] = expected
  .trim()
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()));
const cells = rows.flatMap(([command = '', ...answers]) =>
  answers.map((answer, index) => [command as CommandOnName, head[index + 1] ?? '', answer] as const),
);

describe('the states of the table', () => {
  it('are what they are called', () => {
    const [overdue] = states['overdue'] ?? [open];
    expect(isOverdue(overdue, late)).toBe(true);
    expect(isOverdue(overdue, '2026-04-01T23:59:59.999Z')).toBe(false);
    expect(isPartiallyPaid((states['partial'] ?? [open])[0])).toBe(true);
    expect(amountDue((states['paid'] ?? [open])[0])).toBe(0);
    expect(head.slice(1)).toEqual(Object.keys(states));
  });

  it('cover every command and every status', () => {
    expect(rows.map(([command]) => command)).toEqual(Object.keys(commandTable));
    expect(new Set(Object.values(states).map(([invoice]) => invoice.status))).toEqual(new Set(statuses));
  });
});

describe('a command', () => {
  it.each(cells)('%s on %s: %s', (command, state, answer) => {
    const [invoice, now] = states[state] ?? [open, start];
    const decision = when(invoice, commands[command], now);
    expect(isRejection(decision) ? decision.rejected : 'accepted').toBe(answer);
  });

  it('that is refused says in which status the invoice is and where it would be accepted', () => {
    const [invoice] = states['draft'] ?? [open];
    expect(when(invoice, remind)).toEqual({
      rejected: 'wrong_status',
      message: 'The invoice is draft, and remind is accepted in open only.',
      data: { status: 'draft', command: 'remind', accepted: 'open' },
    });
    expect(when(open, commands.unschedule)).toMatchObject({
      message: 'The invoice is open, and unschedule is accepted in scheduled only.',
    });
  });

  it('needs an invoice, which is a mistake of the program and no refusal', () => {
    expect(() => when(null, send)).toThrow('send without an invoice');
  });
});

describe('the actions that are available', () => {
  it.each(Object.keys(states))(
    'on %s are exactly what the commands answer: same code, same sentence',
    (state) => {
      const [invoice, now] = states[state] ?? [open, start];
      const told = availableActions(invoice, now);
      const answers = (Object.keys(commandTable) as CommandOnName[]).map((name): AvailableAction => {
        const answer = when(invoice, commands[name], now);
        const allowed = { name: snakeCase(name), allowed: true, code: null, reason: null, requires: [] };
        if (!isRejection(answer)) return allowed;
        // It is not refused: it only has to say what becomes of the money.
        if (answer.rejected === 'net_paid_not_zero') return { ...allowed, requires: ['disposition'] };
        return { ...allowed, allowed: false, code: answer.rejected, reason: answer.message };
      });
      expect(told).toEqual(answers);
    },
  );

  it('on a part-paid invoice name what a void requires', () => {
    const [invoice, now] = states['partial'] ?? [open, start];
    const told = availableActions(invoice, now).filter((action) => action.requires.length > 0);
    expect(told).toEqual([
      { name: 'void', allowed: true, code: null, reason: null, requires: ['disposition'] },
    ]);
  });

  it('are told for the newest payment that is not reversed yet', () => {
    const reversed: InvoiceEvent = {
      type: 'payment.reversed',
      paymentId: 'payment-1',
      reason: null,
      reopened: 100,
      fromCredit: 0,
      fromUnapplied: 0,
      tip: 0,
      date: '2026-03-02',
    };
    const told = (invoice: Invoice, name: string) =>
      availableActions(invoice, start).find((action) => action.name === name)?.code;
    const all = given(created(), issued, payment(100), reversed);
    expect(told(all, 'reverse_payment')).toBe('already_reversed');
    expect(told(all, 'refund_payment')).toBe('already_reversed');
    expect(told(given(created(), issued, payment(100)), 'reverse_payment')).toBeNull();
  });

  it('are told for the newest late fee that stands', () => {
    const waived: InvoiceEvent = {
      type: 'invoice.late_fee_waived',
      occurrence: 1,
      amount: 1000,
      credited: 0,
      reason: null,
    };
    const told = availableActions(given(created(), issued, fee, waived), late);
    expect(told.find((action) => action.name === 'waive_late_fee')).toMatchObject({
      allowed: false,
      code: 'already_waived',
    });
  });
});

describe('the table of the documentation', () => {
  it('has a row for each command and a column for each status', () => {
    const lines = lifecycleTable().split('\n');
    expect(lines[0]).toBe('| command | draft | scheduled | open | paid | void | uncollectible | deleted |');
    expect(lines).toHaveLength(2 + Object.keys(commandTable).length);
    expect(lines).toContain(
      '| `remind` | `wrong_status` | `wrong_status` | yes | `already_paid` | `already_void` | `wrong_status` | `already_deleted` |',
    );
  });
});
