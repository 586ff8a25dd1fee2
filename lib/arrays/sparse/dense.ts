// SPDX-License-Identifier: BSD-3-Clause

import { dtypes, sizeOf, type TypedArray } from '../dtype';
import { kernelCall } from './kernels';
import { lanesOf, type Steps } from './passes';
import { type Compressed, dataArray, majorOf } from './source';

/**
 * All elements, row-major. `steps`: distance between elements along the major and the minor axis.
 *
 * @param given - zeroed memory of ours to fill instead of fresh memory
 */
export function* denseSteps(
  source: Compressed,
  [majorStep, minorStep]: readonly [number, number],
  given?: TypedArray,
): Steps<TypedArray> {
  const { dtype, minor } = source;
  const { slots } = dtypes[dtype];
  const rows = majorOf(source);
  const dense = given ?? dataArray(dtype, sizeOf([rows, minor]));
  yield {
    source,
    lanes: lanesOf(source, rows),
    values: true,
    call: (part) => kernelCall('addToDense', part, slots, dtype === 'bool', minor, majorStep, minorStep, dense),
  };
  return dense;
}
