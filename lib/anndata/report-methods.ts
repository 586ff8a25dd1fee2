// SPDX-License-Identifier: BSD-3-Clause

import { planElement, RecordingPlan, type WriteOptions } from '../elements';
import { isAnnDataError } from '../errors';
import { AnnData } from './anndata';
import { type MemberSizes, memberSizes } from './size-of';
import type { Mode } from './types';

/**
 * Methods that tell about an object. They only use what is public, so they live beside the class.
 *
 * @module
 */

declare module './anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * Whether writing would fail because the file format has no room for something in it. Tries the writer itself, up to
     * the point where a file would be created; nothing is written. Costs a walk over the object, not over its numbers.
     *
     * @example
     * ```ts
     * adata.uns.when = new Date();
     * adata.unwriteable(); // true
     * ```
     */
    unwriteable(options?: WriteOptions): boolean;

    /**
     * Bytes of all numbers and text, in `uns` at every depth; what JS needs for the objects around them is left out. What
     * is in several places counts once. The arrays of a view are taken for it.
     *
     * @param options.stratified - when true, the bytes of each member by its name
     * @example
     * ```ts
     * adata.sizeOf() > 100; // true
     * const { X, obs } = adata.sizeOf({ stratified: true });
     * ```
     */
    sizeOf(options?: { stratified?: false }): number;
    sizeOf(options: { stratified: true }): MemberSizes;
  }
}

const methods = {
  unwriteable(this: AnnData, options: WriteOptions = {}): boolean {
    try {
      planElement(new RecordingPlan(options), '', this);
      return false;
    } catch (error) {
      if (isAnnDataError(error)) return true;
      throw error;
    }
  },

  sizeOf(this: AnnData, { stratified = false }: { stratified?: boolean } = {}): number | MemberSizes {
    const sizes = memberSizes(this);
    return stratified ? sizes : Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}
