// Pages of lists.
import { decodeCursor, encodeCursor, listAnswer, pageOf } from '../../src/gateway/api/page.ts';
import { behind } from '../../src/gateway/api/list-invoices.ts';
import { isRefused } from '../../src/gateway/problem.ts';

function codeOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return isRefused(error) ? error.refusal.rejection.rejected : 'thrown';
  }
}

test('a cursor comes back as the position it was made from', () => {
  const cursor = encodeCursor('invoices-created_at', ['2026-01-01T00:00:00.000Z', 'id-1']);
  expect(decodeCursor('invoices-created_at', 2, cursor)).toEqual(['2026-01-01T00:00:00.000Z', 'id-1']);
  expect(decodeCursor('invoices-created_at', 2, undefined)).toBeNull();
});

const raw = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each([
  ['zz'],
  [raw('text')],
  [raw(['customers', 'a', 'b'])],
  [raw(['invoices', 'a'])],
  [raw(['invoices', 'a', { $gt: '' }])],
  [raw(['invoices', ['a'], 'b'])],
])('a cursor that this list did not give out is refused: %s', (cursor) => {
  expect(codeOf(() => decodeCursor('invoices', 2, cursor))).toBe('bad_cursor');
});

test('the row beyond the limit only says that there is more', () => {
  expect(pageOf(['a', 'b', 'c'], 2, (last) => last)).toEqual({ rows: ['a', 'b'], nextCursor: 'b' });
  expect(pageOf(['a', 'b'], 2, (last) => last)).toEqual({ rows: ['a', 'b'], nextCursor: null });
  expect(pageOf([], 2, (last) => String(last))).toEqual({ rows: [], nextCursor: null });
});

test('the next page is linked with every filter of this one', () => {
  const url = new URL('http://127.0.0.1:3000/api/v1/invoices?status=overdue&cursor=old');
  const answer = listAnswer(url, { data: [], nextCursor: 'new' });
  expect(answer.headers?.['Link']).toBe(
    '<http://127.0.0.1:3000/api/v1/invoices?status=overdue&cursor=new>; rel="next"',
  );
  expect(answer.body).toEqual({ data: [], has_more: true, next_cursor: 'new' });
  expect(listAnswer(url, { data: [], nextCursor: null }).headers).not.toHaveProperty('Link');
});

describe('the rows behind a position', () => {
  const ascending = { field: 'due_date', direction: 1 } as const;
  const descending = { field: 'due_date', direction: -1 } as const;

  test('ascending, undated rows come first and dated ones follow them', () => {
    expect(behind(ascending, [null, 'id'])).toEqual({
      $or: [{ due_date: null, _id: { $gt: 'id' } }, { due_date: { $ne: null } }],
    });
  });

  test('descending, undated rows come last', () => {
    expect(behind(descending, ['2026-01-01', 'id'])).toEqual({
      $or: [
        { due_date: '2026-01-01', _id: { $lt: 'id' } },
        { due_date: { $lt: '2026-01-01' } },
        { due_date: null },
      ],
    });
    expect(behind(descending, [null, 'id'])).toEqual({ due_date: null, _id: { $lt: 'id' } });
  });
});
