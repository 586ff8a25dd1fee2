// SPDX-License-Identifier: BSD-3-Clause

import { utf8Vector } from '../arrays/arrow';
import type { Column } from '../frame/column';
import type { StorageNode } from '../storage/storage';
import { asArray, child, invalid, textAttr } from './node-access';
import { readValidity } from './nullable';
import type { Encoding, ReadContext } from './registry';
import { lengthOf, readText } from './stored-values';

const spec = { encodingType: 'nullable-string-array', encodingVersion: '0.1.0' } as const;

/** Text with missing values: also what pandas 3 writes for every column and index of text. */
export const nullableStringArray: Encoding = {
  ...spec,
  async read(node, ctx) {
    const column = await readNullableStrings(node, ctx);
    return { value: column.values, hint: { ...spec, column } };
  },
};

/** Reads values and mask as a column of text. */
export async function readNullableStrings(node: StorageNode, ctx: ReadContext): Promise<Column> {
  const values = asArray(child(node, 'values'));
  const length = lengthOf(values);
  if (values.type.kind !== 'string')
    throw invalid(values.key, `text was expected here, the stored type is ${values.type.kind}`);
  const valid = await readValidity(node, length, ctx);
  const text = await readText(values, ctx);
  const naValue = textAttr(node, 'na-value') === 'NaN' ? 'NaN' : 'NA';
  return { encoding: 'nullable-string-array', values: utf8Vector(text, valid), dtype: 'string', naValue };
}
