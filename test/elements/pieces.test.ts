// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import { piecesOf } from '../../lib/elements/pieces';

describe('piecesOf', () => {
  it('covers every element exactly once, whatever the shape', () => {
    const anyCut = fc.record({
      shape: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }),
      seed: fc.integer({ min: 1, max: 5 }),
      budget: fc.integer({ min: 1, max: 200 }),
      columns: fc.boolean(),
    });
    fc.assert(
      fc.property(anyCut, ({ shape, seed, budget, columns }) => {
        const chunk = shape.map((n, i) => Math.max(1, Math.min(n, (seed + i) % 4)));
        const seen = new Map<string, number>();
        for (const { start, count } of piecesOf(shape, 3, { chunk, columns, budget })) {
          visit(start, count, (cell) => seen.set(cell, (seen.get(cell) ?? 0) + 1));
        }
        expect(seen.size).toBe(shape.reduce((a, b) => a * b, 1));
        expect([...seen.values()].every((n) => n === 1)).toBe(true);
      }),
    );
  });

  it('stays within the budget and on whole chunks', () => {
    const pieces = [...piecesOf([1000, 50], 4, { chunk: [64, 32], budget: 30_000 })];
    for (const { start, count } of pieces) {
      expect(count[0]! * count[1]! * 4).toBeLessThanOrEqual(30_000);
      expect(start[0]! % 64).toBe(0);
      expect(start[1]! % 32).toBe(0);
    }
  });

  it('gives nothing for an empty array and one piece for a scalar', () => {
    expect([...piecesOf([0, 5], 8)]).toEqual([]);
    expect([...piecesOf([], 8)]).toEqual([{ start: [], count: [] }]);
  });

  it('cuts a row that is longer than a piece', () => {
    const pieces = [...piecesOf([2, 6_000_000], 8)];
    expect(pieces.length).toBeGreaterThan(8);
    expect(pieces.every(({ count }) => count[0] === 1)).toBe(true);
  });
});

function visit(start: number[], count: number[], tell: (cell: string) => void, prefix: number[] = []): void {
  const axis = prefix.length;
  if (axis === start.length) tell(prefix.join(','));
  else for (let i = 0; i < count[axis]!; i++) visit(start, count, tell, [...prefix, start[axis]! + i]);
}
