// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import type { AxisIndex } from '../arrays/axis-index';
import { type AnnDataFile, type BackedFile, isFrameHandle } from '../backed';
import { AnnDataError } from '../errors';
import { DataFrame, isDataFrame } from '../frame/data-frame';
import { warn } from '../warnings';
import { type Axis, dims, fillWith, takeAll } from './aligned-mapping';
import { annotationFrame } from './annotation';
import { Contents, contentsOf, transposed } from './contents';
import { fitX } from './fit-x';
import { type AxisSelector, resolveAxis } from './indexing/resolve';
import { type AnnDataInit, BackedInit, checkMembers, membersOf, prepare } from './init';
import { asRecord } from './mapping';
import { AxisArrays, Layers, mentionsX, PairwiseArrays } from './mappings';
import { asNames, type NamesInput, warnDuplicates, wrongNameCount } from './names';
import { takeGraphs, takeMulticolumns } from './old-layout';
import { Part } from './part';
import { describeSlots, inspectCustom, pythonText } from './print';
import { adoptRaw, isRaw, type Raw, type RawParent, rawOf, rawOfView } from './raw';
import { readContents, type ToMemoryOptions } from './read-contents';
import { isReference, lookUp, type Reference } from './reference';
import { type AnyMapping, filledSlots, mappingsOf, type Slots, shownSlots } from './slots';
import type {
  AnnotationInput,
  AxisMappingInput,
  Held,
  Later,
  LayersInput,
  Mapping,
  Matrix,
  MatrixInput,
  Mode,
  Uns,
  XInput,
} from './types';
import { ownArrays } from './uns-copy';
import { needMapping, wrongKind } from './validate';

const brand = Symbol.for('anndata.AnnData');

