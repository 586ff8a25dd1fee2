// SPDX-License-Identifier: BSD-3-Clause

import { numericVector, stringVector, type Vector } from '../../lib/arrays/arrow';
import { findFirstRepeat, firstRepeat, TextGroups } from '../../lib/arrays/duplicates';

const rows = 200_000;
const many = (): string[] => Array.from({ length: rows }, (_, i) => `row ${i}`);

/** Both ways to ask, each of a vector that was not asked before. */
async function both(make: () => Vector): Promise<number[]> {
  return [firstRepeat(make()), await findFirstRepeat(make())];
}

describe('the first row that was there before', () => {
  test.each<[string, () => Vector, number]>([
    ['none', () => stringVector(many()), -1],
    ['the last of many', () => stringVector([...many(), 'row 7']), rows],
    ['empty strings', () => stringVector(['', 'a', '']), 2],
    ['missing values are none', () => stringVector([null, 'a', null, 'b']), -1],
    ['a missing value is not an empty one', () => stringVector(['', null]), -1],
    ['no rows', () => stringVector([]), -1],
    ['numbers', () => numericVector('float64', Float64Array.of(1, 2.5, 2.5)), 2],
    ['bigints', () => numericVector('int64', BigInt64Array.of(1n, 2n)), -1],
    ['a slice', () => stringVector(['a', 'a', 'b', 'c']).slice(1) as Vector, -1],
    ['chunks', () => stringVector(['a', 'b']).concat(stringVector(['c', 'b'])) as Vector, 3],
  ])('%s', async (_, make, expected) => {
    expect(await both(make)).toEqual([expected, expected]);
  });

  test('others get their turn while a long vector is looked through', async () => {
    const names = stringVector(many());
    let turns = 0;
    const ticker = setInterval(() => turns++, 0);
    await findFirstRepeat(names);
    clearInterval(ticker);
    expect(turns).toBeGreaterThan(0);
  });

  test('it can be stopped', async () => {
    const reason = new Error('enough');
    const search = findFirstRepeat(stringVector(many()), AbortSignal.abort(reason));
    await expect(search).rejects.toBe(reason);
  });
});

test('values are numbered as they come', () => {
  const groups = new TextGroups(stringVector(['b', null, 'a', 'b', '', 'a']));
  const numbers = [0, 1, 2, 3, 4, 5].map((row) => [groups.add(row), groups.group]);
  expect(numbers).toEqual([
    ['new', 0],
    ['missing', -1],
    ['new', 1],
    ['again', 0],
    ['new', 2],
    ['again', 1],
  ]);
  expect(groups.firstRows).toEqual([0, 2, 4]);
});
