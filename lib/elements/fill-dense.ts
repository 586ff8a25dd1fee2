// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, type TypedArray } from '../arrays/dtype';
import type { Selection } from '../storage/storage';
import type { SparseMatrix } from './plan';

/** Fills `dest` (zeroed, row-major) with a box of a sparse matrix. Entries of the same cell add up. */
export function fillDense(matrix: SparseMatrix, { start, count }: Selection, dest: TypedArray): void {
  const byRows = matrix.format === 'csr';
  const [row, column] = start as [number, number];
  const [rows, columns] = count as [number, number];
  const [first, majors] = byRows ? [row, rows] : [column, columns];
  const [low, minors] = byRows ? [column, columns] : [row, rows];
  const { slots } = dtypes[matrix.dtype];
  const data = matrix.data as Float64Array;
  const out = dest as Float64Array;
  for (let major = 0; major < majors; major++) {
    const end = matrix.indptr[first + major + 1] as number;
    for (let k = matrix.indptr[first + major] as number; k < end; k++) {
      const minor = (matrix.indices[k] as number) - low;
      if (minor < 0 || minor >= minors) continue;
      const cell = byRows ? major * columns + minor : minor * columns + major;
      for (let slot = 0; slot < slots; slot++) {
        const at = cell * slots + slot;
        out[at] = add(out[at] as number, data[k * slots + slot] as number, matrix.dtype === 'bool');
      }
    }
  }
}

/** Numbers and BigInts add alike; two times true is true. */
function add(a: number, b: number, isBool: boolean): number {
  return isBool ? a | b : a + b;
}
