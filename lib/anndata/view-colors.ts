// SPDX-License-Identifier: BSD-3-Clause

import { isVector, type Vector } from '../arrays/arrow';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dictionaryParts } from '../arrays/dictionary';
import { isTypedArray, type TypedArray } from '../arrays/dtype';
import { takeVector } from '../arrays/vectors';
import { type BaseHandle, DerivedHandle, isHandle } from '../backed';
import type { Column } from '../frame/column';
import type { DataFrame } from '../frame/data-frame';
import { columnOf, isHeldLoaded, isLazyColumn, takeHeld } from '../frame/lazy-column';
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
    const held = frame.held(name);
    if (!Object.hasOwn(uns, key) || held.encoding !== 'categorical') continue;
    const colors = uns[key];
    if (isHandle(colors) || !isHeldLoaded(held)) {
      const column = rows === null ? held : takeHeld(held, rows);
      const sources = [colors, column].filter((one) => isHandle(one)) as unknown as BaseHandle<unknown>[];
      const read = (...values: unknown[]): unknown =>
        aligned(
          isHandle(colors) ? values.shift() : colors,
          isLazyColumn(column) ? (values[0] as Column) : column,
          null,
        );
      uns[key] = new DerivedHandle({ key: `uns/${key}`, filename: sources[0]!.filename }, sources, read);
      continue;
    }
    const fitting = aligned(colors, columnOf(held), rows);
    if (fitting === undefined) delete uns[key];
    else uns[key] = fitting;
  }
}

/** Colours of the categories that rows of a column have left; undefined when they do not fit the column. */
function aligned(colors: unknown, column: Column, rows: ArrayLike<number> | null): unknown {
  const count = lengthOf(colors);
  if (count === undefined) return colors;
  if (count === null) return asList(colors);
  if (count !== dictionaryParts(column.values as Vector).dictionary.length) return undefined;
  return take(colors, usedCategories(column, rows));
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
