// SPDX-License-Identifier: BSD-3-Clause

import { isVector, type Vector } from '../arrays/arrow';
import { isDenseArray } from '../arrays/dense-array';
import type { Column } from '../frame/column';
import { columnFrom, isColumn } from '../frame/column-from';
import { planColumn } from './column-writer';
import type { Writer } from './registry';

/** Columns standing alone, such as `categorical([…])` makes: in their own encoding. */
export const columnWriter: Writer<Column> = {
  // A mapping read from a file has no prototype: one with such members is still a mapping.
  accepts: (value): value is Column =>
    isColumn(value) &&
    Object.getPrototypeOf(value) !== null &&
    typeof value.encoding === 'string' &&
    (isVector(value.values) || isDenseArray(value.values)),
  plan(plan, key, value) {
    planColumn(plan, key, value, 'keep');
  },
};

/** Arrow vectors standing alone: in the encoding they were read in, else in the one their type suggests. */
export const vectorWriter: Writer<Vector> = {
  accepts: (value): value is Vector => isVector(value),
  plan(plan, key, value, hint) {
    const column = hint?.column ?? columnFrom(value);
    // Only columns of frames follow the option for text; a list in `uns` is an array for Python.
    planColumn(plan, key, column, 'keep');
  },
};
