// SPDX-License-Identifier: BSD-3-Clause

import { utf8Data, utf8Vector, type Vector, validityBytes, vectorNumbers } from '../arrays/arrow';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dictionaryParts } from '../arrays/dictionary';
import type { NumericDType, TypedArray } from '../arrays/dtype';
import type { Column } from '../frame/column';
import { settings } from '../settings';
import type { Attrs, WriteOptions, WritePlan } from './plan';
import { unwriteable } from './unwriteable';
import { codeWidth } from './widths';

/** Records a column in the encoding it has; where it cannot hold what is in it, in the nearest one that can. */
export function planColumn(plan: WritePlan, key: string, column: Column, strings = stringsOf(plan)): void {
  const { values } = column;
  if (isDenseArray(values)) plan.array(key, values, { attrs: attrs('array', '0.2.0') });
  else planVector(plan, key, column, values, strings);
}

type Strings = NonNullable<WriteOptions['strings']>;

/** How text is stored: as the writer was told, else as the settings say. */
function stringsOf({ options }: WritePlan): Strings {
  const allowed = settings.allowWriteNullableStrings;
  return options.strings ?? (allowed === null ? 'keep' : allowed ? 'nullable' : 'plain');
}

function planVector(plan: WritePlan, key: string, column: Column, values: Vector, strings: Strings): void {
  switch (column.encoding) {
    case 'array':
      planNumbers(plan, key, column, values);
      break;
    case 'string-array':
    case 'nullable-string-array':
      planTextColumn(plan, key, column, values, strings);
      break;
    case 'categorical':
      planCategorical(plan, key, column, values);
      break;
    case 'nullable-integer':
    case 'nullable-boolean':
      planNullable(plan, key, column, values);
      break;
  }
}

function attrs(encodingType: string, encodingVersion: string, more: Attrs = {}): Attrs {
  return { 'encoding-type': encodingType, 'encoding-version': encodingVersion, ...more };
}

function planNumbers(plan: WritePlan, key: string, column: Column, values: Vector): void {
  const dtype = column.dtype as NumericDType;
  if (values.nullCount > 0 && !dtype.startsWith('float')) {
    planNullable(plan, key, column, values);
    return;
  }
  const data = vectorNumbers(values);
  // A missing float has no other place in the format than NaN.
  const shown = values.nullCount > 0 ? withNaN(data as Float64Array, validityBytes(values)) : data;
  plan.array(key, new DenseArray(shown, [values.length], { dtype }), { attrs: attrs('array', '0.2.0') });
}

function withNaN(data: Float64Array, valid: Uint8Array | null): Float64Array {
  const copy = data.slice();
  valid?.forEach((there, i) => {
    if (there === 0) copy[i] = Number.NaN;
  });
  return copy;
}

function planTextColumn(plan: WritePlan, key: string, column: Column, values: Vector, strings: Strings): void {
  if (strings === 'plain' && values.nullCount > 0) {
    throw unwriteable(key, 'values are missing, which plain text cannot say: allow nullable strings, or fill them');
  }
  const stored = column.encoding === 'nullable-string-array' || values.nullCount > 0;
  const nullable = strings === 'nullable' || (strings === 'keep' && stored);
  // What lies under a missing value is kept, as plain text.
  const shown = values.nullCount > 0 ? utf8Vector(utf8Data(values)) : values;
  const text = new DenseArray(shown, [values.length], { dtype: 'string' });
  if (!nullable) {
    plan.array(key, text, { attrs: attrs('string-array', '0.2.0') });
    return;
  }
  plan.group(key, attrs('nullable-string-array', '0.1.0', { 'na-value': column.naValue ?? 'NaN' }));
  plan.array(plan.childKey(key, 'values'), text, { attrs: attrs('string-array', '0.2.0') });
  planMask(plan, key, values);
}

function planNullable(plan: WritePlan, key: string, column: Column, values: Vector): void {
  const dtype = column.dtype as NumericDType;
  plan.group(key, attrs(dtype === 'bool' ? 'nullable-boolean' : 'nullable-integer', '0.1.0'));
  const data = new DenseArray(vectorNumbers(values), [values.length], { dtype });
  plan.array(plan.childKey(key, 'values'), data, { attrs: attrs('array', '0.2.0') });
  planMask(plan, key, values);
}

/** Records which values are missing. */
function planMask(plan: WritePlan, key: string, values: Vector): void {
  const valid = validityBytes(values);
  const mask = new Uint8Array(values.length);
  valid?.forEach((there, i) => {
    mask[i] = there === 0 ? 1 : 0;
  });
  plan.array(plan.childKey(key, 'mask'), new DenseArray(mask, [mask.length], { dtype: 'bool' }), {
    attrs: attrs('array', '0.2.0'),
  });
}

function planCategorical(plan: WritePlan, key: string, column: Column, values: Vector): void {
  const { codes, dictionary } = dictionaryParts(values);
  const stored = column.categories;
  if (stored === undefined) throw unwriteable(key, 'the categorical does not say how its categories are stored');
  plan.group(key, attrs('categorical', '0.2.0', { ordered: column.ordered ?? false }));
  const dtype = codeWidth(widthOf(column, codes), dictionary.length);
  const data = new DenseArray(codes, [codes.length]);
  plan.array(plan.childKey(key, 'codes'), data, { attrs: attrs('array', '0.2.0'), dtype });
  planColumn(plan, plan.childKey(key, 'categories'), stored, 'keep');
}

/** The stored width of the codes, unless it is unsigned and there is a -1 to store. */
function widthOf(column: Column, codes: TypedArray): NumericDType | undefined {
  const stored = column.dtype as NumericDType;
  return stored.startsWith('uint') && (codes as Int32Array).includes(-1) ? undefined : stored;
}
