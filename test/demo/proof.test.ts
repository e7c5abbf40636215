import { announcedUpTo, cancelledOf, compare, happenedOf, proveBooks } from '../../src/demo/proof.ts';
import type { Entry, TimelineRow } from '../../src/demo/shapes.ts';

const noon = '2026-12-05T17:00:00.000Z';
const later = '2026-12-11T05:00:00.000Z';

function row(change: Partial<TimelineRow>): TimelineRow {
  return {
    at: noon,
    kind: 'reminder',
    step_id: 'before_3',
    occurrence: 1,
    status: 'planned',
    amount_cents: null,
    channel: 'email',
    reason: null,
    ...change,
  };
}

const fee = row({ at: later, kind: 'late_fee', step_id: null, channel: null, amount_cents: 500 });

function entry(lines: readonly (readonly [code: string, debit: number, credit: number])[]): Entry {
  return {
    date: '2026-12-01',
    type: 'issued',
    lines: lines.map(([code, debit, credit]) => ({
      account_code: code,
      account_name: code,
      label: null,
      debit_cents: debit,
      credit_cents: credit,
    })),
  };
}

describe('what the timeline announced', () => {
  it('is what is planned up to and with an instant', () => {
    expect(announcedUpTo([row({}), fee], noon).map((one) => one.kind)).toEqual(['reminder']);
    expect(announcedUpTo([row({}), fee], later).map((one) => one.kind)).toEqual(['reminder', 'late_fee']);
  });

  it('has nothing in it that a person asked for', () => {
    const byHand = [row({ step_id: null }), row({ kind: 'send' }), row({ kind: 'payment' })];
    expect(announcedUpTo(byHand, later)).toEqual([]);
  });

  it('is what happened when each thing was done at its instant with its amount', () => {
    const announced = announcedUpTo([row({}), fee], later);
    const happened = happenedOf([row({ status: 'done' }), { ...fee, status: 'done' }]);
    expect(compare(announced, happened)).toMatchObject({ equal: true, surprises: [] });
  });

  it.each([
    ['another instant', { at: later }],
    ['another step', { step_id: 'due' }],
    ['another channel', { channel: 'sms' }],
    ['another amount', { amount_cents: 1 }],
  ])('is not what happened under %s', (_, change) => {
    const announced = announcedUpTo([row({})], later);
    const result = compare(announced, happenedOf([row({ status: 'done', ...change })]));
    expect(result.equal).toBe(false);
    expect(result.rows[0]?.happened).toBeNull();
    expect(result.surprises).toHaveLength(1);
  });

  it('is not what happened when something was left out or skipped', () => {
    const announced = announcedUpTo([row({})], later);
    expect(compare(announced, []).equal).toBe(false);
    expect(compare(announced, happenedOf([row({ status: 'skipped', reason: 'too_late' })])).equal).toBe(
      false,
    );
  });

  it('happened, uncertainly, when a message was sent and its answer was lost', () => {
    const announced = announcedUpTo([row({})], later);
    const result = compare(announced, happenedOf([row({ status: 'skipped', reason: 'no_answer' })]));
    expect(result.equal).toBe(true);
    expect(result.rows[0]?.happened?.uncertain).toBe(true);
  });

  it('tells what was cancelled apart', () => {
    const rows = [row({ status: 'cancelled', reason: 'paid' }), row({ status: 'done' })];
    expect(cancelledOf(rows)).toHaveLength(1);
  });
});

describe('the books', () => {
  const issue = entry([
    ['1200', 5_885, 0],
    ['4000', 0, 5_500],
    ['2200', 0, 385],
  ]);

  it('balance when every entry does and the receivable is what is due', () => {
    expect(proveBooks([issue], 5_885)).toEqual({
      debit: 5_885,
      credit: 5_885,
      receivable: 5_885,
      balanced: true,
    });
  });

  it('do not balance when the receivable is not what is due', () => {
    expect(proveBooks([issue], 0).balanced).toBe(false);
  });

  it('do not balance when two wrong entries make up for each other', () => {
    const wrong = entry([['1200', 0, 5_885]]);
    const converse = entry([['1000', 5_885, 0]]);
    expect(proveBooks([issue, wrong, converse], 0)).toMatchObject({ debit: 11_770, credit: 11_770 });
    expect(proveBooks([issue, wrong, converse], 0).balanced).toBe(false);
  });

  it('do not balance when there are none', () => {
    expect(proveBooks([], 0).balanced).toBe(false);
  });
});
