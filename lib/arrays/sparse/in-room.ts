// SPDX-License-Identifier: BSD-3-Clause

import type { Room } from '../room';
import { CscMatrix, CsrMatrix } from '../sparse-matrix';
import { type AnySparse, compressedOf } from './compressed-matrix';
import { type AsyncOptions, runSoon } from './passes';
import { stackMinorSteps } from './stack';
import { otherFormatSteps } from './transpose';

// What `toCscAsync` and its like do, for matrices that belong to us alone, so that nothing is copied for the pool, with results in given
// memory.

/** A csr matrix as csc, a csc matrix as csr. */
export async function turnedInRoom(matrix: AnySparse, room: Room, options: AsyncOptions): Promise<AnySparse> {
  const { format, shape } = matrix;
  const parts = await runSoon(otherFormatSteps(compressedOf(matrix), room), options);
  return format === 'csr' ? new CscMatrix({ shape, ...parts }) : new CsrMatrix({ shape, ...parts });
}

/** Matrices of one format whose minor axes follow each other: csc below each other, csr side by side. */
export async function joinedInRoom(
  matrices: readonly AnySparse[],
  room: Room,
  options: AsyncOptions,
): Promise<AnySparse> {
  const { format, shape } = matrices[0]!;
  const { minor, ...parts } = await runSoon(stackMinorSteps(matrices.map(compressedOf), room), options);
  if (format === 'csr') return new CsrMatrix({ shape: [shape[0], minor], ...parts });
  return new CscMatrix({ shape: [minor, shape[1]], ...parts });
}
