// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { planElement, RecordingPlan, type WriteOptions } from '../elements';
import { isAnnDataError } from '../errors';
import { DataFrame, isDataFrame } from '../frame/data-frame';
import { warn } from '../warnings';
import { type Axis, dims } from './aligned-mapping';
import { annotationFrame } from './annotation';
import { fitX } from './fit-x';
import { type AnnDataInit, checkMembers, membersOf, prepare } from './init';
import { asRecord } from './mapping';
import { AxisArrays, Layers, mentionsX, PairwiseArrays } from './mappings';
import { asNames, type NamesInput, warnDuplicates, wrongNameCount } from './names';
import { takeGraphs, takeMulticolumns } from './old-layout';
import { describeSlots, inspectCustom } from './print';
import { adoptRaw, isRaw, type Raw, type RawParent, rawOf } from './raw';
import type {
  AnnotationInput,
  AxisMappingInput,
  Held,
  LayersInput,
  Mapping,
  Matrix,
  MatrixInput,
  Mode,
  Uns,
  XInput,
} from './types';
import { needMapping, wrongKind } from './validate';

const brand = Symbol.for('anndata.AnnData');

/**
 * A matrix X of observations × variables with annotations of both axes.
 *
 * | member | holds | aligned to |
 * |---|---|---|
 * | `X` | the main matrix, or null; it is also `layers.get(null)` | observations × variables |
 * | `layers` | further matrices | observations × variables |
 * | `obs`, `var` | frames of columns; their indexes are the names | an axis |
 * | `obsm`, `varm` | arrays and frames with a row for each name | an axis |
 * | `obsp`, `varp` | square matrices | an axis twice |
 * | `uns` | anything else | |
 * | `raw` | a frozen X with variables of its own | observations |
 *
 * What is assigned is checked at once, and changes nothing when it does not fit; null clears a member. Arrays are not
 * copied.
 *
 * @typeParam S - `memory`: members are plain values; `backed`: elements that lie in a file appear as handles
 *
 * @example
 * ```ts
 * const adata = new AnnData({
 *   X: new DenseArray(new Float32Array(6), [2, 3]),
 *   obs: { obsNames: ['c1', 'c2'], depth: [10, 20] },
 *   var: { varNames: ['g1', 'g2', 'g3'] },
 * });
 * adata.obsm.set('pca', new DenseArray(new Float32Array(4), [2, 2]));
 * console.log(adata); // AnnData object with n_obs × n_vars = 2 × 3 …
 * ```
 */
export class AnnData<S extends Mode = 'memory'> {
  readonly [brand] = true;
  #frames: [DataFrame, DataFrame];
  #uns: Uns;
  #axisArrays: [AxisArrays<S>, AxisArrays<S>];
  #pairs: [PairwiseArrays<S>, PairwiseArrays<S>];
  #layers: Layers<S>;
  #raw: Raw | null;

  /**
   * @throws {AnnDataError} `ERR_SHAPE` when lengths do not fit, `ERR_NAME` when names differ, `ERR_ARGUMENT` for
   * values of a kind that has no place there
   */
  constructor(init: AnnDataInit = {}) {
    checkMembers(init);
    const given = isAnnData(init.X) ? membersOf(init.X, init) : init;
    const { X, obs, var: variables } = prepare(given);
    this.#frames = [obs, variables];
    this.#axisArrays = [new AxisArrays<S>(this, 0, given.obsm), new AxisArrays<S>(this, 1, given.varm)];
    this.#pairs = [new PairwiseArrays<S>(this, 0, given.obsp), new PairwiseArrays<S>(this, 1, given.varp)];
    this.#uns = this.#modernise(unsOf(given.uns));
    warnDuplicates(this.obsNames, 0);
    warnDuplicates(this.varNames, 1);
    this.#layers = new Layers<S>(this, given.layers);
    if (X !== null) this.#layers.set(null, X);
    this.#raw = rawOf(this.#rawParent(), given.raw);
  }

  /** The main matrix, nObs × nVars, or null. The same as `layers.get(null)`. */
  get X(): Held<S, Matrix> | null {
    return this.#layers.get(null) ?? null;
  }

  /**
   * A scalar fills, a dense array of as many elements is reshaped (both warn); null leaves the object without X, with
   * its shape.
   */
  set X(value: XInput | null) {
    this.#layers.set(null, value === null ? null : fitX(value, this.shape, this.X as Matrix | null));
  }

  /** Matrices of the object's shape by name; X has the key null. */
  get layers(): Layers<S> {
    return this.#layers;
  }

  /** Replaces all layers; X stays (with a warning) unless the new ones have an entry for null. */
  set layers(values: LayersInput | null) {
    const layers = new Layers<S>(this, values);
    const X = this.X;
    if (!mentionsX(values) && X !== null) {
      warn(
        'FutureWarning',
        'X stays though the new layers do not name it; upstream will drop it: give it the key null',
      );
      layers.set(null, X as MatrixInput);
    }
    this.#layers = layers;
  }

  /** Annotation of observations. */
  get obs(): DataFrame {
    return this.#frames[0];
  }

  /** A frame or columns with as many rows; its names become the object's. Null leaves the names only. */
  set obs(value: AnnotationInput | null) {
    this.#setFrame(0, value);
  }

  /** Annotation of variables. */
  get var(): DataFrame {
    return this.#frames[1];
  }

  /** A frame or columns with as many rows; its names become the object's. Null leaves the names only. */
  set var(value: AnnotationInput | null) {
    this.#setFrame(1, value);
  }

  /** Names of observations: the index of `obs`. */
  get obsNames(): Vector {
    return this.obs.index;
  }

