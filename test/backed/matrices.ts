// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, CscMatrix, CsrMatrix, DataFrame, DenseArray } from '../../lib';
import { allocate, type NumericDType } from '../../lib/arrays/dtype';
import type { Random } from '../interop/random';

/** Random matrices and objects for tests of what is written block by block. */

export function dense(random: Random, shape: number[], dtype: NumericDType): DenseArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = allocate(dtype, size);
  const big = dtype.endsWith('int64');
  for (let i = 0; i < data.length; i++) {
    const value = dtype === 'bool' ? random.below(2) : random.below(100);
    data[i] = (big ? BigInt(value) : value) as never;
  }
  return new DenseArray(data, shape, { dtype });
}

/** Unsorted, with repeated places. */
export function sparse(
  random: Random,
  Matrix: typeof CsrMatrix | typeof CscMatrix,
  shape: [number, number],
  dtype: NumericDType,
): CsrMatrix | CscMatrix {
  const [major, minor] = Matrix === CsrMatrix ? shape : [shape[1], shape[0]];
  const indices: number[] = [];
  const indptr = [0];
  for (let line = 0; line < major; line++) {
    const most = random.chance(0.1) ? 0 : random.below(Math.max(2, minor));
    indices.push(...random.list(minor === 0 ? 0 : most, () => random.below(minor)));
    indptr.push(indices.length);
  }
  const { data } = dense(random, [indices.length], dtype);
  return new Matrix({
    shape,
    data: data as Float32Array,
    indices: Int32Array.from(indices),
    indptr: Int32Array.from(indptr),
    dtype,
  });
}

export type Kind = 'csr' | 'csc' | 'dense';

/** An object with matrices of many kinds and types. `prefix`: of the names of its observations; `real`: the type of a dense X. */
export function example(
  random: Random,
  X: Kind,
  [nObs, nVars]: [number, number],
  prefix = 'cell',
  real: NumericDType = 'float16',
): AnnData {
  const shape: [number, number] = [nObs, nVars];
  const matrix = {
    csr: () => sparse(random, CsrMatrix, shape, 'float32'),
    csc: () => sparse(random, CscMatrix, shape, 'int64'),
    dense: () => dense(random, shape, real),
  }[X]();
  const adata = new AnnData({
    X: matrix,
    obs: new DataFrame({
      index: Array.from({ length: nObs }, (_, i) => `${prefix} ${i}`),
      columns: {
        kind: random.list(nObs, () => random.pick(['B', 'T', 'NK'])),
        depth: Float64Array.from({ length: nObs }, (_, i) => i),
      },
    }),
    var: new DataFrame({ index: Array.from({ length: nVars }, (_, i) => `gene ${i}`) }),
    layers: {
      rows: sparse(random, CsrMatrix, shape, 'bool'),
      columns: sparse(random, CscMatrix, shape, 'float64'),
      pairs: sparse(random, CsrMatrix, shape, 'complex64'),
      counts: dense(random, shape, 'int32'),
      wide: dense(random, shape, 'int64'),
      complex: dense(random, shape, 'complex128'),
    },
    obsm: {
      X_pca: dense(random, [nObs, 40], 'float64'),
      cube: dense(random, [nObs, 7, 5], 'uint8'),
      flat: new Float32Array(nObs),
    },
    varm: { PCs: dense(random, [nVars, 3], 'float32') },
    obsp: { near: sparse(random, CsrMatrix, [nObs, nObs], 'float32'), all: dense(random, [nObs, nObs], 'uint16') },
    uns: { state: 1, list: ['a', 'b'] },
  });
  adata.raw = new AnnData({
    X: sparse(random, CsrMatrix, [nObs, 2 * nVars], 'float32'),
    var: new DataFrame({ index: Array.from({ length: 2 * nVars }, (_, i) => `raw gene ${i}`) }),
  });
  return adata;
}
