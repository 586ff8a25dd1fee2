// SPDX-License-Identifier: BSD-3-Clause

import './append';

export type { Join } from './alignment';
export type { AppendOptions } from './append';
export { concat, concatAsync } from './concat';
export type { Fill } from './fill';
export type { MergeFunction, MergeSource, MergeStrategy } from './merge';
export type { ConcatInput, ConcatOptions } from './options';
