// SPDX-License-Identifier: BSD-3-Clause

import { AnnData } from './anndata';
import { Contents } from './contents';
import { Raw } from './raw';
import type { Mode } from './types';
import { copyUns } from './uns-copy';

/**
 * The method of Raw that makes an AnnData. It is added here because AnnData knows about Raw, not the other way round.
 *
 * @module
 */

declare module './raw' {
  interface Raw<S extends Mode = 'memory'> {
    /**
     * A whole object of X, var and varm of this, with obs, obsm, obsp and uns of the object it belongs to. Everything
     * is copied.
     *
     * @example
     * ```ts
     * const before = adata.raw?.toAdata(); // with the variables that were filtered out
     * ```
     */
    toAdata(): AnnData<S>;
  }
}

Object.defineProperty(Raw.prototype, 'toAdata', {
  configurable: true,
  writable: true,
  value(this: Raw): AnnData {
    const { X, varm } = this.copy();
    const { obs, obsm, obsp, uns, file } = this.parent;
    const contents = new Contents({
      frames: [obs.copy(), this.var.copy()],
      uns: copyUns(uns, 'copied'),
      axisArrays: [obsm.copy(), new Map(varm)],
      pairs: [obsp.copy(), new Map()],
      layers: new Map(X === null ? [] : [[null, X]]),
      raw: null,
      file,
    });
    return new AnnData(contents as unknown as ConstructorParameters<typeof AnnData>[0]);
  },
});
