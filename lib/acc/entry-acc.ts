// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../anndata/anndata';
import { pythonText } from '../anndata/print';
import type { AxisValue } from '../anndata/types';
import { AnnDataError, quote } from '../errors';
import { MapAcc } from './map-acc';
import { type AdRefClass, type Dim, RefAcc, type RefIndex, type RefJson } from './ref-acc';

/** `obsm` and `varm`, or `obsp` and `varp`, by their last letter. */
type Letter = 'm' | 'p';

/** What {@link MultiAcc} and {@link GraphAcc} have in common: they refer to an entry of a mapping along one axis. */
export abstract class EntryAcc<V extends AxisValue, I extends RefIndex> extends RefAcc<I, V> {
  /** The axis that the mapping lies along. */
  readonly dim: Dim;
  /** Key of the entry. */
  readonly k: string;
  protected abstract readonly letter: Letter;

  /** @param refClass - what `at` makes; {@link AdRef} by default */
  constructor(dim: Dim, k: string, refClass?: AdRefClass) {
    super(refClass);
    this.dim = dim;
    this.k = k;
  }

  /** The entry of an object; null when there is none. */
  protected find(adata: AnnData): V | null {
    return (adata[`${this.dim}${this.letter}`].get(this.k) ?? null) as V | null;
  }

  /** @throws {AnnDataError} `ERR_NAME` when the object has no such entry */
  protected need(adata: AnnData): V {
    const value = this.find(adata);
    if (value !== null) return value;
    throw new AnnDataError('ERR_NAME', `${this.dim}${this.letter} has no entry ${quote(this.k)}`);
  }

  toJson(): RefJson {
    return [`${this.dim}${this.letter}`, this.k];
  }

  toString(): string {
    return `A.${this.dim}${this.letter}[${pythonText(this.k)}]`;
  }
}

/** What {@link MultiMapAcc} and {@link GraphMapAcc} have in common: they refer to a whole mapping along one axis. */
export abstract class EntryMapAcc<T extends RefAcc> extends MapAcc {
  /** The axis that the mapping lies along. */
  readonly dim: Dim;
  protected abstract readonly letter: Letter;
  protected abstract readonly Entry: new (
    dim: Dim,
    k: string,
    refClass?: AdRefClass,
  ) => T;

  /** @param refClass - what references to its entries are made of; {@link AdRef} by default */
  constructor(dim: Dim, refClass?: AdRefClass) {
    super(refClass);
    this.dim = dim;
  }

  at(k: string): T {
    this.checkKey(k);
    return new this.Entry(this.dim, k, this.refClass);
  }

  isin(adata: AnnData): boolean {
    return adata[`${this.dim}${this.letter}`].size > 0;
  }

  toString(): string {
    return `A.${this.dim}${this.letter}`;
  }
}
