// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypeOf, holds, isTypedArray, type TypedArray } from '../arrays/dtype';
import { CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import type { StorageNode } from '../storage/storage';
import { arrayAttrs } from './array-spec';
import { asArray } from './node-access';
import { planScalar } from './numeric-scalar';
import { readRecords } from './rec-array';
import type { Encoding, Read, ReadContext, Writer } from './registry';
import { planSparse } from './sparse';
import { denseOf, plainScalar, readNumbers } from './stored-values';
import { planText } from './string';
import { readStringArray } from './string-array';

/** Arrays of numbers of any number of axes. */
export const array: Encoding = { encodingType: 'array', encodingVersion: '0.2.0', read: readAnyArray };

/** Reads an array of whatever element type. A shape of [] gives a plain scalar with a hint. */
export async function readAnyArray(node: StorageNode, ctx: ReadContext): Promise<Read> {
  const stored = asArray(node);
  if (stored.shape === null) return { value: null, hint: { encodingType: 'null', encodingVersion: '0.1.0' } };
  if (stored.type.kind === 'string') return readStringArray(stored, ctx);
  if (stored.type.kind === 'compound') return readRecords(stored, ctx);
  const numbers = await readNumbers(stored, ctx);
  if (stored.shape.length > 0) return { value: denseOf(numbers, stored.shape) };
  return {
    value: plainScalar(numbers),
    hint: { encodingType: 'array', encodingVersion: '0.2.0', dtype: numbers.dtype },
  };
}

/** Dense arrays; one without axes is a scalar, as in Python. */
export const arrayWriter: Writer<DenseArray> = {
  accepts: (value): value is DenseArray => isDenseArray(value),
  plan(plan, key, value, hint) {
    const wanted = plan.formatOf(key) ?? 'dense';
    if (wanted !== 'dense') planSparse(plan, key, (wanted === 'csr' ? CsrMatrix : CscMatrix).fromDense(value));
    else if (value.shape.length > 0) {
      const attrs = value.dtype === 'string' ? { ...arrayAttrs, 'encoding-type': 'string-array' } : arrayAttrs;
      plan.array(key, value, { attrs });
    } else if (value.dtype === 'string') planText(plan, key, value);
    else planScalar(plan, key, value, hint);
  },
};

/** Bare typed arrays are lists of numbers. */
export const typedArrayWriter: Writer<TypedArray> = {
  accepts: (value): value is TypedArray => isTypedArray(value),
  plan(plan, key, value, hint) {
    // Clamping is a matter of assignment, not of storage.
    const dtype = dtypeOf(value);
    const data = holds(value, dtype) ? value : new Uint8Array(value.buffer, value.byteOffset, value.length);
    arrayWriter.plan(plan, key, new DenseArray(data, [value.length]), hint);
  },
};
