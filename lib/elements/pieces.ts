// SPDX-License-Identifier: BSD-3-Clause

import type { Selection } from '../storage/storage';

/** What one piece of an array may take in staging memory. */
export const pieceBytes = 4 * 2 ** 20;

/**
 * Cuts an array into boxes of at most `pieceBytes`, made of whole chunks, that grow along the last axis first
 * (the first one when `columns` is set: for sources that lie by columns). An empty array has no pieces.
 */
export function* piecesOf(
  shape: readonly number[],
  itemBytes: number,
  options: { chunk?: readonly number[] | undefined; columns?: boolean; budget?: number } = {},
): Generator<Selection> {
  if (shape.some((n) => n === 0)) return;
  const size = pieceShape(shape, itemBytes, options);
  const start = shape.map(() => 0);
  for (;;) {
    yield {
      start: [...start],
      count: size.map((n, axis) => Math.min(n, (shape[axis] as number) - (start[axis] as number))),
    };
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      const next = (start[axis] as number) + (size[axis] as number);
      if (next < (shape[axis] as number)) {
        start[axis] = next;
        break;
      }
      start[axis] = 0;
    }
    if (axis < 0) return;
  }
}

function pieceShape(
  shape: readonly number[],
  itemBytes: number,
  {
    chunk,
    columns = false,
    budget = pieceBytes,
  }: { chunk?: readonly number[] | undefined; columns?: boolean; budget?: number },
): number[] {
  const unit = shape.map((n, axis) => Math.min(n, chunk?.[axis] ?? 1));
  const piece = [...unit];
  const axes = [...shape.keys()];
  for (const axis of columns ? axes : axes.reverse()) {
    const others = piece.reduce((product, n, i) => (i === axis ? product : product * n), itemBytes);
    const step = unit[axis] as number;
    const whole = shape[axis] as number;
    const fits = Math.max(step, Math.floor(budget / others / step) * step);
    piece[axis] = Math.min(whole, fits);
    if (fits < whole) break;
  }
  return piece;
}
