// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../../lib/arrays/dense-array';
import type { DType, NumericDType } from '../../lib/arrays/dtype';
import { RecordArray } from '../../lib/arrays/record-array';
import { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { planElement, RecordingPlan } from '../../lib/elements';
import { isAnnDataError } from '../../lib/errors';

/** The code and key with which a plan refuses a value; 'planned' when it does not. */
function refusal(value: unknown): string {
  try {
    planElement(new RecordingPlan(), '', { value });
    return 'planned';
  } catch (error) {
    return isAnnDataError(error) ? `${error.code} ${error.key}` : String(error);
  }
}

function records(...fields: [name: string, dtype: DType, dims?: number[]][]): RecordArray {
  return new RecordArray(
    fields.map(([name, dtype, dims = []]) => [name, DenseArray.zeros(dtype as NumericDType, [2, ...dims])] as const),
  );
}

function sparse(dtype: NumericDType): CsrMatrix {
  const indptr = Int32Array.of(0, 1, 1);
  return new CsrMatrix({ shape: [2, 2], data: Float32Array.of(1), indices: Int32Array.of(0), indptr, dtype });
}

describe('what Python could not read, or would read as something else, is refused before there is a file', () => {
  test.each([
    ['records that look like complex numbers', records(['r', 'float64'], ['i', 'float64'])],
    ['a field of no width', records(['x', 'float32', [0]])],
    ['a field of no width beside others', records(['a', 'int8'], ['x', 'float32', [2, 0]])],
    ['a sparse matrix of float16', sparse('float16')],
  ])('%s', (_, value) => {
    expect(refusal(value)).toBe('ERR_UNWRITEABLE value');
  });

  test.each([
    ['records of integers r and i', records(['r', 'int32'], ['i', 'int32'])],
    ['records of different floats r and i', records(['r', 'float32'], ['i', 'float64'])],
    ['records i, r', records(['i', 'float32'], ['r', 'float32'])],
    ['a sparse matrix of float32', sparse('float32')],
  ])('but not %s', (_, value) => {
    expect(refusal(value)).toBe('planned');
  });
});
