// SPDX-License-Identifier: BSD-3-Clause

import type { RangeIndex } from '../../arrays/axis-index';
import { AnnDataError } from '../../errors';

const brand = Symbol.for('anndata.Slice');

/** A part of an axis from one place to another; made by {@link slice}. */
export interface Slice {
  readonly [brand]: true;
  /** First position or name; null: from the beginning. */
  readonly start: number | string | null;
  /** Position before which it ends, or name of the last; null: to the end. */
  readonly stop: number | string | null;
  /** Distance from one to the next; null is 1. */
  readonly step: number | null;
}

/**
 * A part of an axis, as Python's `start:stop:step`: negative numbers count from the end, ends outside of the axis are
 * cut off. A number as `stop` is excluded, a name is included. Costs nothing, however long the part is.
 *
 * @param start - position or name; null for the beginning (the end when `step` is negative)
 * @param stop - position or name; null for the end (the beginning when `step` is negative)
 * @param step - 1 by default, not 0
 * @throws {AnnDataError} `ERR_ARGUMENT` for anything but integers and names
 * @example
 * ```ts
 * adata.subset(slice(0, 100)); // the first hundred
 * adata.subset(slice(null, null, -1)); // all, reversed
 * adata.subset(null, slice('CD3D', 'CD8A')); // from one name to another, both included
 * ```
 */
export function slice(
  start: number | string | null = null,
  stop: number | string | null = null,
  step: number | null = null,
): Slice {
  for (const [what, end] of [
    ['start', start],
    ['stop', stop],
  ] as const) {
    if (end !== null && typeof end !== 'string' && !Number.isSafeInteger(end)) {
      throw new AnnDataError('ERR_ARGUMENT', `${what} of a slice is an integer, a name or null, not ${String(end)}`);
    }
  }
  if (step === 0 || (step !== null && !Number.isSafeInteger(step))) {
    throw new AnnDataError('ERR_ARGUMENT', `step of a slice is an integer that is not 0, not ${String(step)}`);
  }
  return Object.freeze({ [brand]: true as const, start, stop, step });
}

/** Whether `value` is a {@link Slice}, of whichever copy of this package. */
export function isSlice(value: unknown): value is Slice {
  return typeof value === 'object' && value !== null && brand in value;
}

/** The positions a slice takes of an axis of `length`; `rowOf` finds names. */
export function resolveSlice(
  { start, stop, step }: Slice,
  length: number,
  rowOf: (name: string) => number,
): RangeIndex {
  const by = step ?? 1;
  const from = typeof start === 'string' ? rowOf(start) : start;
  // Python adds the one whichever way it goes, so that a backward slice ends before the one after the name.
  const to = typeof stop === 'string' ? rowOf(stop) + 1 : stop;
  const [low, high] = by > 0 ? [0, length] : [-1, length - 1];
  const clip = (end: number): number => Math.min(Math.max(end < 0 ? end + length : end, low), high);
  const first = from === null ? (by > 0 ? low : high) : clip(from);
  const last = to === null ? (by > 0 ? high : low) : clip(to);
  return { start: first, step: by, length: Math.max(0, Math.ceil((last - first) / by)) };
}
