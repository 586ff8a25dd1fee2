// SPDX-License-Identifier: BSD-3-Clause

import { isVector, type Vector } from '../arrays/arrow';
import { columnFrom } from '../frame/column-from';
import { planColumn } from './column-writer';
import type { Writer } from './registry';

/** Arrow vectors standing alone: in the encoding they were read in, else in the one their type suggests. */
export const vectorWriter: Writer<Vector> = {
  accepts: (value): value is Vector => isVector(value),
  plan(plan, key, value, hint) {
    const column = hint?.column ?? columnFrom(value);
    // Only columns of frames follow the option for text; a list in `uns` is an array for Python.
    planColumn(plan, key, column, 'keep');
  },
};
