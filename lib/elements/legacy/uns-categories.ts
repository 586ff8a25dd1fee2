// SPDX-License-Identifier: BSD-3-Clause

import { isVector, utf8Vector, type Vector, vectorNumbers } from '../../arrays/arrow';
import { isDenseArray } from '../../arrays/dense-array';
import { codesArray, dictionaryVector } from '../../arrays/dictionary';
import { isInteger } from '../../arrays/dtype';
import type { Column } from '../../frame/column';
import { columnFrom } from '../../frame/column-from';
import type { DataFrame } from '../../frame/data-frame';
import type { Dict } from '../dict';
import { encodeTexts } from '../text';

const suffix = '_categories';

/**
 * Before 0.7 a categorical column was stored as codes, its categories as `uns/<column>_categories`. Applies them
 * to the columns whose codes fit, in both frames, and takes those that were used out of `uns`.
 */
export function applyUnsCategories(uns: Dict, frames: readonly DataFrame[]): void {
  for (const key of Object.keys(uns)) {
    if (!key.endsWith(suffix)) continue;
    const categories = categoriesFrom(uns[key]);
    const name = key.replaceAll(suffix, '');
    if (categories === undefined) continue;
    const used = frames.filter((frame) => applyTo(frame, name, categories));
    if (used.length > 0) delete uns[key];
  }
}

function categoriesFrom(value: unknown): Column | undefined {
  if (isVector(value)) return columnFrom(value);
  if (isDenseArray(value) && value.shape.length === 1 && !value.dtype.startsWith('complex')) return columnFrom(value);
  // A lone category was stored as a single value.
  if (typeof value === 'string') {
    return { encoding: 'string-array', values: utf8Vector(encodeTexts('', [value])), dtype: 'string' };
  }
  return typeof value === 'number' || typeof value === 'bigint'
    ? columnFrom(BigInt64Array.of(BigInt(value)))
    : undefined;
}

function applyTo(frame: DataFrame, name: string, categories: Column): boolean {
  if (!frame.has(name)) return false;
  const column = frame.column(name);
  if (column.encoding !== 'array' || !isInteger(column.dtype)) return false;
  const codes = Int32Array.from(vectorNumbers(column.values as Vector) as Int32Array, Number);
  const names = categories.values as Vector;
  if (!codes.every((code) => code >= -1 && code < names.length)) return false;
  const values = dictionaryVector(new (codesArray(names.length))(codes), names, false);
  frame.setColumn(name, { encoding: 'categorical', values, dtype: column.dtype, categories, ordered: false });
  return true;
}
