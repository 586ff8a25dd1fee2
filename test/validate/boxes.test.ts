// SPDX-License-Identifier: BSD-3-Clause

import { sizeOf } from '../../lib/arrays/dtype';
import { boxes } from '../../lib/validate/boxes';

/** How often each element is covered. */
function coverage(shape: [number, number], chunks: number[] | null, target: number): Set<number> {
  const seen = new Uint8Array(sizeOf(shape));
  for (const { start, count } of boxes(shape, chunks, target)) {
    for (let r = 0; r < (count[0] ?? 0); r += 1) {
      for (let c = 0; c < (count[1] ?? 0); c += 1) {
        const at = ((start[0] ?? 0) + r) * shape[1] + (start[1] ?? 0) + c;
        seen[at] = (seen[at] ?? 0) + 1;
      }
    }
  }
  return new Set(seen);
}

test.each([
  [[10, 7], null, 5],
  [[10, 7], null, 21],
  [[10, 7], [3, 2], 6],
  [[10, 7], [3, 2], 40],
  [[10, 7], [10, 7], 1],
  [[1, 1], [1, 1], 1000],
] as [[number, number], number[] | null, number][])(
  '%j in chunks %j, %d at once: every element is covered once',
  (shape, chunks, target) => {
    expect(coverage(shape, chunks, target)).toEqual(new Set([1]));
  },
);

test('boxes start at chunk borders and stay near the target', () => {
  for (const { start, count } of boxes([1000, 64], [10, 8], 2000)) {
    expect([(start[0] ?? 0) % 10, (start[1] ?? 0) % 8]).toEqual([0, 0]);
    expect(sizeOf(count)).toBeLessThanOrEqual(2000);
  }
});

test('a scalar is one box, an empty array none', () => {
  expect([...boxes([], null, 10)]).toEqual([{ start: [], count: [] }]);
  expect([...boxes([0, 5], null, 10)]).toEqual([]);
});
