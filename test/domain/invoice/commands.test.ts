import { type AvailableAction, availableActions } from '../../../src/domain/invoice/actions.ts';
import { type CommandOn, type CommandOnName, commandTable } from '../../../src/domain/invoice/command.ts';
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

const late = '2026-04-02T00:00:00.000Z';
const open = given(created(), issued);

/** One invoice in each state, and the instant at which it is asked. */
const states: Readonly<Record<string, readonly [Invoice, string]>> = {
  draft: [given(created()), start],
  scheduled: [{ ...given(created()), status: 'scheduled' }, start],
  open: [open, start],
  overdue: [open, late],
  partial: [given(created(), issued, payment(100)), start],
  paid: [given(created(), issued, payment(5885), { type: 'invoice.paid' }), start],
  void: [given(created(), issued, { type: 'invoice.voided', reason: null }), start],
  bad_debt: [{ ...open, status: 'uncollectible' }, start],
  deleted: [given(created(), { type: 'invoice.deleted' }), start],
};

const commands: Readonly<Record<CommandOnName, CommandOn>> = {
  update: update(draft()),
  send,
  text2pay,
  remind,
  recordPayment: pay(),
  void: voidIt,
  delete: remove,
  markViewed,
};

/** Written by hand from product.md and interface.md; bad_debt is uncollectible, partial is partially paid. */
const expected = `
  command       | draft        | scheduled    | open          | overdue       | partial           | paid          | void          | bad_debt      | deleted
  update        | accepted     | accepted     | wrong_status  | wrong_status  | wrong_status      | already_paid  | already_void  | wrong_status  | already_deleted
  send          | accepted     | accepted     | accepted      | accepted      | accepted          | accepted      | already_void  | wrong_status  | already_deleted
  text2pay      | accepted     | wrong_status | accepted      | accepted      | accepted          | already_paid  | already_void  | wrong_status  | already_deleted
  remind        | wrong_status | wrong_status | accepted      | accepted      | accepted          | already_paid  | already_void  | wrong_status  | already_deleted
  recordPayment | wrong_status | wrong_status | accepted      | accepted      | accepted          | already_paid  | already_void  | wrong_status  | already_deleted
  void          | draft_void   | wrong_status | accepted      | accepted      | net_paid_not_zero | already_paid  | already_void  | wrong_status  | already_deleted
  delete        | accepted     | wrong_status | issued_delete | issued_delete | issued_delete     | issued_delete | issued_delete | issued_delete | already_deleted
  markViewed    | wrong_status | wrong_status | accepted      | accepted      | accepted          | accepted      | accepted      | accepted      | already_deleted
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
    expect(when(open, update(draft()))).toMatchObject({
      message: 'The invoice is open, and update is accepted in draft, scheduled only.',
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
        const refused = isRejection(answer);
        return {
          name: { recordPayment: 'record_payment', markViewed: 'mark_viewed' }[name as string] ?? name,
          allowed: !refused,
          code: refused ? answer.rejected : null,
          reason: refused ? answer.message : null,
          requires: [],
        };
      });
      expect(told).toEqual(answers);
    },
  );
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
