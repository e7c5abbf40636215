// States that earlier releases stored or carried across continue-as-new go on today: restore() fills what they lack.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { availableActions } from '../../src/domain/invoice/actions.ts';
import type { Command } from '../../src/domain/invoice/command.ts';
import { after, decide, recorded } from '../../src/domain/invoice/commands.ts';
import { amountDue, type Invoice } from '../../src/domain/invoice/invoice.ts';
import { details } from '../../src/domain/invoice/reading.ts';
import { restore, type StoredInvoice } from '../../src/domain/invoice/restore.ts';
import { turnOfTime } from '../../src/domain/invoice/time.ts';
import { timeline } from '../../src/domain/invoice/timeline.ts';
import { isRejection } from '../../src/domain/rejection.ts';
import { aCreate } from '../support/builders.ts';

const folder = fileURLToPath(new URL('./histories', import.meta.url));
type Recording = { readonly state: Invoice | null };

/** A payment over many invoices has no state of its own. */
const states = readdirSync(folder).flatMap((release) =>
  readdirSync(join(folder, release)).flatMap((file) => {
    const { state } = JSON.parse(readFileSync(join(folder, release, file), 'utf8')) as Recording;
    return state === null ? [] : [{ name: `${release}/${file}`, state }];
  }),
);

/** Fields that a state stored before they existed does not have. */
const laterFields = [
  'entrySequence',
  'fixedTaxes',
  'messages',
  'metadata',
  'nextFeeOccurrence',
  'overdueNoticedAt',
  'shipToRef',
  'voidReason',
] as const;

/** An invoice as it is made today. */
const today = after(
  null,
  recorded(null, events({ ...aCreate(), name: 'create', id: 'invoice-1' }), '2026-03-02T09:00:00.000Z'),
);
const lineFields = Object.keys(today.lines[0] ?? {}).toSorted();

function events(command: Command) {
  const decision = decide(null, command, {
    now: '2026-03-02T09:00:00.000Z',
    commandId: 'create',
    newId: 'new',
  });
  if (isRejection(decision)) throw new Error(decision.message);
  return decision.events;
}

const farAhead = '2099-01-01T00:00:00.000Z';

describe.each(states)('the state of $name', ({ state }) => {
  it('loses nothing in restore, lacks nothing that a new invoice has, and is the same after JSON', () => {
    const restored = restore(state);
    expect(restored).toMatchObject(state);
    expect(restore(restored)).toEqual(restored);
    expect(Object.keys(restored).toSorted()).toEqual(Object.keys(today).toSorted());
    for (const line of restored.lines) expect(Object.keys(line).toSorted()).toEqual(lineFields);
    expect(Object.keys(restored.policy).toSorted()).toEqual(Object.keys(today.policy).toSorted());
    expect(JSON.parse(JSON.stringify(restored))).toEqual(restored);
  });

  it('lives on without the fields that came later', () => {
    const old: Record<string, unknown> = { ...state };
    for (const field of laterFields) delete old[field];
    const invoice = restore(old as StoredInvoice);
    for (const field of laterFields) expect(invoice[field]).toBeDefined();
    const turn = turnOfTime(invoice, farAhead);
    expect(amountDue(after(invoice, turn.events))).toBeGreaterThanOrEqual(0);
    expect(timeline(invoice).entries.some(({ kind }) => kind === 'issue')).toBe(state.issuedAt !== null);
    expect(availableActions(invoice, farAhead).length).toBeGreaterThan(0);
    expect(details(invoice, farAhead)).toContain('due');
  });
});