// For methods that live beside the class.
export const takeOver = Symbol('takeOver');

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
  /** What a view shows; null for an object of its own. */
  #part: Part<S> | null = null;
  /** Null in a view until they are asked for. */
  #frames: [DataFrame | null, DataFrame | null];
  #uns: Uns | null;
  #slots: Slots<S>;
  /** The file behind a backed object. */
  #file: BackedFile | null = null;

  /**
   * @throws {AnnDataError} `ERR_SHAPE` when lengths do not fit, `ERR_NAME` when names differ, `ERR_ARGUMENT` for
   * values of a kind that has no place there
   */
  constructor(init: AnnDataInit = {}) {
    if (init instanceof Part) {
      this.#part = init as Part<S>;
      this.#file = init.file;
      this.#frames = [null, null];
      this.#uns = null;
      this.#slots = shownSlots(this.#rawParent(), init as Part<S>, (mapping, key) => this.#detach(mapping, key));
      return;
    }
    if (init instanceof Contents) {
      this.#file = init.file;
      this.#frames = [...init.frames];
      this.#uns = init.uns;
      this.#slots = filledSlots(this.#rawParent(), init);
      return;
    }
    if (init instanceof BackedInit) this.#file = init.file;
    const members = init instanceof BackedInit ? init.members : init;
    checkMembers(members);
    const given = isAnnData(members.X) ? membersOf(members.X, members) : members;
    const { X, obs, var: variables } = prepare(given);
    this.#frames = [obs, variables];
    this.#slots = {
      axisArrays: [new AxisArrays<S>(this, 0, given.obsm), new AxisArrays<S>(this, 1, given.varm)],
      pairs: [new PairwiseArrays<S>(this, 0, given.obsp), new PairwiseArrays<S>(this, 1, given.varp)],
      layers: new Layers<S>(this),
      raw: null,
    };
    this.#uns = this.#modernise(unsOf(given.uns));
    for (const axis of [0, 1] as const) {
      const frame = this.#frame(axis);
      if (frame.isLoaded(null)) warnDuplicates(frame.index, axis);
    }
    this.#slots.layers = new Layers<S>(this, given.layers);
    if (X !== null) this.#slots.layers.set(null, X);
    this.#slots.raw = rawOf(this.#rawParent(), given.raw);
  }

  /** The main matrix, nObs × nVars, or null. The same as `layers.get(null)`. In a view a copy, made at each access. */
  get X(): Held<S, Matrix> | null {
    return this.#slots.layers.get(null) ?? null;
  }

  /**
   * A scalar fills, a dense array of as many elements is reshaped (both warn); null leaves the object without X, with
   * its shape.
   */
  set X(value: XInput | null) {
    this.#slots.layers.set(null, value === null ? null : fitX(value, this.shape, this.X as Matrix | null));
  }

  /** Matrices of the object's shape by name; X has the key null. */
  get layers(): Layers<S> {
    return this.#slots.layers;
  }

  /** Replaces all layers; X stays (with a warning) unless the new ones have an entry for null. */
  set layers(values: LayersInput | null) {
    const layers = new Layers<S>(this, values);
    const X = mentionsX(values) ? null : this.X;
    if (X !== null) {
      warn(
        'FutureWarning',
        'X stays though the new layers do not name it; upstream will drop it: give it the key null',
      );
      layers.set(null, X as MatrixInput);
    }
    this.#detach(this.#slots.layers);
    this.#slots.layers = layers;
  }

  /** Annotation of observations. */
  get obs(): DataFrame {
    return this.#frame(0);
  }

  /** A frame or columns with as many rows; its names become the object's. Null leaves the names only. */
  set obs(value: AnnotationInput | null) {
    this.#setFrame(0, value);
  }

  /** Annotation of variables. */
  get var(): DataFrame {
    return this.#frame(1);
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
    this.#uns ??= this.#shown.uns();
    return this.#uns;
  }

  /** A plain object, which is kept, or a Map. */
  set uns(value: Mapping<unknown> | null) {
    const uns = unsOf(value);
    this.#makeActual('uns');
    this.#uns = uns;
  }

  /** Arrays and frames with a row for each observation. */
  get obsm(): AxisArrays<S> {
    return this.#slots.axisArrays[0];
  }

  set obsm(values: AxisMappingInput | null) {
    const mapping = new AxisArrays<S>(this, 0, values);
    this.#detach(this.#slots.axisArrays[0]);
    this.#slots.axisArrays[0] = mapping;
  }

  /** Arrays and frames with a row for each variable. */
  get varm(): AxisArrays<S> {
    return this.#slots.axisArrays[1];
  }

  set varm(values: AxisMappingInput | null) {
    const mapping = new AxisArrays<S>(this, 1, values);
    this.#detach(this.#slots.axisArrays[1]);
    this.#slots.axisArrays[1] = mapping;
  }

  /** Square matrices of observations. */
  get obsp(): PairwiseArrays<S> {
    return this.#slots.pairs[0];
  }

  set obsp(values: Mapping<MatrixInput | null> | null) {
    const mapping = new PairwiseArrays<S>(this, 0, values);
    this.#detach(this.#slots.pairs[0]);
    this.#slots.pairs[0] = mapping;
  }

  /** Square matrices of variables. */
  get varp(): PairwiseArrays<S> {
    return this.#slots.pairs[1];
  }

  set varp(values: Mapping<MatrixInput | null> | null) {
    const mapping = new PairwiseArrays<S>(this, 1, values);
    this.#detach(this.#slots.pairs[1]);
    this.#slots.pairs[1] = mapping;
  }

  /** A frozen X with variables of its own, or null. */
  get raw(): Raw<S> | null {
    const { raw } = this.#part ?? this.#slots;
    if (this.#part === null || raw === null) return raw as Raw<S> | null;
    this.#slots.raw ??= rawOfView(this.#rawParent(), raw, this.#part.positions(0));
    return this.#slots.raw as Raw<S>;
  }

  /** An AnnData (or another's Raw) with as many observations, whose X is shared and whose var is copied. */
  set raw(value: AnnData<S> | Raw<S> | AnnData | Raw | null) {
    if (value !== null && !isAnnData(value) && !isRaw(value)) {
      throw wrongKind('raw', value, 'an AnnData');
    }
    const raw = value === null ? null : adoptRaw(this.#rawParent(), value as unknown as RawParent | Raw);
    this.#makeActual('raw');
    this.#slots.raw = raw;
  }

  /** Number of observations. */
  get nObs(): number {
    return this.#part?.length(0) ?? this.obs.nRows;
  }

  /** Number of variables. */
  get nVars(): number {
    return this.#part?.length(1) ?? this.var.nRows;
  }

  /** Observations and variables. */
  get shape(): [number, number] {
    return [this.nObs, this.nVars];
  }

  /** Whether this shows a part of another object. */
  get isView(): boolean {
    return this.#part !== null;
  }

  /** Whether elements are left in a file until they are asked for. */
  get isBacked(): boolean {
    return this.#file !== null;
  }

  /** Path of the file behind a backed object; null in memory. */
  get filename(): string | null {
    return this.#file?.filename ?? null;
  }

  /** The file behind a backed object and its views; null in memory. */
  get file(): S extends 'backed' ? AnnDataFile : null {
    return this.#file as S extends 'backed' ? AnnDataFile : null;
  }

  /**
   * A view of some observations and variables. It costs next to nothing: matrices are taken when they are asked for,
   * as copies, and the same again at the next access: keep what you use twice, or `copy()` the view.
   *
   * Nothing that is done to a view reaches this object. To assign a member of the view, or an entry of `layers`,
   * `obsm` and the like, makes it an object of its own, with an `ImplicitModificationWarning`; `obs`, `var` and `uns`
   * are private from the start. Categories that no row has left are dropped, `uns['<column>_colors']` follows.
   *
   * @param obs - what to take of the observations, see {@link AxisSelector}; null for all
   * @param variables - what to take of the variables
   * @throws {AnnDataError} `ERR_ARGUMENT` for positions that are outside and for what is no selector, `ERR_NAME` for
   * names that are missing or not unique, `ERR_SHAPE` for a mask of another length
   * @example
   * ```ts
   * adata.subset(slice(0, 100)); // the first hundred observations
   * adata.subset(null, ['CD3D', 'NKG7']); // two variables
   * adata.subset(where('louvain', 'B cells'), 'CD3D').X; // one column of some rows
   * ```
   */
  subset(obs: AxisSelector, variables?: AxisSelector): AnnData<S>;
  /**
   * What a reference stands for: the same as `reference.get(adata)`.
   *
   * @param reference - made by `A`: of a column, a line of a matrix, or a whole array
   * @throws {AnnDataError} `ERR_NAME` when the object has no such thing, or a name is not unique
   * @example
   * ```ts
   * adata.subset(A.X.at(null, 'CD3D')); // DenseArray of nObs
   * adata.subset(A.obs.at('louvain')); // Arrow vector of nObs
   * ```
   */
  subset<T>(reference: Reference<T>): T;
  subset(obs: AxisSelector | Reference<unknown>, variables: AxisSelector = null): unknown {
    if (isReference(obs)) return obs[lookUp](this.#plain());
    const local = [this.#resolve(0, obs), this.#resolve(1, variables)] as const;
    const source = {
      slots: this.#slots,
      frames: [this.obs, this.var] as const,
      uns: this.uns,
      part: this.#part,
      file: this.#file,
    };
    return new AnnData<S>(new Part<S>(source, local) as unknown as AnnDataInit);
  }

  /**
   * An object of its own with copies of everything, `uns` at every depth. Makes a view an object.
   *
   * @example
   * ```ts
   * const bCells = adata.subset(where('louvain', 'B cells')).copy();
   * ```
   */
  copy(): AnnData<S> {
    this.#refuseBacked('copied', 'await adata.toMemory(), or adata.writeH5ad(path)');
    return annDataOf<S>(contentsOf(this.#plain(), 'copied'));
  }

  /**
   * An object that holds everything in memory. Containers are its own; arrays are shared unless `copy` is true, or this
   * is a view.
   *
   * @example
   * ```ts
   * adata.subset([0]).toMemory().isView; // false
   * adata.toMemory().X === adata.X; // true
   * ```
   */
  toMemory(options: ToMemoryOptions = {}): Later<S, AnnData> {
    const { copy = false } = options;
    if (this.#file === null) {
      return annDataOf(contentsOf(this.#plain(), copy ? 'copied' : 'shared')) as Later<S, AnnData>;
    }
    return readContents(this.#backed(), options).then(annDataOf) as Later<S, AnnData>;
  }

  /**
   * Observations become variables. Arrays are shared: CSR becomes CSC, and the reverse. There is no raw.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` for views: `copy()` them first
   * @example
   * ```ts
   * adata.transpose().shape; // [3, 2]
   * adata.T.X.format; // 'csc'
   * ```
   */
  transpose(): AnnData<S> {
    this.#refuseBacked('transposed', '(await adata.toMemory()).transpose()');
    if (this.isView) throw new AnnDataError('ERR_ARGUMENT', 'a view cannot be transposed: copy() it first');
    return annDataOf<S>(transposed(this.#plain()));
  }

  /** The same as {@link AnnData.transpose}. */
  get T(): AnnData<S> {
    return this.transpose();
  }

  /**
   * Keeps some observations only. Views that were made before stay as they are.
   *
   * @example
   * ```ts
   * adata.inplaceSubsetObs(where('louvain', 'B cells'));
   * adata.nObs; // 1
   * ```
   */
  inplaceSubsetObs(obs: AxisSelector): void {
    this.#refuseBacked('cut in place', 'await adata.subset(…).toMemory()');
    this.#become(contentsOf(this.subset(obs).#plain(), 'copied'));
  }

  /**
   * Keeps some variables only. Views that were made before stay as they are.
   *
   * @example
   * ```ts
   * adata.inplaceSubsetVar(['CD8A', 'CD3D']);
   * adata.X.toDense().toNested(); // [[1, 0], [2, 7]]
   * ```
   */
  inplaceSubsetVar(variables: AxisSelector): void {
    this.#refuseBacked('cut in place', 'await adata.subset(…).toMemory()');
    this.#become(contentsOf(this.subset(null, variables).#plain(), 'copied'));
  }

  /** Shape and keys in the words of Python's `repr`. */
  toString(): string {
    const heading = `${this.isView ? 'View of ' : ''}AnnData object`;
    return describeSlots(
      heading,
      this.shape,
      [
        ['obs', this.obs.columns],
        ['var', this.var.columns],
        ['uns', Object.keys(this.uns)],
        ['obsm', this.obsm.keys()],
        ['varm', this.varm.keys()],
        ['obsp', this.obsp.keys()],
        ['varp', this.varp.keys()],
        ['layers', this.layers.keys()],
      ],
      this.filename === null ? '' : ` backed at ${pythonText(this.filename)}`,
    );
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
      const taken = takeMulticolumns(rest, this.#frame(axis), axis);
      this.#slots.axisArrays[axis].update(taken.arrays);
      rest = taken.uns;
    }
    return rest;
  }

  /** What makes a copy at once would have to wait for the file. */
  #refuseBacked(what: string, instead: string): void {
    if (this.#file === null) return;
    throw new AnnDataError('ERR_ARGUMENT', `a backed object cannot be ${what} at once; call: ${instead}`);
  }

  #setFrame(axis: Axis, value: AnnotationInput | null): void {
    const old = this.#frame(axis);
    const bare = value === null ? new DataFrame({ index: old.heldIndex, indexName: old.indexName }) : value;
    const frame = annotationFrame(bare, axis, this.shape[axis], `the object's shape`);
    this.#makeActual(dims[axis]);
    this.#frames[axis] = frame;
    this.#renameRows(axis, frame);
  }

  #setNames(axis: Axis, values: NamesInput): void {
    const { names } = asNames(values, dims[axis], { silent: true });
    if (names.length !== this.shape[axis]) throw wrongNameCount(axis, names.length, this.shape[axis]);
    this.#makeActual(null);
    const frame = this.#frame(axis);
    frame.setIndex(names, null);
    this.#renameRows(axis, frame);
  }

  /** Frames along an axis follow its names. */
  #renameRows(axis: Axis, { heldIndex, indexName }: DataFrame): void {
    for (const value of this.#slots.axisArrays[axis].values()) {
      const frame = isFrameHandle(value) ? value.frame : value;
      if (isDataFrame(frame)) frame.setIndex(heldIndex, indexName);
    }
  }

  #frame(axis: Axis): DataFrame {
    this.#frames[axis] ??= this.#shown.frame(axis);
    return this.#frames[axis];
  }

  get #shown(): Part<S> {
    return this.#part as Part<S>;
  }

  #resolve(axis: Axis, selector: AxisSelector): AxisIndex {
    const frame = () => this.#frame(axis);
    return resolveAxis(selector, { length: this.shape[axis], names: () => frame().index, frame, key: dims[axis] });
  }

  /** Makes a view an object before `key` of one of its mappings, or all of it, is replaced. */
  #detach(mapping: unknown, key?: string | null): void {
    const { attrname } = mapping as AnyMapping;
    const what = key === null ? 'X' : key === undefined ? attrname : `${attrname}/${key}`;
    this.#makeActual(what, mapping as AnyMapping, key);
  }

  /**
   * Makes a view an object with arrays of its own; nothing for what is one already. No warning when `what` is null.
   *
   * @param changing - the mapping that is about to change, in which `key` (or everything) need not be copied
   */
  #makeActual(what: string | null, changing?: AnyMapping, key?: string | null): void {
    if (this.#part === null) return;
    if (what !== null) {
      warn('ImplicitModificationWarning', `${what} of a view is set: the view becomes an object with data of its own`);
    }
    const taken = mappingsOf(this.#slots).map((mapping) => {
      const replaced = mapping === changing && key === undefined;
      return [mapping, replaced ? new Map() : mapping[takeAll](mapping === changing ? key : undefined)] as const;
    });
    const { raw, uns } = this;
    const ownRaw = raw === null ? null : raw.copy();
    for (const axis of [0, 1] as const) this.#frame(axis);
    ownArrays(uns);
    for (const [mapping, values] of taken) mapping[fillWith](values);
    this.#slots.raw = ownRaw as Raw | null;
    this.#part = null;
  }

  /** Takes over what another object would hold. */
  #become(contents: Contents): void {
    this.#part = null;
    this.#frames = contents.frames;
    this.#uns = contents.uns;
    this.#slots = filledSlots(this.#rawParent(), contents);
  }

  /** @internal */
  [takeOver](contents: Contents): void {
    this.#become(contents);
  }

  #rawParent(): RawParent {
    return this as unknown as RawParent;
  }

  #backed(): AnnData<'backed'> {
    return this as unknown as AnnData<'backed'>;
  }

  #plain(): AnnData {
    return this as unknown as AnnData;
  }
}

function unsOf(value: Mapping<unknown> | null | undefined): Uns {
  if (value === null || value === undefined) return Object.create(null) as Uns;
  return asRecord(needMapping(value, 'uns'));
}

/** An object that takes over what was checked elsewhere. */
export function annDataOf<S extends Mode = 'memory'>(contents: Contents): AnnData<S> {
  return new AnnData<S>(contents as unknown as AnnDataInit);
}

/** Whether `value` is an {@link AnnData}, of whichever copy of this package. */
export function isAnnData(value: unknown): value is AnnData {
  return typeof value === 'object' && value !== null && brand in value;
}
