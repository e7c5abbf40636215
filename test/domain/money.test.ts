import { allocate } from '../../src/domain/money.ts';

describe('allocate', () => {
  it('hands the remainder to the largest remainders, ties to the earlier part', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(5, [10, 30, 60])).toEqual([1, 1, 3]);
  });
});
