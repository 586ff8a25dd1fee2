// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from './arrow';
import type { DType, TypedArray } from './dtype';

/** An N-dimensional array; row-major unless `stride` says otherwise. */
export class DenseArray {
  readonly dtype: DType;
  /** Typed array (see `dtypes` for which), or for `string` a Utf8 vector. */
  readonly data: TypedArray | Vector;
  readonly shape: readonly number[];
  /** In elements, not bytes or typed-array slots. */
  readonly stride: readonly number[];
  /** Position of the first element in `data`, in elements. */
  readonly offset: number;

  constructor(
    data: TypedArray | Vector,
    shape: readonly number[],
    options: { dtype?: DType; stride?: readonly number[]; offset?: number } = {},
  ) {
    throw new Error('not written yet');
  }
}
