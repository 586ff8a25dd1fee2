// SPDX-License-Identifier: BSD-3-Clause

import type { Axis } from '../anndata/aligned-mapping';
import type { AnnData } from '../anndata/anndata';
import { isMap } from '../anndata/mapping';
import type { Matrix } from '../anndata/types';
import type { BackedFile } from '../backed';
import { AnnDataError } from '../errors';
import { refuseStrangers } from '../known-options';
import { isPlainObject } from '../plain-object';
import { warn } from '../warnings';
import type { Join } from './alignment';
import type { Fill } from './fill';
import { checkStrategy, type MergeStrategy } from './merge';

/** Objects to be joined: a list, or by name; the names are then the keys. */
export type ConcatInput<T = AnnData> = Iterable<T> | ReadonlyMap<string, T> | { readonly [key: string]: T };

/** How objects are joined; what is left out has Python's default. */
export interface ConcatOptions {
  /** The axis the objects are put side by side on: observations (`obs`, 0) or variables (`var`, 1). */
  axis?: 'obs' | 'var' | 0 | 1;
  /** Of the names on the other axis, and of columns, layers and keys: those in all objects, or those in any. `inner` by default. */
  join?: Join;
  /** What is kept of the other axis: its columns, `varm` and `varp`. Nothing by default. */
  merge?: MergeStrategy;
  /** What is kept of `uns`; nested objects are merged name by name. Nothing by default. */
  unsMerge?: MergeStrategy;
  /** Name of a categorical column that tells which object each row comes from. */
  label?: string | null;
  /** Names of the objects, for `label` and `indexUnique`; by default `0`, `1`, … */
  keys?: Iterable<string | number> | null;
  /** Makes names unique: this and the key of its object are appended to each. */
  indexUnique?: string | null;
  /** What stands where an object has nothing, in outer joins; by default 0 where an array is sparse, else NaN. */
  fillValue?: Fill | null;
  /** Whether `obsp` (`varp`) is kept, as blocks along a diagonal. */
  pairwise?: boolean;
}

/** The options, checked and complete. */
export interface Request {
  readonly adatas: readonly AnnData[];
  readonly axis: Axis;
  readonly join: Join;
  /** The same for columns alone. */
  readonly joinColumns: Join;
  readonly merge: MergeStrategy;
  readonly unsMerge: MergeStrategy;
  readonly label: string | null;
  readonly keys: readonly (string | number)[];
  readonly indexUnique: string | null;
  readonly fill: Fill | null;
  readonly pairwise: boolean;
  /** The file that matrices among the objects lie in; null when all are in memory. */
  readonly file: BackedFile | null;
  /** Whether matrices in memory stay where they are, and are put together (`StackedMatrix`) when a part is asked for. */
  readonly stacksLater: boolean;
  /** Some rows of a matrix, in an order of theirs, read from its file in one go however they are mixed; null for one that is in memory. */
  readonly inOrder?: ((array: Matrix, rows: Int32Array) => Matrix | null) | undefined;
}

/** Names of all options of a join. */
export const joinOptions = [
  'axis',
  'join',
  'merge',
  'unsMerge',
  'label',
  'keys',
  'indexUnique',
  'fillValue',
  'pairwise',
];

/** @throws {AnnDataError} `ERR_ARGUMENT` for what makes no sense */
export function checkRequest(input: ConcatInput, options: ConcatOptions): Request {
  refuseStrangers(options, joinOptions);
  const merge = checkStrategy(options.merge, 'merge');
  const unsMerge = checkStrategy(options.unsMerge, 'unsMerge');
  const { adatas, keys } = objectsOf(input, options.keys ?? null);
  const { label = null, indexUnique = null, fillValue: fill = null, pairwise = false } = options;
  if (fill !== null && !['number', 'bigint', 'boolean'].includes(typeof fill)) {
    throw new AnnDataError('ERR_ARGUMENT', `fillValue must be a number, a bigint or a boolean, not ${typeof fill}`);
  }
  const join = options.join ?? 'inner';
  if (join !== 'inner' && join !== 'outer') {
    throw new AnnDataError('ERR_ARGUMENT', `join must be 'inner' or 'outer', not ${String(join)}`);
  }
  if (options.join === undefined) warnDroppedX(adatas);
  return {
    adatas,
    axis: axisOf(options.axis ?? 0),
    join,
    joinColumns: join,
    merge,
    unsMerge,
    label,
    keys,
    indexUnique,
    fill,
    pairwise,
    file: null,
    stacksLater: false,
  };
}

function axisOf(axis: unknown): Axis {
  if (axis === 'obs' || axis === 0) return 0;
  if (axis === 'var' || axis === 1) return 1;
  throw new AnnDataError('ERR_ARGUMENT', `axis must be 'obs', 0, 'var' or 1, not ${String(axis)}`);
}

function objectsOf(
  input: ConcatInput,
  given: Iterable<string | number> | null,
): { adatas: AnnData[]; keys: (string | number)[] } {
  const named = namedInputs(input);
  if (named !== null && given !== null) {
    throw new AnnDataError('ERR_ARGUMENT', 'the objects are named by the mapping they came in: leave keys out');
  }
  const adatas = named === null ? listOf(input) : named.map(([, adata]) => adata);
  if (adatas.length === 0) throw new AnnDataError('ERR_ARGUMENT', 'there is nothing to join');
  adatas.forEach((adata, i) => {
    if (!isAnnDataLike(adata)) throw new AnnDataError('ERR_ARGUMENT', `object ${i} is no AnnData`);
  });
  const keys = named?.map(([key]) => key) ?? (given === null ? adatas.map((_, i) => `${i}`) : [...given]);
  if (keys.length < adatas.length) {
    throw new AnnDataError('ERR_ARGUMENT', `there are ${adatas.length} objects but ${keys.length} keys`);
  }
  if (new Set(keys).size < keys.length) throw new AnnDataError('ERR_ARGUMENT', 'a key comes twice: keys must differ');
  return { adatas, keys };
}

/** What is joined, with its names; null for what comes without. */
export function namedInputs<T>(input: ConcatInput<T>): [string, T][] | null {
  if (isMap(input)) return [...(input as ReadonlyMap<string, T>)];
  return isPlainObject(input) ? Object.entries(input as Record<string, T>) : null;
}

/** What is joined and comes without names. @throws {AnnDataError} `ERR_ARGUMENT` for what is no list */
export function listOf<T>(input: ConcatInput<T>): T[] {
  if (typeof input === 'object' && input !== null && Symbol.iterator in input) return [...(input as Iterable<T>)];
  throw new AnnDataError('ERR_ARGUMENT', 'objects must come in an array, a Map or a plain object');
}

function isAnnDataLike(value: unknown): value is AnnData {
  return typeof value === 'object' && value !== null && 'obs' in value && 'var' in value && 'layers' in value;
}

function warnDroppedX(adatas: readonly AnnData[]): void {
  const having = adatas.filter(({ layers }) => layers.has(null)).length;
  if (having === 0 || having === adatas.length) return;
  warn('UserWarning', 'some objects have no X, so it is dropped from the joined object: pass {join} to silence this');
}