  /** As many names; numbers and booleans become text. Frames in `obsm` take them too. */
  set obsNames(names: NamesInput) {
    this.#setNames(0, names);
  }

  /** Names of variables: the index of `var`. */
  get varNames(): Vector {
    return this.var.index;
  }

  /** As many names; numbers and booleans become text. Frames in `varm` take them too. */
  set varNames(names: NamesInput) {
    this.#setNames(1, names);
  }

  /** Unstructured annotation: plain values, arrays, frames, objects of such. */
  get uns(): Uns {
    return this.#uns;
  }

  /** A plain object, which is kept, or a Map. */
  set uns(value: Mapping<unknown> | null) {
    this.#uns = unsOf(value);
  }

  /** Arrays and frames with a row for each observation. */
  get obsm(): AxisArrays<S> {
    return this.#axisArrays[0];
  }

  set obsm(values: AxisMappingInput | null) {
    this.#axisArrays[0] = new AxisArrays<S>(this, 0, values);
  }

  /** Arrays and frames with a row for each variable. */
  get varm(): AxisArrays<S> {
    return this.#axisArrays[1];
  }

  set varm(values: AxisMappingInput | null) {
    this.#axisArrays[1] = new AxisArrays<S>(this, 1, values);
  }

  /** Square matrices of observations. */
  get obsp(): PairwiseArrays<S> {
    return this.#pairs[0];
  }

  set obsp(values: Mapping<MatrixInput | null> | null) {
    this.#pairs[0] = new PairwiseArrays<S>(this, 0, values);
  }

  /** Square matrices of variables. */
  get varp(): PairwiseArrays<S> {
    return this.#pairs[1];
  }

  set varp(values: Mapping<MatrixInput | null> | null) {
    this.#pairs[1] = new PairwiseArrays<S>(this, 1, values);
  }

  /** A frozen X with variables of its own, or null. */
  get raw(): Raw | null {
    return this.#raw;
  }

  /** An AnnData (or another's Raw) with as many observations, whose X is shared and whose var is copied. */
  set raw(value: AnnData | Raw | null) {
    if (value !== null && !isAnnData(value) && !isRaw(value)) {
      throw wrongKind('raw', value, 'an AnnData');
    }
    this.#raw = value === null ? null : adoptRaw(this.#rawParent(), value);
  }

  /** Number of observations. */
  get nObs(): number {
    return this.obs.nRows;
  }

  /** Number of variables. */
  get nVars(): number {
    return this.var.nRows;
  }

  /** Observations and variables. */
  get shape(): [number, number] {
    return [this.nObs, this.nVars];
  }

  /** Whether this shows a part of another object. */
  get isView(): boolean {
    return false;
  }

  /** Whether elements are left in a file until they are asked for. */
  get isBacked(): boolean {
    return false;
  }

  /**
   * Whether writing would fail because the file format has no room for something in it. Tries the writer itself, up to
   * the point where a file would be created; nothing is written. Costs a walk over the object, not over its numbers.
   */
  unwriteable(options: WriteOptions = {}): boolean {
    try {
      planElement(new RecordingPlan(options), '', this);
      return false;
    } catch (error) {
      if (isAnnDataError(error)) return true;
      throw error;
    }
  }

  /** Shape and keys in the words of Python's `repr`. */
  toString(): string {
    return describeSlots('AnnData object', this.shape, [
      ['obs', this.obs.columns],
      ['var', this.var.columns],
      ['uns', Object.keys(this.#uns)],
      ['obsm', this.obsm.keys()],
      ['varm', this.varm.keys()],
      ['obsp', this.obsp.keys()],
      ['varp', this.varp.keys()],
      ['layers', this.layers.keys()],
    ]);
  }

  [inspectCustom](): string {
    return this.toString();
  }

  /** Moves what older versions kept elsewhere. */
  #modernise(uns: Uns): Uns {
    const { uns: withoutGraphs, graphs } = takeGraphs(uns, this);
    this.obsp.update(graphs);
    let rest = withoutGraphs;
    for (const axis of [0, 1] as const) {
      const taken = takeMulticolumns(rest, this.#frames[axis], axis);
      this.#axisArrays[axis].update(taken.arrays);
      rest = taken.uns;
    }
    return rest;
  }

  #setFrame(axis: Axis, value: AnnotationInput | null): void {
    const old = this.#frames[axis];
    const bare = value === null ? new DataFrame({ index: old.indexColumn, indexName: old.indexName }) : value;
    const frame = annotationFrame(bare, axis, this.shape[axis], `the object's shape`);
    this.#frames[axis] = frame;
    this.#renameRows(axis, frame);
  }

  #setNames(axis: Axis, values: NamesInput): void {
    const { names } = asNames(values, dims[axis], { silent: true });
    if (names.length !== this.shape[axis]) throw wrongNameCount(axis, names.length, this.shape[axis]);
    const frame = this.#frames[axis];
    frame.setIndex(names, null);
    this.#renameRows(axis, frame);
  }

  /** Frames along an axis follow its names. */
  #renameRows(axis: Axis, { indexColumn, indexName }: DataFrame): void {
    for (const value of this.#axisArrays[axis].values()) {
      if (isDataFrame(value)) value.setIndex(indexColumn, indexName);
    }
  }

  #rawParent(): RawParent {
    return this as unknown as RawParent;
  }
}

function unsOf(value: Mapping<unknown> | null | undefined): Uns {
  if (value === null || value === undefined) return Object.create(null) as Uns;
  return asRecord(needMapping(value, 'uns'));
}

/** Whether `value` is an {@link AnnData}, of whichever copy of this package. */
export function isAnnData(value: unknown): value is AnnData {
  return typeof value === 'object' && value !== null && brand in value;
}
