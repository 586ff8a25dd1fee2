// SPDX-License-Identifier: BSD-3-Clause

import { numericVector } from '../arrays/arrow';
import { isInteger } from '../arrays/dtype';
import type { Column } from '../frame/column';
import type { StorageNode } from '../storage/storage';
import { asArray, child, invalid } from './node-access';
import type { Encoding, ReadContext } from './registry';
import { lengthOf, readNumbers } from './stored-values';

type NullableEncoding = 'nullable-integer' | 'nullable-boolean';

/** Integers with missing values. */
export const nullableInteger = encodingOf('nullable-integer');

/** Booleans with missing values. */
export const nullableBoolean = encodingOf('nullable-boolean');

function encodingOf(encodingType: NullableEncoding): Encoding {
  const spec = { encodingType, encodingVersion: '0.1.0' };
  return {
    ...spec,
    async read(node, ctx) {
      const column = await readNullable(node, ctx, encodingType);
      return { value: column.values, hint: { ...spec, column } };
    },
  };
}

/** Reads values and mask as a column; what lies under the mask is kept. */
export async function readNullable(node: StorageNode, ctx: ReadContext, encoding: NullableEncoding): Promise<Column> {
  const values = asArray(child(node, 'values'));
  const length = lengthOf(values);
  const valid = await readValidity(node, length, ctx);
  const { data, dtype } = await readNumbers(values, ctx);
  const fits = encoding === 'nullable-boolean' ? dtype === 'bool' : isInteger(dtype);
  if (!fits) throw invalid(values.key, `values of dtype ${dtype} do not fit the encoding ${encoding}`);
  return { encoding, values: numericVector(dtype, data, valid), dtype };
}

/** Reads `mask` (true where missing) as validity: one byte a value, 1 where there is one. */
export async function readValidity(node: StorageNode, length: number, ctx: ReadContext): Promise<Uint8Array> {
  const mask = asArray(child(node, 'mask'));
  if (lengthOf(mask) !== length) {
    throw invalid(mask.key, `the mask has ${lengthOf(mask)} entries, but there are ${length} values`);
  }
  const { data, dtype } = await readNumbers(mask, ctx);
  if (dtype !== 'bool' && dtype !== 'uint8' && dtype !== 'int8')
    throw invalid(mask.key, `a mask must be boolean, found ${dtype}`);
  const valid = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) valid[i] = data[i] === 0 ? 1 : 0;
  return valid;
}
