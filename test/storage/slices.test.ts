// SPDX-License-Identifier: BSD-3-Clause

import { chunkShape } from '../../lib/storage/chunk-shape';
import { slices } from '../../lib/storage/slices';

const cut = (start: number[], count: number[], elements: number, chunkRows: number) =>
  [...slices({ start, count }, elements, chunkRows)].map((s) => [s.selection.start, s.selection.count, s.from, s.to]);

describe('slices', () => {
  test('end at chunk borders', () => {
    expect(cut([5], [20], 8, 10)).toEqual([
      [[5], [15], 0, 15],
      [[20], [5], 15, 20],
    ]);
  });

  test('keep rows whole', () => {
    expect(cut([0, 3], [3, 100], 10, 1)).toEqual([
      [[0, 3], [1, 100], 0, 100],
      [[1, 3], [1, 100], 100, 200],
      [[2, 3], [1, 100], 200, 300],
    ]);
  });

  test('a scalar is one, nothing is none', () => {
    expect(cut([], [], 8, 1)).toEqual([[[], [], 0, 1]]);
    expect(cut([0], [0], 8, 1)).toEqual([]);
    expect(cut([0, 0], [5, 0], 8, 1)).toEqual([]);
  });
});

describe('chunks nobody chose', () => {
  test.each([
    [[100], 8],
    [[10 ** 9], 4],
    [[2700, 32738], 4],
    [[10 ** 7, 3, 2], 8],
    [[1, 10 ** 6], 1],
  ])('of %j × %i bytes are of a sane size', (shape, item) => {
    const chunks = chunkShape(shape, item);
    const bytes = chunks.reduce((a, b) => a * b, item);
    const total = shape.reduce((a, b) => a * b, item);
    expect(bytes).toBeLessThanOrEqual(2 ** 20);
    expect(bytes).toBeGreaterThanOrEqual(Math.min(total, 2 ** 13));
    chunks.forEach((n, axis) => {
      expect(n).toBeGreaterThan(0);
      expect(n).toBeLessThanOrEqual(shape[axis] as number);
    });
  });

  test('an array that is still empty gets room to grow', () => {
    expect(chunkShape([0], 4)).toEqual([1024]);
  });
});
