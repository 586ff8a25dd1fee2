// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray } from '../arrays/dense-array';
import { allocate, dtypes, type NumericDType } from '../arrays/dtype';
import { asArray, invalid } from './node-access';
import type { WritePlan } from './plan';
import type { Encoding, Hint, Writer } from './registry';
import { plainScalar, readNumbers } from './stored-values';
import { unwriteable } from './unwriteable';

/** Single numbers and booleans; their dtype is kept as a hint. */
export const numericScalar: Encoding = {
  encodingType: 'numeric-scalar',
  encodingVersion: '0.2.0',
  async read(node, ctx) {
    const stored = asArray(node);
    if (stored.shape?.length !== 0) throw invalid(node.key, 'a single number was expected, not an array');
    const numbers = await readNumbers(stored, ctx);
    return {
      value: plainScalar(numbers),
      hint: { encodingType: 'numeric-scalar', encodingVersion: '0.2.0', dtype: numbers.dtype },
    };
  },
};

type Scalar = number | bigint | boolean;

export const scalarWriter: Writer<Scalar> = {
  accepts: (value): value is Scalar => ['number', 'bigint', 'boolean'].includes(typeof value),
  plan(plan, key, value, hint) {
    const dtype = fits(value, hint?.dtype) ?? naturalDType(key, value);
    const data = allocate(dtype, 1);
    if (dtype === 'int64' || dtype === 'uint64') data[0] = BigInt(value);
    else data[0] = Number(value);
    planScalar(plan, key, new DenseArray(data, [], { dtype }), hint);
  },
};

/** Records a number of shape []; old arrays without axes keep the encoding they had. */
export function planScalar(plan: WritePlan, key: string, value: DenseArray, hint: Hint | undefined): void {
  const encodingType = hint?.encodingType === 'array' ? 'array' : 'numeric-scalar';
  plan.array(key, value, { attrs: { 'encoding-type': encodingType, 'encoding-version': '0.2.0' } });
}

/** The dtype Python would choose: int64 for integers, float64 for other numbers. */
function naturalDType(key: string, value: Scalar): NumericDType {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'int64' : 'float64';
  if (BigInt.asIntN(64, value) === value) return 'int64';
  if (BigInt.asUintN(64, value) === value) return 'uint64';
  throw unwriteable(key, `the integer ${value} does not fit into 64 bits`);
}

/** The stored dtype, when it can hold the value exactly. */
function fits(value: Scalar, dtype: string | undefined): NumericDType | undefined {
  if (dtype === undefined || !Object.hasOwn(dtypes, dtype)) return undefined;
  const known = dtype as NumericDType;
  if (typeof value === 'boolean' || known === 'bool')
    return typeof value === 'boolean' && known === 'bool' ? known : undefined;
  if (known.startsWith('complex')) return undefined;
  if (known.startsWith('float')) return typeof value === 'number' ? known : undefined;
  return Number.isInteger(value) || typeof value === 'bigint' ? known : undefined;
}
