// Names and texts between the API and the core.
import { argumentName, canonicalJson, toArguments, toFields } from '../../src/gateway/json.ts';

describe('names', () => {
  test.each([
    ['due_date', 'dueDate'],
    ['rate_cents', 'rate'],
    ['amount_cents', 'amount'],
    ['cap_cents', 'cap'],
    ['line_items_attributes', 'lineItemsAttributes'],
    ['deposit_to_account_id', 'depositToAccountId'],
    ['_destroy', '_destroy'],
    ['note', 'note'],
  ])('%s becomes %s', (field, argument) => {
    expect(argumentName(field)).toBe(argument);
  });

  test('go down into lists and objects, and stop at the caller’s own metadata', () => {
    const body = {
      late_fees: { frequency: { interval_count: 2 }, cap_cents: 5 },
      line_items_attributes: [{ rate_cents: 1, metadata: { unit_cents: 'kept' } }],
      metadata: { due_date: 'kept' },
      left_out: undefined,
    };
    expect(toArguments(body)).toEqual({
      lateFees: { frequency: { intervalCount: 2 }, cap: 5 },
      lineItemsAttributes: [{ rate: 1, metadata: { unit_cents: 'kept' } }],
      metadata: { due_date: 'kept' },
    });
  });

  test('come back in snake_case', () => {
    expect(toFields({ stepId: 'a', plannedAt: 'b', metadata: { keptAs: 'c' } })).toEqual({
      step_id: 'a',
      planned_at: 'b',
      metadata: { keptAs: 'c' },
    });
  });
});

describe('canonical JSON', () => {
  test('does not care for the order of keys and does for that of items', () => {
    expect(canonicalJson({ a: 1, b: { d: [1, 2], c: null } })).toBe(
      canonicalJson({ b: { c: null, d: [1, 2] }, a: 1 }),
    );
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });

  test('keeps a text apart from the number it looks like', () => {
    expect(canonicalJson({ a: '1' })).not.toBe(canonicalJson({ a: 1 }));
  });
});
