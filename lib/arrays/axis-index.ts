// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray } from './dtype';

/** Evenly spaced positions: `start`, `start + step`, … */
export interface RangeIndex {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Which positions of an axis are taken, in which order: evenly spaced ones take no memory. None lies outside. */
export type AxisIndex = RangeIndex | IndexArray;

/** All positions of an axis. */
export function everything(length: number): RangeIndex {
  return { start: 0, step: 1, length };
}

export function isRange(index: AxisIndex): index is RangeIndex {
  return 'step' in index;
}

/** Whether an index takes positions that follow one another. */
export function isRun(index: AxisIndex): index is RangeIndex {
  return isRange(index) && index.step === 1;
}

/** Whether an index takes every position of an axis of `length`, in order. */
export function isEverything(index: AxisIndex, length: number): boolean {
  return isRange(index) && index.length === length && (length === 0 || (index.start === 0 && index.step === 1));
}

/** An index as an array. */
export function positionsOf(index: AxisIndex): IndexArray {
  if (!isRange(index)) return index;
  const { start, step, length } = index;
  const positions = indexArray(length, Math.max(start, start + step * (length - 1)));
  for (let i = 0; i < length; i++) positions[i] = start + i * step;
  return positions;
}

/** An index as an array; null when it takes every position of an axis of `length`, in order. */
export function positionsOrAll(index: AxisIndex, length: number): IndexArray | null {
  return isEverything(index, length) ? null : positionsOf(index);
}

/** What `inner` takes of what `outer` takes. */
export function compose(outer: AxisIndex, inner: AxisIndex): AxisIndex {
  if (isRange(outer) && isRange(inner)) {
    return { start: outer.start + inner.start * outer.step, step: outer.step * inner.step, length: inner.length };
  }
  const places = positionsOf(inner);
  if (isRange(outer)) {
    const positions = indexArray(places.length, Math.max(outer.start, outer.start + outer.step * (outer.length - 1)));
    for (let i = 0; i < places.length; i++) positions[i] = outer.start + places[i]! * outer.step;
    return positions;
  }
  const positions = new (outer.constructor as new (length: number) => IndexArray)(places.length);
  for (let i = 0; i < places.length; i++) positions[i] = outer[places[i]!]!;
  return positions;
}

/** Room for `length` positions up to `highest`. */
export function indexArray(length: number, highest: number): IndexArray {
  return highest < 2 ** 31 ? new Int32Array(length) : new Float64Array(length);
}
