// SPDX-License-Identifier: BSD-3-Clause

import { type IndexArray, sizeOf, type TypedArray } from './dtype';
import type { Layout } from './layout';
import { pieceElements, type Steps } from './sparse/passes';

/** Distances in memory between the first element of a cell of the first two axes and all of that cell, in row-major order. */
function cellSteps({ shape, stride }: Layout): Float64Array {
  let steps = Float64Array.of(0);
  for (let axis = 2; axis < shape.length; axis++) {
    const n = shape[axis]!;
    const wider = new Float64Array(steps.length * n);
    for (let i = 0; i < wider.length; i++) wider[i] = steps[Math.floor(i / n)]! + (i % n) * stride[axis]!;
    steps = wider;
  }
  return steps;
}

/** Positions in memory of the given rows and columns of an array with at least one axis; null stands for all. */
export function pickedPositions(layout: Layout, rows: IndexArray | null, columns: IndexArray | null): Float64Array {
  const steps = cellSteps(layout);
  const nRows = rows?.length ?? layout.shape[0] ?? 1;
  const across = columns?.length ?? layout.shape[1] ?? 1;
  const at = new Float64Array(nRows * across * steps.length);
  let to = 0;
  for (let i = 0; i < nRows; i++) {
    const row = layout.offset + (rows?.[i] ?? i) * (layout.stride[0] ?? 0);
    for (let j = 0; j < across; j++) {
      const cell = row + (columns?.[j] ?? j) * (layout.stride[1] ?? 0);
      for (const step of steps) at[to++] = cell + step;
    }
  }
  return at;
}

/** Copies the given rows and columns into `dest`, row-major. `slots`: array elements that make one element. */
export function* takeSteps(
  source: Layout & { data: TypedArray; slots: number },
  rows: IndexArray | null,
  columns: IndexArray | null,
  dest: TypedArray,
): Steps<void> {
  const { data, offset, shape, slots, stride } = source;
  const nRows = rows?.length ?? shape[0] ?? 1;
  const width = sizeOf(shape.slice(1));
  const solid = columns === null && isSolid(source);
  // Row by row, so that the positions of one row, not of all, are in memory.
  const one = { shape: [1, ...shape.slice(1)], stride, offset: 0 };
  const within = solid ? null : pickedPositions(one, null, columns);
  let to = 0;
  let paused = 0;
  for (let i = 0; i < nRows; i++) {
    const row = offset + (rows?.[i] ?? i) * (stride[0] ?? 0);
    if (to - paused > pieceElements) {
      paused = to;
      yield;
    }
    if (within === null && width === 1 && slots === 1) {
      dest[to++] = data[row] as never;
    } else if (within === null) {
      dest.set(data.subarray(row * slots, (row + width) * slots) as never, to);
      to += width * slots;
    } else if (slots === 1) {
      for (let j = 0; j < within.length; j++) dest[to++] = data[row + within[j]!] as never;
    } else {
      for (let j = 0; j < within.length * slots; j++)
        dest[to++] = data[(row + within[Math.floor(j / slots)]!) * slots + (j % slots)] as never;
    }
  }
}

/** Whether the elements of a row follow each other without gaps. */
function isSolid({ shape, stride }: Layout): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}
