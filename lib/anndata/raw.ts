// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { AnnDataError, quote } from '../errors';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import { annotationFrame, columnsLength } from './annotation';
import { asRecord, isMapping } from './mapping';
import { AxisArrays } from './mappings';
import { describeSlots, inspectCustom } from './print';
import type { AnnotationInput, AxisMappingInput, AxisValue, Mapping, Matrix, MatrixInput } from './types';
import { admitX, misshapen, needMapping } from './validate';

/** The object that a {@link Raw} belongs to. */
export interface RawParent {
  readonly nObs: number;
  readonly obsNames: Vector;
  readonly X: Matrix | null;
  readonly var: DataFrame;
  readonly varm: AxisArrays;
}

/** What a {@link Raw} is made of. */
export interface RawParts {
  X?: MatrixInput | null | undefined;
  var?: AnnotationInput | null | undefined;
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
export class Raw {
  readonly [brand] = true;
  readonly #parent: Pick<RawParent, 'obsNames'>;
  readonly #varm: AxisArrays;
  /** The matrix, nObs × nVars; null when there is none. */
  readonly X: Matrix | null;
  /** Annotation of the variables. */
  readonly var: DataFrame;
  /** Number of observations. */
  readonly nObs: number;

  /**
   * @param parent - the object it belongs to
   * @param parts - what it holds; without, a copy of the parent's X, var and varm. X is not copied when it is given
   * @throws {AnnDataError} `ERR_SHAPE` when X has not the parent's rows or var and varm not X's columns
   */
  constructor(parent: RawParent, parts: RawParts = snapshot(parent)) {
    this.#parent = parent;
    this.nObs = parent.nObs;
    this.X = parts.X === null || parts.X === undefined ? null : admitX(parts.X, 'raw/X');
    if (this.X !== null && this.X.shape[0] !== parent.nObs) {
      throw misshapen('raw/X', `X has ${this.X.shape[0]} rows, but there are ${parent.nObs} observations`);
    }
    this.var = rawFrame(parts.var, this.X);
    this.#varm = new AxisArrays(this, 1, (parts.varm ?? null) as AxisMappingInput | null, 'raw/');
  }

  /** Arrays with a row for each variable. */
  get varm(): AxisArrays {
    return this.#varm;
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
