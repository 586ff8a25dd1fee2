// SPDX-License-Identifier: BSD-3-Clause

import { stringVector, type Vector } from '../arrays/arrow';
import { DenseArray } from '../arrays/dense-array';
import { codesArray, dictionaryParts, dictionaryVector } from '../arrays/dictionary';
import { allocate, dtypeOf, type NumericDType } from '../arrays/dtype';
import { promote } from '../arrays/sparse/stack';
import { type Column, columnLength } from '../frame/column';
import { columnFrom } from '../frame/column-from';
import { naturalSort } from '../frame/natural-sort';

type Label = string | number | bigint | boolean;

interface Labelled {
  readonly codes: ArrayLike<number>;
  readonly labels: readonly Label[];
  readonly ordered: boolean;
  readonly column: Column;
}

/**
 * Categoricals one after the other, −1 where an object has none. Unordered ones get all categories: in the order of the first when
 * that has them all, else sorted as people count. Ordered ones must have the same categories in the same order.
 *
 * @returns undefined where only the plain values can be joined
 */
export function joinCategoricals(parts: readonly (Column | null)[], lengths: readonly number[]): Column | undefined {
  const given = parts.map((part) => (part === null ? null : labelled(part)));
  const present = given.filter((part) => part !== null);
  if (!alike(present)) return undefined;
  const ordered = present.some((part) => part.ordered);
  const chosen = ordered ? sharedOrder(present) : { labels: unionOf(present), source: undefined };
  if (chosen === undefined) return undefined;
  const categories = chosen.source?.column.categories ?? categoryColumn(chosen.labels, present);
  const places = new Map(chosen.labels.map((label, code) => [keyOf(label), code]));
  const codes = new (codesArray(chosen.labels.length))(lengths.reduce((sum, n) => sum + n, 0));
  let at = 0;
  given.forEach((part, i) => {
    if (part === null) codes.fill(-1, at, at + lengths[i]!);
    else copyCodes(part, places, codes, at);
    at += lengths[i]!;
  });
  const values = dictionaryVector(codes, categories.values as Vector, ordered);
  return { encoding: 'categorical', dtype: dtypeOf(codes), values, ordered, categories };
}

/** The values that a categorical stands for; missing ones become NaN, or what the kind has for it. */
export function plainValues(column: Column): Column {
  const { codes, labels, column: source } = labelled(column);
  const values = Array.from(codes, (code) => (code < 0 ? null : labels[code]!));
  const dtype = source.categories?.dtype ?? 'string';
  if (dtype === 'string') return columnFrom(stringVector(values as (string | null)[]));
  if (dtype === 'bool') return columnFrom(values);
  const missing = values.includes(null);
  const kept = missing && !dtype.startsWith('float') ? 'float64' : dtype;
  return numbersColumn(
    values.map((value) => (value ?? Number.NaN) as number),
    kept,
  );
}

/** The categories of a column, as JS values. */
export function labelled(column: Column): Labelled {
  const { codes, dictionary, ordered } = dictionaryParts(column.values as Vector);
  const labels = [...(dictionary as Iterable<Label>)];
  const categories = column.categories ?? columnFrom(dictionary);
  return { codes, labels, ordered, column: { ...column, categories } };
}

/** One kind of labels; without categories any kind goes. */
function alike(parts: readonly Labelled[]): boolean {
  const kinds = parts
    .filter(({ labels }) => labels.length > 0)
    .map(({ column }) =>
      column.categories!.dtype === 'string' ? 'text' : column.categories!.dtype === 'bool' ? 'bool' : 'number',
    );
  return new Set(kinds).size <= 1;
}

/** Integers compare with floats by value. */
export function keyOf(label: Label): Label {
  return typeof label === 'bigint' && label === BigInt(Number(label)) ? Number(label) : label;
}

function sharedOrder(parts: readonly Labelled[]): { labels: readonly Label[]; source: Labelled } | undefined {
  const full = parts.filter(({ labels }) => labels.length > 0);
  const [first] = full;
  if (first === undefined) return undefined;
  const agree = full.every(
    ({ labels, ordered }) =>
      ordered &&
      labels.length === first.labels.length &&
      labels.every((label, i) => keyOf(label) === keyOf(first.labels[i]!)),
  );
  return agree ? { labels: first.labels, source: first } : undefined;
}

function unionOf(parts: readonly Labelled[]): readonly Label[] {
  const all = new Map(parts.flatMap(({ labels }) => labels.map((label) => [keyOf(label), label] as const)));
  const first = parts[0]!.labels;
  if (first.length === all.size) return first;
  const labels = [...all.values()];
  return typeof labels[0] === 'string'
    ? naturalSort(labels as string[])
    : labels.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** How the categories are stored: as in the parts that have some. */
function categoryColumn(labels: readonly Label[], parts: readonly Labelled[]): Column {
  const full = parts.filter((part) => part.labels.length > 0).map(({ column }) => column.categories as Column);
  const [first] = full;
  if (first === undefined) return columnFrom(stringVector([]));
  if (first.dtype === 'bool') return columnFrom(labels as boolean[]);
  if (first.dtype !== 'string') {
    return numbersColumn(labels as number[], promote(full.map((column) => column.dtype as NumericDType)));
  }
  const made = columnFrom(stringVector(labels as string[]));
  const nullable = full.find((column) => column.encoding === 'nullable-string-array');
  return nullable === undefined
    ? made
    : { ...made, encoding: 'nullable-string-array', naValue: nullable.naValue ?? 'NaN' };
}

function numbersColumn(values: readonly (number | bigint)[], dtype: NumericDType): Column {
  const data = allocate(dtype, values.length) as Float64Array;
  const isBig = dtype === 'int64' || dtype === 'uint64';
  values.forEach((value, i) => {
    data[i] = (isBig ? BigInt(value) : Number(value)) as number;
  });
  return { ...columnFrom(new DenseArray(data, [data.length], { dtype })), dtype };
}

function copyCodes(
  { codes, labels, column }: Labelled,
  places: ReadonlyMap<Label, number>,
  out: Int8Array | Int16Array | Int32Array,
  at: number,
): void {
  const moved = labels.map((label) => places.get(keyOf(label)) ?? -1);
  const length = columnLength(column);
  for (let i = 0; i < length; i++) out[at + i] = codes[i]! < 0 ? -1 : moved[codes[i]!]!;
}
