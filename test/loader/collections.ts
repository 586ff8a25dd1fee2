// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, CsrMatrix, DenseArray } from '../../lib';

/** Rows of a matrix, zeros included. */
export function nested(matrix: unknown): unknown {
  return (matrix instanceof CsrMatrix ? matrix.toDense() : (matrix as DenseArray)).toNested();
}

type Sparse = 'csr' | 'dense';

/** Upstream's objects: three and two rows, three variables. */
export function adatas(format: Sparse = 'dense'): [AnnData, AnnData] {
  const make = (rows: number[][], labels: string[], fill: number): AnnData => {
    const X = DenseArray.from(rows, 'int64');
    const n = labels.length;
    return new AnnData({
      X: format === 'csr' ? CsrMatrix.fromDense(X) : X,
      obs: { a_test: labels },
      obsm: { o_test: new DenseArray(new Float64Array(2 * n).fill(fill), [n, 2]) },
    });
  };
  const first = [
    [1, 2, 0],
    [4, 5, 0],
    [7, 8, 0],
  ];
  const second = [
    [1, 3, 0],
    [9, 8, 0],
  ];
  return [make(first, ['a', 'a', 'b'], 1), make(second, ['c', 'c'], 0)];
}

export function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}
