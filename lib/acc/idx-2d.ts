// SPDX-License-Identifier: BSD-3-Clause

import { pythonText } from '../anndata/print';
import type { Matrix } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import { isSparse } from '../arrays/sparse-matrix';
import { AnnDataError } from '../errors';
import { NameIndex } from '../frame/name-index';
import type { Idx2D, RefArray } from './ref-acc';

/** Names along one axis: one, several, or null for all. */
export type Idx1D = string | null | readonly string[];

/** An index as it is printed. */
export function printIdx2D([row, column]: Idx2D): string {
  return `[${printName(row)}, ${printName(column)}]`;
}

function printName(name: string | null): string {
  return name === null ? ':' : pythonText(name);
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for anything but a name and null, or two nulls */
export function checkedIdx2D(idx: unknown, owner: unknown): Idx2D {
  const pair = Array.isArray(idx) ? (idx as unknown[]) : [];
  const fits = pair.length === 2 && pair.every((part) => part === null || typeof part === 'string');
  if (fits && pair.includes(null)) return [pair[0], pair[1]] as Idx2D;
  const reason = fits ? 'two names refer to a single value' : 'an index is a name and null, or two nulls';
  throw new AnnDataError('ERR_ARGUMENT', `${reason}; use ${String(owner)}.at(name, null) or .at(null, name)`);
}

/** The indexes of a list of names along one axis. */
export function expandIdx2D(row: Idx1D, column: Idx1D): Idx2D[] {
  if (isList(row) && isList(column)) {
    throw new AnnDataError('ERR_ARGUMENT', 'only one axis can have a list of names; the other one is null');
  }
  if (isList(row)) return row.map((name) => [name, column as string | null]);
  return (column as readonly string[]).map((name) => [row, name]);
}

export function isList(names: unknown): names is readonly string[] {
  return Array.isArray(names);
}

/** Whether both axes have the names that an index asks for. */
export function hasNames([row, column]: Idx2D, rows: Vector, columns: Vector): boolean {
  return (row === null || NameIndex.of(rows).has(row)) && (column === null || NameIndex.of(columns).has(column));
}

/** A row or a column as a dense array of one axis; the matrix itself for no name. */
export function cutMatrix(matrix: Matrix, [row, column]: Idx2D, rows: Vector, columns: Vector): RefArray {
  if (row === null && column === null) return matrix;
  const at = row === null ? null : [NameIndex.of(rows).row(row)];
  const across = column === null ? null : [NameIndex.of(columns).row(column)];
  return flat(matrix.subset(at, across));
}

/** One row or column of a matrix without its other axis. */
export function flat(line: Matrix): RefArray {
  const dense = isSparse(line) ? line.toDense({ maxBytes: Number.POSITIVE_INFINITY }) : line;
  return isDenseArray(dense) ? dense.reshape([dense.size]) : dense;
}
