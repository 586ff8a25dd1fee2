// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { positionsOf, positionsOrAll } from '../arrays/axis-index';
import type { DenseArray } from '../arrays/dense-array';
import type { IndexArray } from '../arrays/dtype';
import { type BackedFile, heldValue } from '../backed';
import { AnnDataError, quote } from '../errors';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import { NameIndex } from '../frame/name-index';
import { fillWith, showThrough, takeAll } from './aligned-mapping';
import { annotationFrame, columnsLength } from './annotation';
import { axisVector, matrixVector } from './axis-vector';
import { rawVectorSoon } from './backed-vector';
import { cutRows } from './cut';
import { type AxisSelector, resolveAxis } from './indexing/resolve';
import { asRecord, isMapping } from './mapping';
import { AxisArrays, type PairwiseArrays } from './mappings';
import { describeSlots, inspectCustom } from './print';
import type {
  AnnotationInput,
  AxisMappingInput,
  AxisValue,
  Held,
  Later,
  Mapping,
  Matrix,
  MatrixInput,
  Mode,
  Uns,
} from './types';
import { admitX, misshapen, needMapping } from './validate';

/** The object that a {@link Raw} belongs to. */
export interface RawParent {
  /** Number of observations. */
  readonly nObs: number;
  /** Whether its arrays appear behind handles. */
  readonly isBacked: boolean;
  /** Path of the file behind a backed object. */
  readonly filename: string | null;
  /** The file behind a backed object. */
  readonly file: BackedFile | null;
  /** Names of observations. */
  readonly obsNames: Vector;
  /** Annotation of observations. */
  readonly obs: DataFrame;
  /** The main matrix, nObs × nVars, or null. */
  readonly X: Matrix | null;
  /** Annotation of variables. */
  readonly var: DataFrame;
  /** Arrays with a row for each variable. */
  readonly varm: AxisArrays;
  /** Arrays with a row for each observation. */
  readonly obsm: AxisArrays;
  /** Square matrices of observations. */
  readonly obsp: PairwiseArrays;
  /** Unstructured annotation. */
  readonly uns: Uns;
  /** A view. */
  subset(obs: AxisSelector): RawParent;
}

/** Which rows the raw of a view shows; null for all. */
interface RawPart {
  readonly rows: IndexArray | null;
}

/** What a {@link Raw} is made of. */
export interface RawParts {
  /** The matrix, nObs × nVars; not copied. */
  X?: MatrixInput | null | undefined;
  /** Annotation of its variables; copied. */
  var?: AnnotationInput | null | undefined;
  /** Arrays with a row for each of its variables; not copied. */
  varm?: AxisMappingInput | ReadonlyMap<string, AxisValue | null> | null | undefined;
}

const brand = Symbol.for('anndata.Raw');

/**
 * A frozen X with variables of its own: what the data were before variables were filtered. Observations are those
 * of the object it belongs to.
 *
 * @example
 * ```ts
 * adata.raw = adata;
 * adata.raw?.X;
 * ```
 */
export class Raw<S extends Mode = 'memory'> {
  readonly [brand] = true;
  readonly #parent: RawParent;
  readonly #varm: AxisArrays<S>;
  readonly #X: Held<S, Matrix> | null;
  /** In the raw of a view: which rows of another Raw are shown; everything is a copy then. */
  readonly #part: RawPart | null;
  /** Annotation of the variables. */
  readonly var: DataFrame;
  /** Number of observations. */
  readonly nObs: number;

