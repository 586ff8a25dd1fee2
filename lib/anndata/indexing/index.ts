// SPDX-License-Identifier: BSD-3-Clause

export { isMask, type Mask, mask } from './mask';
export type { AxisSelector } from './resolve';
export { isSlice, type Slice, slice } from './slice';
