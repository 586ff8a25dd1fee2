// SPDX-License-Identifier: BSD-3-Clause

export type { Join } from './alignment';
export { concat, concatAsync } from './concat';
export type { Fill } from './fill';
export type { MergeFunction, MergeSource, MergeStrategy } from './merge';
export type { ConcatInput, ConcatOptions } from './options';
