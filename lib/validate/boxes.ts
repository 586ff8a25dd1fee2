// SPDX-License-Identifier: BSD-3-Clause

import type { Selection } from '../storage/storage';

/**
 * Cuts an array into boxes of about `target` elements that cover it once, in row-major order. Boxes are whole
 * chunks, so that no chunk is decoded twice; a chunk larger than `target` is a box of its own.
 */
export function* boxes(
  shape: readonly number[],
  chunks: readonly number[] | null,
  target: number,
): Generator<Selection> {
  if (shape.includes(0)) return;
  const edge = boxEdges(shape, chunks, target);
  const start = shape.map(() => 0);
  for (;;) {
    yield { start: [...start], count: start.map((s, axis) => Math.min(at(edge, axis), at(shape, axis) - s)) };
    if (!advance(start, shape, edge)) return;
  }
}

/** Grows a chunk along the last axis first, in whole chunks. */
function boxEdges(shape: readonly number[], chunks: readonly number[] | null, target: number): number[] {
  const edge = shape.map((n, axis) => Math.max(1, Math.min(n, chunks?.[axis] ?? 1)));
  let size = edge.reduce((product, n) => product * n, 1);
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const times = Math.max(1, Math.floor(target / size));
    const grown = Math.min(at(shape, axis), at(edge, axis) * times);
    size = (size / at(edge, axis)) * grown;
    edge[axis] = grown;
    if (grown < at(shape, axis)) break;
  }
  return edge;
}

function advance(start: number[], shape: readonly number[], edge: readonly number[]): boolean {
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    start[axis] = at(start, axis) + at(edge, axis);
    if (at(start, axis) < at(shape, axis)) return true;
    start[axis] = 0;
  }
  return false;
}

function at(list: readonly number[], axis: number): number {
  return list[axis] ?? 0;
}
