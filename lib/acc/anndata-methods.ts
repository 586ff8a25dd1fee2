// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from '../anndata/anndata';
import type { Mode } from '../anndata/types';
import { AnnDataError } from '../errors';
import { type AdRef, isAdRef } from './ad-ref';
import { isMapAcc, type MapAcc } from './map-acc';
import { isRefAcc, type RefAcc } from './ref-acc';

/**
 * The method of AnnData that takes accessors. It is added here because accessors know about AnnData, not the other way round.
 *
 * @module
 */

declare module '../anndata/anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * Whether the object has what an accessor refers to: a line, a whole array, or any entry of a mapping.
     *
     * @throws {AnnDataError} `ERR_ARGUMENT` for anything else, such as a name: use `obs.has(name)`
     * @example
     * ```ts
     * adata.has(A.X.at(null, 'CD3D'));
     * adata.has(A.obsm); // whether obsm has entries
     * ```
     */
    has(ref: AdRef | RefAcc | MapAcc): boolean;
  }
}

Object.defineProperty(AnnData.prototype, 'has', {
  configurable: true,
  writable: true,
  value(this: AnnData, ref: unknown): boolean {
    if (isAdRef(ref) || isRefAcc(ref) || isMapAcc(ref)) return ref.isin(this);
    const found = typeof ref === 'string' ? `the text ${JSON.stringify(ref)}` : String(ref);
    throw new AnnDataError('ERR_ARGUMENT', `has() takes a reference such as A.obs.at('k'), not ${found}`);
  },
});
