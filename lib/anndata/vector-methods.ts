// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import type { DenseArray } from '../arrays/dense-array';
import { AnnData } from './anndata';
import { axisVector, layerVector } from './axis-vector';
import { backedVector } from './backed-vector';
import type { Later, Mode } from './types';

/**
 * Methods that find one line of an object by name. They only use what is public, so they live beside the class.
 *
 * @module
 */

/** Where a name is looked for besides the columns of a frame. */
export interface LayerOption {
  /** Name of a layer; null (the default) is X. */
  layer?: string | null;
}

declare module './anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * A column of `obs`, or the values of a variable, one an observation; the latter dense, a copy.
     *
     * @throws {AnnDataError} `ERR_NAME` when the name is neither a column nor a variable, both, or several variables
     * @example
     * ```ts
     * adata.obsVector('louvain').length; // 2
     * adata.obsVector('CD8A'); // of X
     * ```
     */
    obsVector(name: string, options?: LayerOption): Later<S, Vector | DenseArray>;

    /**
     * A column of `var`, or the values of an observation, one a variable; the latter dense, a copy.
     *
     * @throws {AnnDataError} `ERR_NAME` when the name is neither a column nor an observation, both, or several
     * @example
     * ```ts
     * [...adata.varVector(adata.obsNames.get(0))]; // [0, 5, 1]
     * ```
     */
    varVector(name: string, options?: LayerOption): Later<S, Vector | DenseArray>;
  }
}

type Found = Vector | DenseArray;

const methods = {
  obsVector(this: AnnData, name: string, { layer = null }: LayerOption = {}): Found | Promise<Found> {
    if (this.isBacked) return backedVector(this as never, 0, name, layer);
    return axisVector(name, this.obs, this.varNames, (at) => layerVector(this.subset(null, at), layer));
  },

  varVector(this: AnnData, name: string, { layer = null }: LayerOption = {}): Found | Promise<Found> {
    if (this.isBacked) return backedVector(this as never, 1, name, layer);
    return axisVector(name, this.var, this.obsNames, (at) => layerVector(this.subset(at), layer));
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}
