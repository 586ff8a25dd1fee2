// SPDX-License-Identifier: BSD-3-Clause

import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { isMatrixHandle } from '../backed';
import { AnnDataError, quote } from '../errors';
import type { DataFrame } from '../frame/data-frame';
import { AnnData } from './anndata';
import { chunksSoon, rowsSoon, sideBySideSoon, tableSoon } from './backed-tables';
import { AxisArrays } from './mappings';
import { type DrawOptions, drawRows } from './random-rows';
import { checkChunkSize, type RowChunk, rowChunks } from './row-chunks';
import { axisFrame, type DenseLimit, matrixFrame } from './to-frame';
import type { Later, Matrix, Mode } from './types';

/**
 * Methods that give matrices as frames and in pieces. They only use what is public, so they live beside the classes.
 *
 * @module
 */

declare module './anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * X or a layer as a frame: a column for each variable, the index are the names of observations. Sparse matrices become
     * dense.
     *
     * @param layer - name of the layer; null is X
     * @throws {AnnDataError} `ERR_NAME` when there is no such matrix or names of variables are not unique, `ERR_LIMIT` when
     *   a sparse matrix would take more than `maxBytes` (1 GiB)
     * @example
     * ```ts
     * adata.toDf().get('CD3D');
     * ```
     */
    toDf(layer?: string | null, options?: DenseLimit): Later<S, DataFrame>;

    /**
     * X in runs of rows, the last one shorter. Sparse stays sparse. Dense and CSR chunks share X's memory; a CSC matrix is
     * searched for each chunk: convert it first.
     *
     * @param size - rows a chunk
     * @throws {AnnDataError} `ERR_NAME` when there is no X, `ERR_ARGUMENT` for a size that is no positive integer
     * @example
     * ```ts
     * for (const { chunk, start, end } of adata.chunkedX(1000)) console.log(start, end, chunk.shape);
     * ```
     */
    chunkedX(
      size?: number,
    ): S extends 'memory' ? Generator<RowChunk, void, undefined> : AsyncGenerator<RowChunk, void, undefined>;

    /**
     * Rows of X, always dense: random ones when given a number (at most as many as there are), or the given ones, in their
     * order, repeats allowed, negative ones from the end.
     *
     * @throws {AnnDataError} `ERR_NAME` when there is no X, `ERR_ARGUMENT` for rows outside of it, `ERR_LIMIT` as in `toDf`
     * @example
     * ```ts
     * adata.chunkX(100, { seed: 1 }).shape; // [2, 3]
     * adata.chunkX([1, 1, 0]);
     * ```
     */
    chunkX(select?: number | ArrayLike<number>, options?: DrawOptions & DenseLimit): Later<S, DenseArray>;
  }
}

declare module './mappings' {
  interface AxisArrays<S extends Mode = 'memory'> {
    /**
     * All entries side by side: the columns of `key` are called `key1`, `key2`, …; the index are the names of the axis.
     *
     * @throws {AnnDataError} `ERR_ARGUMENT` for entries without columns (awkward, or more than two axes), `ERR_NAME` when
     *   two columns would have one name, `ERR_LIMIT` as in `AnnData.toDf`
     * @example
     * ```ts
     * const { obsm } = new AnnData({ shape: [2, 0], obsm: { X_pca: new DenseArray(new Float32Array(4), [2, 2]) } });
     * obsm.toDf().columns; // ['X_pca1', 'X_pca2']
     * ```
     */
    toDf(options?: DenseLimit): Later<S, DataFrame>;
  }
}

const methods = {
  toDf(this: AnnData, layer: string | null = null, options: DenseLimit = {}): DataFrame | Promise<DataFrame> {
    const matrix = matrixOf(this, layer);
    const key = layer === null ? 'X' : `layers/${layer}`;
    if (isMatrixHandle(matrix)) return tableSoon(this as never, matrix, options, key);
    return matrixFrame(matrix, this.varNames, this.obs, options, key);
  },

  chunkedX(this: AnnData, size = 6000): Generator<RowChunk> | AsyncGenerator<RowChunk> {
    checkChunkSize(size);
    const matrix = matrixOf(this, null);
    return isMatrixHandle(matrix) ? chunksSoon(matrix, size) : rowChunks(matrix, size);
  },

  chunkX(
    this: AnnData,
    select: number | ArrayLike<number> = 1000,
    { maxBytes, ...draw }: DrawOptions & DenseLimit = {},
  ): DenseArray | Promise<DenseArray> {
    const X = matrixOf(this, null);
    const rows = typeof select === 'number' ? drawn(this.nObs, select, draw) : given(this.nObs, select);
    if (isMatrixHandle(X)) return rowsSoon(X, rows, maxBytes === undefined ? {} : { maxBytes });
    const part = X.subset(rows);
    return isDenseArray(part) ? part : part.toDense(maxBytes === undefined ? {} : { maxBytes });
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}

Object.defineProperty(AxisArrays.prototype, 'toDf', {
  configurable: true,
  writable: true,
  value(this: AxisArrays, options: DenseLimit = {}): DataFrame | Promise<DataFrame> {
    const unfit = (key: string, reason: string): never => {
      throw new AnnDataError('ERR_ARGUMENT', reason, { key: `${this.attrname}/${key}` });
    };
    if (!this.parent.isBacked) return axisFrame(this, this.dimNames, options, unfit);
    const frame = (this.parent as AnnData)[this.dim];
    return sideBySideSoon(this as never, frame, options, unfit);
  },
});

function matrixOf(adata: AnnData, layer: string | null): Matrix {
  const matrix = adata.layers.get(layer) ?? null;
  if (matrix !== null) return matrix;
  throw new AnnDataError('ERR_NAME', layer === null ? 'there is no X' : `there is no layer ${quote(layer)}`);
}

function drawn(nObs: number, count: number, options: DrawOptions): Float64Array {
  if (Number.isSafeInteger(count) && count >= 0) return drawRows(nObs, Math.min(count, nObs), options);
  throw new AnnDataError('ERR_ARGUMENT', `a number of rows was expected, not ${count}`);
}

function given(nObs: number, rows: ArrayLike<number>): Float64Array {
  return Float64Array.from(rows, (row) => (row < 0 ? row + nObs : row));
}
