// SPDX-License-Identifier: BSD-3-Clause

import { inspectCustom } from '../anndata/print';
import { AnnDataError, isAnnDataError, quote } from '../errors';
import { AdRef, isAdRef } from './ad-ref';
import { type GraphAcc, GraphMapAcc } from './graph-acc';
import { LayerAcc, LayerMapAcc } from './layer-acc';
import { MetaAcc } from './meta-acc';
import { type MultiAcc, MultiMapAcc } from './multi-acc';
import { parseJson } from './parse-json';
import { parseSpec } from './parse-spec';
import type { AdRefClass, RefJson } from './ref-acc';

/** A whole array that has a form of its own in text and JSON. */
export type ArrayAcc = LayerAcc | MultiAcc | GraphAcc;

/** What is expected of a text or JSON: a line or matrix (`true`), a whole array (`false`), or either. */
export interface ResolveOptions {
  /** True asks for a line or matrix, false for a whole array; by default either will do. */
  vec?: boolean | undefined;
}

/**
 * Makes references to the arrays of an AnnData, as if it were one itself; see {@link A}.
 *
 * @example
 * ```ts
 * class Named extends AdRef {
 *   title = `${this}`;
 * }
 * new AdAcc({ refClass: Named }).obs.at('louvain').title; // "A.obs['louvain']"
 * ```
 */
export class AdAcc {
  /** X; the same as `layers.at(null)`. */
  readonly X: LayerAcc;
  /** All layers. */
  readonly layers: LayerMapAcc;
  /** Columns of `obs`, and the names of observations. */
  readonly obs: MetaAcc;
  /** Columns of `var`, and the names of variables. */
  readonly var: MetaAcc;
  /** Entries of `obsm`. */
  readonly obsm: MultiMapAcc;
  /** Entries of `varm`. */
  readonly varm: MultiMapAcc;
  /** Entries of `obsp`. */
  readonly obsp: GraphMapAcc;
  /** Entries of `varp`. */
  readonly varp: GraphMapAcc;

  /** @param options - `refClass`: what references are made of; a class derived from {@link AdRef} */
  constructor({ refClass = AdRef }: { refClass?: AdRefClass } = {}) {
    this.X = new LayerAcc(null, refClass);
    this.layers = new LayerMapAcc(refClass);
    this.obs = new MetaAcc('obs', refClass);
    this.var = new MetaAcc('var', refClass);
    this.obsm = new MultiMapAcc('obs', refClass);
    this.varm = new MultiMapAcc('var', refClass);
    this.obsp = new GraphMapAcc('obs', refClass);
    this.varp = new GraphMapAcc('var', refClass);
  }

  /**
   * Reads a reference, or a whole array, from text: `X[:,g]`, `layers.l[c,:]`, `obs.k`, `obsm.m.0`, `obsp.g[:,c]`; `X`,
   * `layers.l`, `obsm.m`, `obsp.g`.
   *
   * @param options.strict - when false, text that says nothing gives null
   * @throws {AnnDataError} `ERR_ARGUMENT` for text that says nothing, or something else than `vec` expects
   * @example
   * ```ts
   * A.resolve('X[:,CD3D]').get(adata);
   * A.resolve('louvain', { strict: false }); // null
   * ```
   */
  resolve(spec: string, options: { vec: true; strict: false }): AdRef | null;
  resolve(spec: string, options: { vec: true; strict?: true }): AdRef;
  resolve(spec: string, options: { vec: false; strict: false }): ArrayAcc | null;
  resolve(spec: string, options: { vec: false; strict?: true }): ArrayAcc;
  resolve(spec: string, options: ResolveOptions & { strict: boolean }): AdRef | ArrayAcc | null;
  resolve(spec: string, options?: ResolveOptions): AdRef | ArrayAcc;
  resolve(spec: string, { strict = true, vec }: ResolveOptions & { strict?: boolean } = {}): AdRef | ArrayAcc | null {
    try {
      return expected(parseSpec(this, spec), quote(spec), vec);
    } catch (error) {
      if (!strict && isAnnDataError(error)) return null;
      throw error;
    }
  }

  /**
   * A reference or a whole array as JSON, as Python writes it: `["layers", null, null, "g"]`.
   *
   * @example
   * ```ts
   * A.toJson(A.X.at(null, 'CD3D')); // ['layers', null, null, 'CD3D']
   * ```
   */
  toJson(ref: AdRef | ArrayAcc): RefJson {
    return ref.toJson();
  }

  /**
   * Reads what {@link toJson} wrote, here or in Python.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` for anything else, or something else than `vec` expects
   * @example
   * ```ts
   * A.fromJson(['layers', null, null, 'CD8A']).get(adata).toNested(); // [1, 2]
   * ```
   */
  fromJson(data: unknown, options: { vec: true }): AdRef;
  fromJson(data: unknown, options: { vec: false }): ArrayAcc;
  fromJson(data: unknown, options?: ResolveOptions): AdRef | ArrayAcc;
  fromJson(data: unknown, { vec }: ResolveOptions = {}): AdRef | ArrayAcc {
    return expected(parseJson(this, data), JSON.stringify(data), vec);
  }

  /** As Python prints it: `A`. */
  toString(): string {
    return 'A';
  }

  [inspectCustom](): string {
    return this.toString();
  }
}

/**
 * Makes references to the arrays of any AnnData.
 *
 * @example
 * ```ts
 * A.obs.at('louvain').get(adata);
 * A.X.at(null, 'CD3D').get(adata);
 * adata.has(A.obsm.at('X_umap').at(0));
 * ```
 */
export const A = new AdAcc();

function expected<T extends AdRef | ArrayAcc>(found: T, text: string, vec: boolean | undefined): T {
  if (vec === undefined || vec === isAdRef(found)) return found;
  const kinds = ['a whole array', 'a reference into one'];
  throw new AnnDataError('ERR_ARGUMENT', `${text} is ${kinds[Number(!vec)]}, but ${kinds[Number(vec)]} was asked for`);
}
