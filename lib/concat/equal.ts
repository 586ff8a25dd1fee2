// SPDX-License-Identifier: BSD-3-Clause

import { isVector, type Vector } from '../arrays/arrow';
import { isAwkwardArray } from '../arrays/awkward-array';
import { DenseArray, type Element, isDenseArray, sameElement } from '../arrays/dense-array';
import { isTypedArray } from '../arrays/dtype';
import { isRecordArray } from '../arrays/record-array';
import { type CscMatrix, type CsrMatrix, isSparse } from '../arrays/sparse-matrix';
import { type Column, columnLength } from '../frame/column';
import { columnFrom, isColumn } from '../frame/column-from';
import { type DataFrame, isDataFrame } from '../frame/data-frame';
import { isPlainObject } from '../plain-object';
import { keyOf, labelled } from './categories';
import { typeOfAwkward } from './stack-awkward';

/**
 * Whether merging takes two values for the same, which is what upstream does: arrays and columns need the same element type
 * and NaN equals NaN there, sparse matrices are compared by value whatever their format, lists with arrays by value;
 * scalars by value, so that NaN equals nothing, and 1 equals true.
 */
export function equalValues(a: unknown, b: unknown): boolean {
  if (isTypedArray(a)) return equalValues(new DenseArray(a, [a.length]), b);
  if (isTypedArray(b)) return equalValues(a, new DenseArray(b, [b.length]));
  if (isVector(a)) return equalValues(columnFrom(a), b);
  if (isVector(b)) return equalValues(a, columnFrom(b));
  if (isColumn(a) && isColumn(b)) return equalColumns(a, b);
  if (isDataFrame(a) && isDataFrame(b)) return equalFrames(a, b);
  if (isSparse(a) && isSparse(b)) return equalSparse(a, b);
  if (isDenseArray(a) && isSparse(b)) return sameShape(a, b) && a.equals(b.toDense());
  if (isDenseArray(a) && isDenseArray(b)) return a.equals(b);
  if ((isDenseArray(a) && Array.isArray(b)) || (isDenseArray(b) && Array.isArray(a))) return equalLists(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return equalLists(a, b);
  if (isAwkwardArray(a)) return isAwkwardArray(b) && typeOfAwkward(a) === typeOfAwkward(b) && a.equals(b);
  if (isRecordArray(a)) return a.equals(b);
  if (isPlainObject(a) && isPlainObject(b)) return equalObjects(a, b);
  return equalScalars(a, b);
}

/** Element types and values; categories of unordered columns may come in any order. */
export function equalColumns(a: Column, b: Column): boolean {
  if (kindOf(a) !== kindOf(b) || columnLength(a) !== columnLength(b)) return false;
  if (a.encoding === 'categorical') return equalCategoricals(a, b);
  if (a.dtype !== b.dtype) return false;
  if (isDenseArray(a.values)) return a.values.equals(b.values);
  const theirs = b.values as Vector;
  for (let i = 0; i < a.values.length; i++) {
    if (!sameElement(a.values.get(i) as Element, theirs.get(i) as Element)) return false;
  }
  return true;
}

/** Text without missing values is the same kind, however it is stored. */
function kindOf({ encoding, naValue }: Column): string {
  return encoding === 'nullable-string-array' && naValue !== 'NA' ? 'string-array' : encoding;
}

function equalCategoricals(a: Column, b: Column): boolean {
  const x = labelled(a);
  const y = labelled(b);
  if (x.ordered !== y.ordered || x.labels.length !== y.labels.length) return false;
  if (x.labels.length > 0 && x.column.categories!.dtype !== y.column.categories!.dtype) return false;
  const places = new Map(x.labels.map((label, code) => [keyOf(label), code]));
  const moved = y.labels.map((label) => places.get(keyOf(label)));
  if (moved.some((code, i) => code === undefined || (x.ordered && code !== i))) return false;
  for (let i = 0; i < x.codes.length; i++) {
    const theirs = y.codes[i]! < 0 ? -1 : moved[y.codes[i]!];
    if (x.codes[i] !== theirs) return false;
  }
  return true;
}

function equalFrames(a: DataFrame, b: DataFrame): boolean {
  const names = a.columns;
  return (
    names.length === b.columns.length &&
    names.every((name, i) => name === b.columns[i]) &&
    equalColumns(a.indexColumn, b.indexColumn) &&
    names.every((name) => equalColumns(a.column(name), b.column(name)))
  );
}

function sameShape(a: { readonly shape: readonly number[] }, b: { readonly shape: readonly number[] }): boolean {
  return a.shape.length === b.shape.length && a.shape.every((n, axis) => n === b.shape[axis]);
}

type Sparse = CsrMatrix | CscMatrix;

function equalSparse(a: Sparse, b: Sparse): boolean {
  if (!sameShape(a, b)) return false;
  const mine = cellsOf(a);
  const theirs = cellsOf(b);
  for (const cells of [mine, theirs]) {
    for (const at of cells.keys()) if (!sameElement(mine.get(at) ?? 0, theirs.get(at) ?? 0)) return false;
  }
  return true;
}

/** Place → value of what is not 0, entries at one place added. 64-bit integers are compared as numbers where these are exact. */
function cellsOf(matrix: Sparse): Map<number, Element> {
  const cells = new Map<number, Element>();
  const { data, indices, indptr, shape, format } = matrix;
  const slots = data.length / Math.max(1, indices.length);
  for (let i = 0; i + 1 < indptr.length; i++) {
    for (let k = indptr[i]!; k < indptr[i + 1]!; k++) {
      const at = format === 'csr' ? i * shape[1] + indices[k]! : indices[k]! * shape[1] + i;
      const value = slots === 2 ? complexAt(data as Float64Array, k) : (keyOf(data[k]!) as number);
      const old = cells.get(at);
      cells.set(at, old === undefined ? value : added(old, value));
    }
  }
  for (const [at, value] of cells) if (value === 0 || sameElement(value, [0, 0])) cells.delete(at);
  return cells;
}

function complexAt(data: Float64Array, k: number): Element {
  return data[2 * k + 1] === 0 ? data[2 * k]! : [data[2 * k]!, data[2 * k + 1]!];
}

function added(a: Element, b: Element): Element {
  if (Array.isArray(a) || Array.isArray(b)) {
    const [re, im] = pair(a);
    const [re2, im2] = pair(b);
    return [re + re2, im + im2];
  }
  return Number(a) + Number(b);
}

function pair(value: Element): readonly [number, number] {
  return Array.isArray(value) ? (value as [number, number]) : [Number(value), 0];
}

/** A list has no element type: shape and values count. */
function equalLists(a: unknown, b: unknown): boolean {
  const [x, y] = [a, b].map((value) => (isDenseArray(value) ? value.toNested() : value)) as [unknown, unknown];
  const same = (left: unknown, right: unknown): boolean => {
    if (Array.isArray(left) && Array.isArray(right)) {
      return left.length === right.length && left.every((item, i) => same(item, right[i]));
    }
    return (Number.isNaN(left) && Number.isNaN(right)) || equalScalars(left, right);
  };
  return same(x, y);
}

function equalObjects(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalValues(a[name], b[name]))
  );
}

function equalScalars(a: unknown, b: unknown): boolean {
  return numberLike(a) === numberLike(b);
}

/** Booleans and 64-bit integers as the numbers they equal. */
function numberLike(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'bigint' ? keyOf(value) : value;
}
