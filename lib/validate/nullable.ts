// SPDX-License-Identifier: BSD-3-Clause

import type { ArrayNode, GroupNode } from '../storage/storage';
import { arrayPart, type Check } from './check';
import { checkValues, isInteger } from './values';
import { article, valuesOf } from './words';

const fits: Readonly<Record<string, (node: ArrayNode) => boolean>> = {
  'nullable-integer': ({ type }) => isInteger(type),
  'nullable-boolean': ({ type }) => type.kind === 'numeric' && type.dtype === 'bool',
  'nullable-string-array': ({ type }) => type.kind === 'string',
};

const maskTypes = new Set(['bool', 'int8', 'uint8']);

/** Checks values and mask of a nullable array: types and lengths. */
export async function checkNullable(check: Check, node: GroupNode, type: string): Promise<void> {
  const values = arrayPart(check, node, 'values');
  const mask = arrayPart(check, node, 'mask');
  if (values !== undefined && fits[type]?.(values) === false) {
    check.findings.error('dtype', values.key, `${valuesOf(values.type)} were found in ${article(type)}`);
  }
  if (mask !== undefined && !(mask.type.kind === 'numeric' && maskTypes.has(mask.type.dtype))) {
    check.findings.error('dtype', mask.key, `${valuesOf(mask.type)} were found, booleans were expected`);
  }
  const lengths = [values, mask].map((each) => each?.shape?.join(' × '));
  if (values !== undefined && mask !== undefined && lengths[0] !== lengths[1]) {
    check.findings.error('length', mask.key, `the mask has the shape ${lengths[1]}, the values ${lengths[0]}`);
  }
  for (const array of [values, mask]) if (array !== undefined) await checkValues(check, array);
}
