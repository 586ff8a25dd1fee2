// SPDX-License-Identifier: BSD-3-Clause

import './anndata-methods';

export type { AggregateOptions, Aggregation } from './aggregate';
export type { MatrixChoice } from './blocks';
export type { ReduceOptions } from './reduce';
export type { Statistic, StatsOptions } from './stats';
