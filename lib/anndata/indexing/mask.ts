// SPDX-License-Identifier: BSD-3-Clause

import { dtypeOf, isTypedArray } from '../../arrays/dtype';
import { describeValue } from '../../elements/unwriteable';
import { AnnDataError } from '../../errors';

const brand = Symbol.for('anndata.Mask');

/** A choice of positions, a byte for each; made by {@link mask}. */
export interface Mask {
  readonly [brand]: true;
  /** A byte a position, not 0 where it is taken. */
  readonly bytes: ArrayLike<number>;
}

/**
 * A mask of bytes: takes the positions where `bytes` is not 0. Without it a `Uint8Array` means positions.
 *
 * @param bytes - one for each position of the axis; not copied
 * @throws {AnnDataError} `ERR_ARGUMENT` for anything but a `Uint8Array`
 * @example
 * ```ts
 * adata.subset(mask(Uint8Array.of(1, 0))); // the first of two
 * ```
 */
export function mask(bytes: Uint8Array | Uint8ClampedArray): Mask {
  if (!isTypedArray(bytes) || dtypeOf(bytes) !== 'uint8') {
    throw new AnnDataError('ERR_ARGUMENT', `a mask is made of a Uint8Array, not ${describeValue(bytes)}`);
  }
  return Object.freeze({ [brand]: true as const, bytes });
}

/** Whether `value` is a {@link Mask}, of whichever copy of this package. */
export function isMask(value: unknown): value is Mask {
  return typeof value === 'object' && value !== null && brand in value;
}
