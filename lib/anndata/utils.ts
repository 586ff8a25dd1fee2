// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { isTypedArray, type TypedArray } from '../arrays/dtype';
import type { Nested } from '../arrays/nested';
import { isSparse } from '../arrays/sparse-matrix';
import { isDataFrame } from '../frame/data-frame';
import { matrixFromFrame } from './frame-to-matrix';
import { asRecord } from './mapping';
import type { DenseLimit } from './to-frame';
import type { AxisMappingInput, AxisValue, Mapping, MatrixInput } from './types';
import { fieldsOf, lengthAlong } from './validate';

/**
 * Anything that holds numbers as a dense array: dense as it is, sparse in full, the columns of a frame side by side, a
 * typed array as one axis, nested lists by {@link DenseArray.from}.
 *
 * @param options.maxBytes - how large a sparse matrix may become (1 GiB)
 * @throws {AnnDataError} `ERR_LIMIT` for a sparse matrix beyond that, `ERR_ARGUMENT` for frames of text and for lists of
 *   several kinds, `ERR_SHAPE` for ragged ones
 * @example
 * ```ts
 * asArray(adata.X).shape; // [2, 3]
 * asArray(Float32Array.of(1, 2)).get(1); // 2
 * ```
 */
export function asArray(value: MatrixInput | TypedArray | Nested, options: DenseLimit = {}): DenseArray {
  if (isDenseArray(value)) return value;
  if (isSparse(value)) return value.toDense(options);
  if (isDataFrame(value)) return matrixFromFrame(value, 'the frame');
  return isTypedArray(value) ? new DenseArray(value, [value.length]) : DenseArray.from(value as Nested);
}

/**
 * A mapping as a plain object: a Map, an aligned mapping, the fields of a record array; null is an empty one. A plain
 * object is returned as it is. Values are not copied.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for what is no mapping
 * @example
 * ```ts
 * Object.keys(convertToDict(adata.obsm)); // ['contours']
 * ```
 */
export function convertToDict<V>(mapping: Mapping<V> | AxisMappingInput | null): Record<string, V> {
  if (mapping === null) return Object.create(null) as Record<string, V>;
  return asRecord(fieldsOf(mapping as AxisMappingInput, 'the value')) as Record<string, V>;
}

/**
 * The length of a value along its first or second axis; null where there is none, such as in the lists of an awkward array.
 *
 * @example
 * ```ts
 * axisLen(adata.X, 1); // 3
 * axisLen(adata.obsm.get('contours'), 1); // null
 * ```
 */
export function axisLen(value: AxisValue | TypedArray, axis: 0 | 1): number | null {
  return lengthAlong(value, axis) ?? null;
}
