// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, compose, isEverything, isRun, positionsOf } from '../arrays/axis-index';
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
function composed(outer: AxisIndex | null, inner: AxisIndex | null): AxisIndex | null {
  if (inner === null) return outer;
  return outer === null ? inner : compose(outer, inner);
}

/** What a cut of a cut takes of the whole. */
export function cutAgain(outer: Cut, inner: Cut): Cut {
  return { rows: composed(outer.rows, inner.rows), columns: composed(outer.columns, inner.columns) };
}

/** Whether a cut takes all rows and columns without naming them. */
export function isWhole({ rows, columns }: Cut): boolean {
  return rows === null && columns === null;
}

/** The shape of a part. */
export function cutShape(shape: readonly number[], { rows, columns }: Cut): number[] {
  const lengths = [rows?.length, columns?.length];
  return shape.map((n, axis) => lengths[axis] ?? n);
}

/** How a storage is told. */
export function pickOf(index: AxisIndex | null, length: number): AxisPick {
  if (index === null || isEverything(index, length)) return { start: 0, count: length };
  if (isRun(index)) return { start: index.start, count: index.length };
  return positionsOf(index);
}

/** Positions as matrices in memory take them. */
export function positionsOrNull(index: AxisIndex | null): IndexArray | null {
  return index === null ? null : positionsOf(index);
}