  /**
   * @param parent - the object it belongs to
   * @param parts - what it holds; without, a copy of the parent's X, var and varm. X is not copied when it is given
   * @param part - makes it the raw of a view
   * @throws {AnnDataError} `ERR_SHAPE` when X has not the parent's rows or var and varm not X's columns
   */
  constructor(parent: RawParent, parts: RawParts = snapshot(parent), part: RawPart | null = null) {
    this.#parent = parent;
    this.#part = part;
    this.nObs = parent.nObs;
    const X = parts.X === null || parts.X === undefined ? null : admitX(parts.X, 'raw/X');
    this.#X = (parent.isBacked ? heldValue(X, 'raw/X', parent.filename ?? '') : X) as Held<S, Matrix> | null;
    const found = part?.rows?.length ?? X?.shape[0] ?? parent.nObs;
    if (found !== parent.nObs) {
      throw misshapen('raw/X', `X has ${found} rows, but there are ${parent.nObs} observations`);
    }
    this.var = rawFrame(parts.var, X);
    const varm = (parts.varm ?? null) as AxisMappingInput | null;
    this.#varm = new AxisArrays<S>(this, 1, part === null ? varm : null, 'raw/');
    if (part === null) return;
    this.#varm[showThrough]({
      source: () => parts.varm as unknown as AxisArrays<S>,
      cut: (value) => cutRows(value as AxisValue, null) as Held<S, AxisValue>,
      detach: (key) => this.#varm[fillWith](key === undefined ? new Map() : this.#varm[takeAll](key)),
    });
  }

  /** The matrix, nObs × nVars; null when there is none. In the raw of a view a copy, made at each access. */
  get X(): Held<S, Matrix> | null {
    if (this.#part === null || this.#X === null) return this.#X;
    return (this.#X as Matrix).subset(this.#part.rows, null) as Held<S, Matrix>;
  }

  /** Arrays with a row for each variable. */
  get varm(): AxisArrays<S> {
    return this.#varm;
  }

  /** Whether X and varm appear behind handles. */
  get isBacked(): boolean {
    return this.#parent.isBacked;
  }

  /** Path of the file behind a backed object; null in memory. */
  get filename(): string | null {
    return this.#parent.filename;
  }

  /** Number of variables. */
  get nVars(): number {
    return this.var.nRows;
  }

  /** Observations and variables. */
  get shape(): [number, number] {
    return [this.nObs, this.nVars];
  }

  /** Names of the observations: those of the object it belongs to. */
  get obsNames(): Vector {
    return this.#parent.obsNames;
  }

  /** Names of the variables. */
  get varNames(): Vector {
    return this.var.index;
  }

  /** A Raw is never a view. */
  get isView(): boolean {
    return false;
  }

  /** The object it belongs to. */
  get parent(): RawParent {
    return this.#parent;
  }

  /**
   * Takes rows and columns: a Raw of its own that belongs to a view of the object. Forms of selectors are those of
   * {@link AnnData.subset}; rows go by the names and columns of the object's obs.
   *
   * @throws {AnnDataError} as {@link AnnData.subset} does
   * @example
   * ```ts
   * adata.raw?.subset(null, ['CD3D', 'NKG7']).X;
   * ```
   */
  subset(obs: AxisSelector, variables: AxisSelector = null): Raw<S> {
    const rows = resolveAxis(obs, {
      length: this.nObs,
      names: () => this.obsNames,
      frame: () => this.#parent.obs,
      key: 'obs',
    });
    const columns = resolveAxis(variables, {
      length: this.nVars,
      names: () => this.varNames,
      frame: () => this.var,
      key: 'raw/var',
    });
    const [byRow, byColumn] = [positionsOrAll(rows, this.nObs), positionsOrAll(columns, this.nVars)];
    const varm = new Map<string, AxisValue | null>();
    for (const [key, value] of this.varm) varm.set(key, value === null ? null : cutRows(value as AxisValue, byColumn));
    return new Raw<S>(this.#parent.subset(positionsOf(rows)), {
      X: (this.X as Matrix | null)?.subset(byRow, byColumn) ?? null,
      var: byColumn === null ? this.var : this.var.subset(byColumn),
      varm,
    });
  }

  /** A Raw of the same object with memory of its own. */
  copy(): Raw<S> {
    const X = this.#part === null ? ((this.#X as Matrix | null)?.copy() ?? null) : (this.X as Matrix | null);
    return new Raw<S>(this.#parent, {
      X,
      var: this.var,
      varm: this.varm.copy() as Map<string, AxisValue | null>,
    });
  }

  /**
   * Values of a variable, one an observation.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is no such variable, or several
   * @example
   * ```ts
   * adata.raw = adata;
   * adata.raw.obsVector('CD8A').toNested(); // [1, 2]
   * ```
   */
  obsVector(name: string): Later<S, DenseArray> {
    const vector = (): DenseArray => matrixVector(this.X as Matrix | null, 1, NameIndex.of(this.varNames).row(name));
    return (this.isBacked ? rawVectorSoon(this as unknown as Raw<'backed'>, 1, name) : vector()) as Later<
      S,
      DenseArray
    >;
  }

  /**
   * A column of `var`, or the values of an observation, one a variable.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is neither, or both
   * @example
   * ```ts
   * adata.raw = adata;
   * adata.raw.varVector('1').toNested(); // [7, 0, 2]
   * ```
   */
  varVector(name: string): Later<S, Vector | DenseArray> {
    const vector = (): Vector | DenseArray =>
      axisVector(name, this.var, this.obsNames, (row) => matrixVector(this.X as Matrix | null, 0, row));
    return (this.isBacked ? rawVectorSoon(this as unknown as Raw<'backed'>, 0, name) : vector()) as Later<
      S,
      Vector | DenseArray
    >;
  }

  /** Shape and keys in the words of Python's `repr`. */
  toString(): string {
    return describeSlots('Raw AnnData', this.shape, [
      ['var', this.var.columns],
      ['varm', this.varm.keys()],
    ]);
  }

  [inspectCustom](): string {
    return this.toString();
  }
}

