// SPDX-License-Identifier: BSD-3-Clause

/**
 * The types of Python's `anndata.typing`.
 *
 * @module
 */

import type { AnnData, AxisSelector, AxisValue, Raw } from './anndata';
import type { Vector } from './arrays/arrow';
import type { TypedArray } from './arrays/dtype';
import type { Column } from './frame/column';

/** What may choose a part of one axis; the same as {@link AxisSelector}. */
export type Index1D = AxisSelector;

/** What may choose a part of an object: the arguments of {@link AnnData.subset}. */
export type Index = readonly [obs: AxisSelector, variables?: AxisSelector];

/** What an entry of `obsm`, `layers` or `uns` can be: everything that can be written but whole objects. */
export type AxisStorable =
  | AxisValue
  | Vector
  | Column
  | TypedArray
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly AxisStorable[]
  | { readonly [key: string]: AxisStorable };

/** Everything that can be read and written. */
export type RWAble = AxisStorable | AnnData | Raw;
