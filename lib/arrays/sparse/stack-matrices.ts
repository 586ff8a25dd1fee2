// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../../errors';
import { type AnySparse, type Axis, compressedOf, type SparseParts } from './compressed-matrix';
import type { Steps } from './passes';
import type { Compressed } from './source';
import { stackMajorSteps, stackMinorSteps } from './stack';
import { otherFormatSteps } from './transpose';

/** Matrices along `axis` in one, stored in `format`. */
export function* stackSteps(matrices: readonly AnySparse[], format: 'csr' | 'csc', axis: Axis): Steps<SparseParts> {
  const [first] = matrices;
  if (first === undefined) throw new AnnDataError('ERR_ARGUMENT', 'there is nothing to stack');
  const across = (1 - axis) as Axis;
  const different = matrices.find(({ shape }) => shape[across] !== first.shape[across]);
  if (different !== undefined) {
    const names = axis === 0 ? 'columns' : 'rows';
    const text = `matrices with ${first.shape[across]} and ${different.shape[across]} ${names} cannot be stacked`;
    throw new AnnDataError('ERR_SHAPE', text);
  }
  const sources: Compressed[] = [];
  for (const matrix of matrices) {
    const source = compressedOf(matrix);
    sources.push(matrix.format === format ? source : yield* otherFormatSteps(source));
  }
  const major = (axis === 0) === (format === 'csr');
  const { minor: _, ...stacked } = yield* major ? stackMajorSteps(sources) : stackMinorSteps(sources);
  const length = matrices.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = axis === 0 ? ([length, first.shape[1]] as const) : ([first.shape[0], length] as const);
  return { ...stacked, shape };
}