/** Whether `value` is a {@link Raw}, of whichever copy of this package. */
export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && brand in value;
}

/** The rows of an object's raw that belong to a view of it: nothing is taken before it is asked for. */
export function rawOfView(view: RawParent, { X, var: variables, varm }: Raw, rows: IndexArray | null): Raw {
  return new Raw(view, { X, var: variables, varm }, { rows });
}

/** A Raw that shares X and the arrays of another object, or of its raw. */
export function adoptRaw(parent: RawParent, source: RawParent | Raw): Raw {
  if (source.nObs !== parent.nObs) {
    throw misshapen('raw', `it has ${source.nObs} observations, but the object has ${parent.nObs}`);
  }
  return new Raw(parent, { X: source.X, var: source.var, varm: source.varm });
}

/** Takes what was given as `raw`; an empty mapping is none. */
export function rawOf(parent: RawParent, raw: RawParent | Raw | RawParts | null | undefined): Raw | null {
  if (raw === null || raw === undefined) return null;
  if (isRaw(raw) || isParent(raw)) return adoptRaw(parent, raw);
  const parts = rawParts(raw);
  return Object.keys(parts).length === 0 ? null : new Raw(parent, parts);
}

/** Whether it is a whole AnnData; known by what it has, as that class is built on this one. */
function isParent(raw: RawParent | RawParts): raw is RawParent {
  return typeof raw === 'object' && !isMapping(raw) && 'nObs' in raw && 'obsNames' in raw && 'varm' in raw;
}

const partNames = ['X', 'var', 'varm'];

function rawParts(raw: unknown): RawParts {
  const parts = asRecord(needMapping(raw, 'raw') as Mapping<unknown>);
  const stranger = Object.keys(parts).find((name) => !partNames.includes(name));
  if (stranger === undefined) return parts;
  throw new AnnDataError('ERR_ARGUMENT', `raw has the members X, var and varm, not ${quote(stranger)}`, { key: 'raw' });
}

function rawFrame(annotation: AnnotationInput | null | undefined, X: Matrix | null): DataFrame {
  if (X !== null) return annotationFrame(annotation, 1, X.shape[1] as number, 'raw.X', 'raw/var');
  const none = annotation === null || annotation === undefined;
  const length = none ? 0 : isDataFrame(annotation) ? annotation.nRows : (columnsLength(annotation) ?? 0);
  return annotationFrame(annotation, 1, length, 'raw.var', 'raw/var');
}

function snapshot(parent: RawParent): RawParts {
  return { X: parent.X?.copy() ?? null, var: parent.var, varm: parent.varm.copy() };
}
