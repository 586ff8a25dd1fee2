// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from './anndata';

/** The method by which {@link AnnData.subset} looks a reference up; nobody else calls it. */
export const lookUp = Symbol.for('anndata.lookUp');

/**
 * Something that can be looked up in any AnnData: what `A` makes. Known by a symbol, so that references are told from
 * selectors without knowing their classes.
 *
 * @typeParam T - what it gives
 */
export interface Reference<T> {
  [lookUp](adata: AnnData): T;
}

/** Whether `value` is a {@link Reference}, of whichever copy of this package. */
export function isReference(value: unknown): value is Reference<unknown> {
  return typeof value === 'object' && value !== null && lookUp in value;
}
