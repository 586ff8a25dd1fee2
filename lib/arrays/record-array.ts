// SPDX-License-Identifier: BSD-3-Clause

import type { DenseArray } from './dense-array';

/** A structured array: `length` rows of named fields, each field an array whose first axis is the rows. */
export class RecordArray {
  readonly fields: ReadonlyMap<string, DenseArray>;
  readonly length: number;

  constructor(fields: Iterable<readonly [string, DenseArray]>, length: number) {
    this.fields = new Map(fields);
    this.length = length;
  }
}
