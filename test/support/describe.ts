// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../../lib/anndata/anndata';
import { isVector, type Vector, validityBytes, vectorNumbers } from '../../lib/arrays/arrow';
import { isAwkwardArray } from '../../lib/arrays/awkward-array';
import { DenseArray, isDenseArray } from '../../lib/arrays/dense-array';
import { dictionaryParts } from '../../lib/arrays/dictionary';
import { isTypedArray } from '../../lib/arrays/dtype';
import type { RecordArray } from '../../lib/arrays/record-array';
import { isSparse } from '../../lib/arrays/sparse-matrix';
import { hintFor } from '../../lib/elements';
import type { Column } from '../../lib/frame/column';
import { columnFrom } from '../../lib/frame/column-from';
import { type DataFrame, isDataFrame } from '../../lib/frame/data-frame';

/**
 * Values as plain JSON, in the very form test/interop/python/describe.py gives to Python's, so that both can be
 * compared. See there for how numbers are written.
 *
 * @module
 */

export type Described = Record<string, unknown>;
type Entries = [string, Described][];

export function describeAnnData(adata: AnnData): Described {
  const { raw } = adata;
  return {
    kind: 'anndata',
    shape: [...adata.shape],
    X: describeValue(adata.X),
    obs: frame(adata.obs),
    var: frame(adata.var),
    obsm: entries(adata.obsm),
    varm: entries(adata.varm),
    obsp: entries(adata.obsp),
    varp: entries(adata.varp),
    layers: entries(adata.layers),
    raw: raw ? { X: describeValue(raw.X), var: frame(raw.var), varm: entries(raw.varm) } : null,
    uns: members(adata.uns),
  };
}

/** `column`: what is known of how a vector standing alone was stored. */
export function describeValue(value: unknown, column?: Column): Described {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value !== 'object') return scalar(value as number | bigint | boolean);
  if (isVector(value)) return alone(column ?? columnFrom(value));
  if (isDenseArray(value)) return value.shape.length === 0 ? zeroDim(value) : dense(value);
  if (isTypedArray(value)) return dense(new DenseArray(value, [value.length]));
  if (isDataFrame(value)) return frame(value);
  if (isSparse(value)) {
    const { format, shape, dtype, data, indices, indptr } = value;
    const values = numbers(new DenseArray(data, [indices.length], { dtype }));
    return {
      kind: `${format}_matrix`,
      shape: [...shape],
      dtype,
      data: values,
      indices: [...indices],
      indptr: [...indptr],
    };
  }
  if (isAwkwardArray(value)) {
    return { kind: 'awkward', form: value.form, length: value.length, buffers: entries(value.buffers) };
  }
  if ('fields' in value) return records(value as RecordArray);
  if ('obsm' in value) return describeAnnData(value as AnnData);
  if (Array.isArray(value)) return dense(DenseArray.from(value));
  return { kind: 'dict', entries: members(value as Record<string, unknown>) };
}

function byBytes(a: [string, unknown], b: [string, unknown]): number {
  return Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]));
}

function entries(map: Iterable<readonly [string | null, unknown]>): Entries {
  return [...map]
    .filter((entry): entry is [string, unknown] => entry[0] !== null)
    .map(([key, value]): [string, Described] => [key, describeValue(value)])
    .sort(byBytes);
}

function members(record: Record<string, unknown>): Entries {
  return Object.entries(record)
    .map(([key, value]): [string, Described] => [key, describeValue(value, hintFor(record, key, value)?.column)])
    .sort(byBytes);
}

function frame(df: DataFrame): Described {
  const columns = df.columns.map((name) => [name, inFrame(df.column(name))]);
  return { kind: 'frame', index: inFrame(df.indexColumn), indexName: df.indexName, columns };
}

/** pandas 3 makes plain text in frames its own string type, whose missing value is NaN. */
function inFrame(column: Column): Described {
  return column.encoding === 'string-array' ? nullableText(column.values as Vector, 'NaN') : alone(column);
}

function alone(column: Column): Described {
  const values = column.values as Vector;
  switch (column.encoding) {
    case 'categorical': {
      const { codes, dictionary } = dictionaryParts(values);
      const categories = alone(column.categories ?? columnFrom(dictionary));
      return { kind: 'categorical', codes: [...codes], categories, ordered: column.ordered ?? false };
    }
    case 'nullable-string-array':
      return nullableText(values, column.naValue ?? 'NaN');
    case 'nullable-integer':
    case 'nullable-boolean': {
      const valid = validityBytes(values);
      const all = numbers(denseOf(column));
      return {
        kind: column.encoding,
        dtype: column.dtype,
        values: all.map((value, i) => (valid?.[i] === 0 ? null : value)),
      };
    }
    case 'string-array':
      return { kind: 'array', dtype: 'string', shape: [values.length], values: [...values] };
    default:
      return dense(denseOf(column));
  }
}

function denseOf({ values, dtype }: Column): DenseArray {
  return isDenseArray(values) ? values : new DenseArray(vectorNumbers(values), [values.length], { dtype });
}

function nullableText(values: Vector, naValue: string): Described {
  return { kind: 'nullable-string-array', naValue, values: [...values] };
}

function records(value: RecordArray): Described {
  const fields = [...value.fields].map(([name, field]) => [
    name,
    isVector(field) ? alone(columnFrom(field)) : dense(field),
  ]);
  return { kind: 'records', length: value.length, fields };
}

function dense(array: DenseArray): Described {
  const { dtype, shape } = array;
  return { kind: 'array', dtype, shape: [...shape], values: dtype === 'string' ? [...array] : numbers(array) };
}

function numbers(array: DenseArray): unknown[] {
  return Array.from(array, (element) => {
    if (Array.isArray(element)) return element.map(real);
    if (typeof element === 'bigint') return String(element);
    return typeof element === 'number' ? real(element) : element;
  });
}

function zeroDim(array: DenseArray): Described {
  const element = array.get();
  if (Array.isArray(element)) return { kind: 'complex', value: element.map(real) };
  return typeof element === 'string'
    ? { kind: 'string', value: element }
    : scalar(element as number | bigint | boolean);
}

function scalar(value: number | bigint | boolean): Described {
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'number') return { kind: 'number', value: real(value) };
  const exact = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
  return { kind: 'number', value: exact ? Number(value) : String(value) };
}

function real(value: number): number | string {
  if (!Number.isFinite(value)) return String(value);
  return Object.is(value, -0) ? '-0' : value;
}
