// SPDX-License-Identifier: BSD-3-Clause

import type { TypedArray } from './dtype';

/** Memory that results are put into. */
export interface Room {
  /** An array of that kind and length; what is in it does not matter. */
  take(kind: new (length: number) => TypedArray, length: number): TypedArray;
}

/** Memory of its own for each array, zeroed. */
export const freshRoom: Room = { take: (Kind, length) => new Kind(length) };
