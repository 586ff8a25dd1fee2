// SPDX-License-Identifier: BSD-3-Clause

import { utf8Vector } from '../arrays/arrow';
import { DenseArray } from '../arrays/dense-array';
import { asArray, invalid } from './node-access';
import type { WritePlan } from './plan';
import type { Encoding, Writer } from './registry';
import { readLoneText } from './stored-values';
import { encodeTexts } from './text';

/** Single strings. */
export const string: Encoding = {
  encodingType: 'string',
  encodingVersion: '0.2.0',
  async read(node, ctx) {
    const stored = asArray(node);
    if (stored.type.kind !== 'string' || stored.shape?.length !== 0) {
      throw invalid(node.key, 'a single string was expected');
    }
    return { value: await readLoneText(stored, ctx) };
  },
};

export const stringWriter: Writer<string> = {
  accepts: (value): value is string => typeof value === 'string',
  plan(plan, key, value) {
    planText(plan, key, new DenseArray(utf8Vector(encodeTexts(key, [value])), [], { dtype: 'string' }));
  },
};

/** Records a string of shape []. */
export function planText(plan: WritePlan, key: string, value: DenseArray): void {
  plan.array(key, value, { attrs: { 'encoding-type': 'string', 'encoding-version': '0.2.0' } });
}
