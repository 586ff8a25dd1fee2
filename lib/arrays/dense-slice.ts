// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import type { Layout } from './layout';

/** A part of an axis as Python's `start:stop:step`; what `slice(start, stop, step)` makes is one. */
export interface AxisRange {
  /** First position, from the end when negative; by default the end it starts from. */
  readonly start?: number | string | null;
  /** The position before which it ends; by default behind the last. */
  readonly stop?: number | string | null;
  /** Distance from one to the next; 1 by default, not 0. */
  readonly step?: number | null;
}

/** The layout of a part: a range keeps its axis, a number takes one position and drops the axis, null takes all. */
export function sliceLayout(source: Layout, ranges: readonly (AxisRange | number | null)[]): Layout {
  if (ranges.length > source.shape.length) {
    const text = `${ranges.length} ranges for an array with ${source.shape.length} axes`;
    throw new AnnDataError('ERR_SHAPE', text);
  }
  const shape: number[] = [];
  const stride: number[] = [];
  let offset = source.offset;
  source.shape.forEach((length, axis) => {
    const range = ranges[axis] ?? null;
    const by = source.stride[axis]!;
    if (typeof range === 'number') {
      offset += positionOf(range, length, axis) * by;
      return;
    }
    const { first, step, count } = range === null ? { first: 0, step: 1, count: length } : resolve(range, length);
    if (count > 0) offset += first * by;
    shape.push(count);
    stride.push(by * step);
  });
  return { shape, stride, offset };
}

function positionOf(position: number, length: number, axis: number): number {
  const found = position < 0 ? position + length : position;
  if (Number.isInteger(found) && found >= 0 && found < length) return found;
  throw new AnnDataError('ERR_ARGUMENT', `position ${position} is outside of axis ${axis} with ${length} elements`);
}

function resolve({ start, stop, step }: AxisRange, length: number): { first: number; step: number; count: number } {
  const by = step ?? 1;
  for (const end of [start ?? 0, stop ?? 0, by]) {
    if (!Number.isSafeInteger(end) || by === 0) {
      const text = `a range of an array is made of whole numbers, its step not 0; found ${String(start)}:${String(stop)}:${String(step)}`;
      throw new AnnDataError('ERR_ARGUMENT', text);
    }
  }
  const [low, high] = by > 0 ? [0, length] : [-1, length - 1];
  const clip = (end: number): number => Math.min(Math.max(end < 0 ? end + length : end, low), high);
  const first = start == null ? (by > 0 ? low : high) : clip(start as number);
  const last = stop == null ? (by > 0 ? high : low) : clip(stop as number);
  return { first, step: by, count: Math.max(0, Math.ceil((last - first) / by)) };
}
