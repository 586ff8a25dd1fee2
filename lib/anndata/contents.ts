// SPDX-License-Identifier: BSD-3-Clause

import type { BackedFile } from '../backed';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import type { AlignedMapping } from './aligned-mapping';
import type { AnnData } from './anndata';
import { copyOf } from './cut';
import type { AxisValue, Matrix, Uns } from './types';
import { copyUns } from './uns-copy';

type Values = Map<string, AxisValue | null>;
type Matrices<K extends string | null = string> = Map<K, Matrix | null>;

/** What a new object takes over as it is: it was checked where it comes from, so nothing is checked and nobody is warned. */
export class Contents {
  readonly frames: [DataFrame, DataFrame];
  readonly uns: Uns;
  readonly axisArrays: readonly [Values, Values];
  readonly pairs: readonly [Matrices, Matrices];
  readonly layers: Matrices<string | null>;
  readonly raw: { X: Matrix | null; var: DataFrame; varm: Values } | null;
  /** The file that handles among the arrays lie in; null when all are in memory. */
  readonly file: BackedFile | null;

  constructor(members: Omit<Contents, 'file'> & { file?: BackedFile | null }) {
    this.frames = members.frames;
    this.uns = members.uns;
    this.axisArrays = members.axisArrays;
    this.pairs = members.pairs;
    this.layers = members.layers;
    this.raw = members.raw;
    this.file = members.file ?? null;
  }

  /** Contents of which everything that is not given is empty. */
  static of(members: Pick<Contents, 'frames'> & Partial<Contents>): Contents {
    return new Contents({
      uns: Object.create(null) as Uns,
      axisArrays: [new Map(), new Map()],
      pairs: [new Map(), new Map()],
      layers: new Map(),
      raw: null,
      ...members,
    });
  }
}

/**
 * Everything an object holds. Containers (frames, `uns` and what lies in it) are copied in any case; arrays as asked,
 * those of a view always.
 */
export function contentsOf(adata: AnnData, arrays: 'shared' | 'copied'): Contents {
  const mode = adata.isView ? 'copied' : arrays;
  // What a view hands out is a copy already.
  const take = <V>(value: V): V => (isDataFrame(value) || (mode === 'copied' && !adata.isView) ? copyOf(value) : value);
  const all = <K extends string | null, V>(mapping: AlignedMapping<K, V, never>): Map<K, V | null> =>
    new Map(Array.from(mapping.keys(), (key) => [key, take(mapping.get(key) ?? null)]));
  const { raw } = adata;
  return new Contents({
    frames: [adata.obs.copy(), adata.var.copy()],
    uns: copyUns(adata.uns, mode),
    axisArrays: [all(adata.obsm), all(adata.varm)],
    pairs: [all(adata.obsp), all(adata.varp)],
    layers: all(adata.layers),
    raw: raw === null ? null : { X: take(raw.X), var: raw.var, varm: all(raw.varm) },
  });
}

/** Everything a backed object that is no view holds, as it is. */
export function heldContents(adata: AnnData<'backed'>): Contents {
  const { obs, obsm, obsp, layers, raw, uns, varm, varp } = adata as unknown as AnnData;
  return new Contents({
    frames: [obs, adata.var],
    uns,
    axisArrays: [new Map(obsm), new Map(varm)],
    pairs: [new Map(obsp), new Map(varp)],
    layers: new Map(layers),
    raw: raw === null ? null : { X: raw.X, var: raw.var, varm: new Map(raw.varm) },
    file: adata.file as BackedFile | null,
  });
}

/** The same with other matrices: `change` makes them, and is asked for whatever lies along an axis. */
export function withMatrices(contents: Contents, change: <V>(value: V) => V): Contents {
  const all = <K, V>(values: ReadonlyMap<K, V>): Map<K, V> =>
    new Map(Array.from(values, ([key, value]) => [key, change(value)]));
  const { raw, axisArrays, pairs, layers } = contents;
  return new Contents({
    ...contents,
    axisArrays: [all(axisArrays[0]), all(axisArrays[1])],
    pairs: [all(pairs[0]), all(pairs[1])],
    layers: all(layers),
    raw: raw === null ? null : { ...raw, X: change(raw.X) },
  });
}

/** Everything an object that is no view holds, with its axes interchanged; arrays are shared, raw is left out. */
export function transposed(adata: AnnData): Contents {
  const { frames, uns, axisArrays, pairs, layers } = contentsOf(adata, 'shared');
  return new Contents({
    frames: [frames[1], frames[0]],
    uns,
    axisArrays: [axisArrays[1], axisArrays[0]],
    pairs: [pairs[1], pairs[0]],
    layers: new Map(Array.from(layers, ([key, matrix]) => [key, matrix?.transpose() ?? null])),
    raw: null,
  });
}
