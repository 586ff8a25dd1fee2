// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, compose, isEverything, isRange, positionsOf } from '../arrays/axis-index';
import type { IndexArray } from '../arrays/dtype';
import type { AxisPick } from '../storage/storage';

/** Which rows and columns are taken of an element; null takes all. */
export interface Cut {
  readonly rows: AxisIndex | null;
  readonly columns: AxisIndex | null;
}

/** All rows and columns. */
export const whole: Cut = { rows: null, columns: null };

/** What `inner` takes of what `outer` takes of an axis. */
export function composed(outer: AxisIndex | null, inner: AxisIndex | null): AxisIndex | null {
  if (inner === null) return outer;
  return outer === null ? inner : compose(outer, inner);
}

/** How a storage is told. */
export function pickOf(index: AxisIndex | null, length: number): AxisPick {
  if (index === null || isEverything(index, length)) return { start: 0, count: length };
  if (isRange(index) && index.step === 1) return { start: index.start, count: index.length };
  return positionsOf(index);
}

/** Positions as matrices in memory take them. */
export function positionsOrNull(index: AxisIndex | null): IndexArray | null {
  return index === null ? null : positionsOf(index);
}
