// States that earlier releases stored or carried across continue-as-new go on today: restore() fills what they lack.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { availableActions } from '../../src/domain/invoice/actions.ts';
import { after } from '../../src/domain/invoice/commands.ts';
import { amountDue, type Invoice } from '../../src/domain/invoice/invoice.ts';
import { details } from '../../src/domain/invoice/reading.ts';
import { restore, type StoredInvoice } from '../../src/domain/invoice/restore.ts';
import { turnOfTime } from '../../src/domain/invoice/time.ts';
import { timeline } from '../../src/domain/invoice/timeline.ts';

const folder = fileURLToPath(new URL('./histories', import.meta.url));
const states = readdirSync(folder).flatMap((release) =>
  readdirSync(join(folder, release)).map((file) => ({
    name: `${release}/${file}`,
    state: (JSON.parse(readFileSync(join(folder, release, file), 'utf8')) as { state: Invoice }).state,
  })),
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

const farAhead = '2099-01-01T00:00:00.000Z';

describe.each(states)('the state of $name', ({ state }) => {
  it('is the same after restore, and after JSON', () => {
    expect(restore(state)).toEqual(state);
    expect(JSON.parse(JSON.stringify(restore(state)))).toEqual(state);
  });

  it('lives on without the fields that came later', () => {
    const old: Record<string, unknown> = { ...state };
    for (const field of laterFields) delete old[field];
    const invoice = restore(old as StoredInvoice);
    for (const field of laterFields) expect(invoice[field]).toBeDefined();
    const events = turnOfTime(invoice, farAhead).events;
    expect(amountDue(after(invoice, events))).toBeGreaterThanOrEqual(0);
    expect(timeline(invoice).entries.some(({ kind }) => kind === 'issue')).toBe(state.issuedAt !== null);
    expect(availableActions(invoice, farAhead).length).toBeGreaterThan(0);
    expect(details(invoice, farAhead)).toContain('due');
  });
});
