// SPDX-License-Identifier: BSD-3-Clause

import { isVector, type Vector } from '../arrays/arrow';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dictionaryParts } from '../arrays/dictionary';
import { isTypedArray, type TypedArray } from '../arrays/dtype';
import { takeVector } from '../arrays/vectors';
import type { DataFrame } from '../frame/data-frame';
import { usedCategories } from '../frame/used-categories';
import type { Uns } from './types';

/**
 * Brings `<column>_colors` in the `uns` of a view in line with the categories that its rows have left: colours of
 * dropped categories go; colours that do not fit the categories at all go altogether, as in Python.
 *
 * @param uns - of the view; changed
 * @param frame - annotation of the object the view was made of
 * @param rows - the rows the view takes of it, null for all
 */
export function alignColors(uns: Uns, frame: DataFrame, rows: ArrayLike<number> | null): void {
  for (const name of frame.columns) {
    const key = `${name}_colors`;
    if (!Object.hasOwn(uns, key) || frame.column(name).encoding !== 'categorical') continue;
    const column = frame.column(name);
    const colors = uns[key];
    const count = lengthOf(colors);
    if (count === undefined) continue;
    if (count === null) uns[key] = asList(colors);
    else if (count !== dictionaryParts(column.values as Vector).dictionary.length) delete uns[key];
    else uns[key] = take(colors, usedCategories(column, rows));
  }
}

/** How many colours there are; null for a single one that is no list, undefined for what is neither. */
function lengthOf(colors: unknown): number | null | undefined {
  if (isDenseArray(colors)) return colors.nDim === 0 ? null : colors.shape[0]!;
  if (Array.isArray(colors) || isVector(colors) || isTypedArray(colors)) return colors.length;
  return typeof colors === 'object' || typeof colors === 'function' || colors === undefined ? undefined : null;
}

function asList(color: unknown): DenseArray {
  return isDenseArray(color) ? color.reshape([1]) : DenseArray.from([color] as string[]);
}

function take(colors: unknown, places: Int32Array): unknown {
  if (isDenseArray(colors)) return colors.subset(places);
  if (isVector(colors)) return takeVector(colors, places);
  const taken = Array.from(places, (place) => (colors as unknown[])[place]);
  return isTypedArray(colors)
    ? (colors.constructor as unknown as { from(values: unknown[]): TypedArray }).from(taken)
    : taken;
}
