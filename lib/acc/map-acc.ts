// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { inspectCustom } from '../anndata/print';
import { AnnDataError } from '../errors';
import type { AdRefClass, RefAcc } from './ref-acc';

const brand = Symbol.for('anndata.acc.MapAcc');

/**
 * Refers to a mapping of arrays: `layers`, `obsm`, `varm`, `obsp` or `varp`.
 *
 * @example
 * ```ts
 * const mappings = [A.layers, A.obsm, A.varp];
 * mappings.map((mapping) => mapping.isin(adata)); // [false, true, false]
 * ```
 */
export abstract class MapAcc {
  readonly [brand] = true;
  /** What references to its entries are made of; {@link AdRef} when undefined. */
  readonly refClass: AdRefClass | undefined;

  constructor(refClass?: AdRefClass) {
    this.refClass = refClass;
  }

  /**
   * An entry.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when the key is no string
   * @example
   * ```ts
   * String(A.varm.at('PCs')); // "A.varm['PCs']"
   * ```
   */
  abstract at(k: string): RefAcc;

  /** Whether the mapping of an object has entries. */
  abstract isin(adata: AnnData): boolean;

  /** As Python prints it. */
  abstract toString(): string;

  protected checkKey(k: unknown): void {
    if (typeof k === 'string') return;
    throw new AnnDataError('ERR_ARGUMENT', `keys of ${this} are strings, not ${String(k)}`);
  }

  [inspectCustom](): string {
    return this.toString();
  }
}

/** Whether `value` refers to a mapping of arrays, of whichever copy of this package. */
export function isMapAcc(value: unknown): value is MapAcc {
  return typeof value === 'object' && value !== null && brand in value;
}
