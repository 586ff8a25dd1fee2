// SPDX-License-Identifier: BSD-3-Clause

import { utf8Data, utf8Vector, type Vector } from '../arrays/arrow';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypes, isTypedArray, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import { isRecordArray, RecordArray } from '../arrays/record-array';
import { isSparse } from '../arrays/sparse-matrix';
import { type ChunkBytes, chunkShape } from '../storage/chunk-shape';
import type { ArraySpec, Compression, WriteType } from '../storage/storage';
import type { ArrayLayout, ArrayValue } from './plan';
import { unwriteable } from './unwriteable';

/** Attributes of an array of numbers. */
export const arrayAttrs = { 'encoding-type': 'array', 'encoding-version': '0.2.0' } as const;

/** Bytes of a reference to a variable-length string in a file. */
const stringReference = 16;

/** The same array with its text in one run of bytes, element by element in row-major order; text is cut by position. */
export function flattenTexts(value: ArrayValue): ArrayValue {
  if (isDenseArray(value)) return value.dtype === 'string' ? flatText(value) : value;
  if (!isRecordArray(value) || [...value.fields.values()].every((field) => field.dtype !== 'string')) return value;
  const fields = [...value.fields].map(
    ([name, field]) => [name, field.dtype === 'string' ? flatText(field) : field] as const,
  );
  return new RecordArray(fields, value.length);
}

function flatText(value: DenseArray): DenseArray {
  const { data, shape } = value.toContiguous();
  const vector = data as Vector;
  if (vector.nullCount > 0 || vector.data.length === 1) return new DenseArray(vector, shape);
  return new DenseArray(utf8Vector(utf8Data(vector)), shape);
}

/** How an array is laid out in the file. Refuses text a file cannot hold. */
export function specFor(
  key: string,
  value: ArrayValue,
  layout: ArrayLayout,
  { compression, chunkBytes }: { compression?: Compression | undefined; chunkBytes?: ChunkBytes | undefined },
): ArraySpec {
  const type = typeFor(key, value, layout);
  if (value === null) return { type, shape: null };
  const shape = isRecordArray(value) ? (layout.shape ?? [value.length]) : value.shape;
  const spec = specOfType(type, shape, { compression, chunkBytes }, layout.resizable);
  return spec.compression === undefined ? spec : { ...spec, sample: sampleOf(value) };
}

/** How an array of a type and a shape is laid out. */
export function specOfType(
  type: WriteType,
  shape: readonly number[],
  { compression, chunkBytes }: { compression?: Compression | undefined; chunkBytes?: ChunkBytes | undefined },
  resizable?: boolean,
): ArraySpec {
  // Scalars cannot be filtered, and there is nothing to choose chunks by in an empty array.
  const filtered = compression !== undefined && shape.length > 0;
  const chunked = (filtered || resizable === true) && sizeOf(shape) > 0;
  return {
    type,
    shape,
    resizable,
    compression: filtered ? compression : undefined,
    chunks: chunked ? chunkShape(shape, itemBytes(type), chunkBytes) : undefined,
  };
}

/** Values of a sample: those of a chunk of usual size. */
const sampleLength = 2 ** 16;

/** Some values from the middle of an array of numbers, to choose filters by. */
export function sampleOf(value: Exclude<ArrayValue, null>): TypedArray | undefined {
  if (isRecordArray(value) || !isTypedArray(value.data)) return undefined;
  const from = Math.max(0, Math.floor((value.data.length - sampleLength) / 2));
  return value.data.subarray(
    from - (from % dtypes[value.dtype as NumericDType].slots),
    from + sampleLength,
  ) as TypedArray;
}

function typeFor(key: string, value: ArrayValue, layout: ArrayLayout): WriteType {
  if (value === null) return { kind: 'numeric', dtype: 'float32' };
  if (isRecordArray(value)) return recordType(key, value);
  if (isSparse(value)) return { kind: 'numeric', dtype: value.dtype };
  if (value.dtype !== 'string') return { kind: 'numeric', dtype: layout.dtype ?? value.dtype };
  checkTexts(key, value);
  return { kind: 'string' };
}

function recordType(key: string, value: RecordArray): WriteType {
  if (value.fields.size === 0) throw unwriteable(key, 'an array of records without fields cannot be stored');
  if (looksComplex(value)) {
    throw unwriteable(
      key,
      'records of two floats "r" and "i" are how files store complex numbers; make a complex DenseArray, or rename a field',
    );
  }
  const fields = [...value.fields].map(([name, field]) => {
    if (name === '' || name.includes('\0'))
      throw unwriteable(key, `${JSON.stringify(name)} cannot be the name of a field`);
    if (sizeOf(field.shape.slice(1)) === 0)
      throw unwriteable(key, `the field ${JSON.stringify(name)} has no values in a row; leave it out`);
    if (field.dtype === 'string') checkTexts(key, field);
    return { name, type: field.dtype, dims: field.shape.slice(1) };
  });
  return { kind: 'compound', fields };
}

/** Whether readers would take the records for complex numbers. */
function looksComplex({ fields }: RecordArray): boolean {
  const [r, i] = [fields.get('r'), fields.get('i')];
  if (fields.size !== 2 || r === undefined || i === undefined || r.dtype !== i.dtype) return false;
  return [...fields.keys()][0] === 'r' && r.dtype.startsWith('float') && r.nDim === 1 && i.nDim === 1;
}

function checkTexts(key: string, value: DenseArray): void {
  const vector = value.data as Vector;
  if (vector.nullCount > 0)
    throw unwriteable(key, 'an array of text contains missing values; only a column or a vector may');
  if (utf8Data(vector).bytes.includes(0)) {
    throw unwriteable(key, 'a string contains the character NUL, which the file format cannot hold');
  }
}

/** Bytes one element takes in the file. */
export function itemBytes(type: WriteType): number {
  if (type.kind === 'string') return stringReference;
  if (type.kind === 'numeric') return dtypes[type.dtype].storedBytes;
  return type.fields.reduce((sum, { type: of, dims }) => {
    const one = of === 'string' ? stringReference : dtypes[of].storedBytes;
    return sum + one * sizeOf(dims);
  }, 0);
}

/** Uncompressed bytes of a whole array, text included. */
export function storedBytes(value: ArrayValue, spec: ArraySpec): number {
  if (value === null || spec.shape === null) return 0;
  return sizeOf(spec.shape) * itemBytes(spec.type) + textBytes(value);
}

function textBytes(value: ArrayValue): number {
  if (value === null || isSparse(value)) return 0;
  if (isRecordArray(value)) return [...value.fields.values()].reduce((sum, field) => sum + textBytes(field), 0);
  return value.dtype === 'string' ? utf8Data(value.data as Vector).bytes.length : 0;
}
