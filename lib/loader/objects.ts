// SPDX-License-Identifier: BSD-3-Clause

import { type AnnData, isAnnData } from '../anndata';
import { isMap } from '../anndata/mapping';
import type { Mode } from '../anndata/types';
import { sameVector } from '../arrays/vectors';
import { loadColumn } from '../backed';
import { AnnDataError } from '../errors';
import { isPlainObject } from '../plain-object';

/** Objects whose rows are loaded: one, a list, or by name. Backed ones, those in memory and views can be mixed. */
export type LoaderInput =
  | AnyAnnData
  | Iterable<AnyAnnData>
  | ReadonlyMap<string, AnyAnnData>
  | { readonly [key: string]: AnyAnnData };

/** An object of any mode. */
export type AnyAnnData = AnnData<'memory'> | AnnData<'backed'>;

/** What is used of an object. */
export type Loaded = AnnData<Mode>;

/** @throws {AnnDataError} `ERR_ARGUMENT` for what is no AnnData, and for none at all; `ERR_SHAPE` for other numbers of variables */
export function objectsOf(input: LoaderInput): Loaded[] {
  const list = listOf(input);
  if (list.length === 0) throw new AnnDataError('ERR_ARGUMENT', 'an AnnData, or several, were expected');
  list.forEach((adata, i) => {
    if (!isAnnData(adata)) throw new AnnDataError('ERR_ARGUMENT', `object ${i} is no AnnData`);
    const { nVars } = list[0] as Loaded;
    if (adata.nVars !== nVars) {
      const reason = `object ${i} has ${adata.nVars} variables, the first has ${nVars}; take the same ones with subset(null, names)`;
      throw new AnnDataError('ERR_SHAPE', reason);
    }
  });
  return list as Loaded[];
}

/** @throws {AnnDataError} `ERR_NAME` when objects have other variables, or in another order */
export async function checkVariables(adatas: readonly Loaded[], signal: AbortSignal | undefined): Promise<void> {
  if (adatas.length === 1) return;
  for (const adata of adatas) await loadColumn(adata.var, null, { signal });
  const [first, ...others] = adatas as [Loaded, ...Loaded[]];
  others.forEach((adata, i) => {
    if (sameVector(adata.varNames, first.varNames)) return;
    const reason = `object ${i + 1} has other variables than the first, or in another order; take the same ones with subset(null, names)`;
    throw new AnnDataError('ERR_NAME', reason);
  });
}

function listOf(input: LoaderInput): readonly AnyAnnData[] {
  if (isAnnData(input)) return [input];
  if (isMap(input)) return [...(input as ReadonlyMap<string, AnyAnnData>).values()];
  if (isIterable(input)) return [...input];
  return isPlainObject(input) ? Object.values(input as Record<string, AnyAnnData>) : [];
}

function isIterable(value: unknown): value is Iterable<AnyAnnData> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
