// SPDX-License-Identifier: BSD-3-Clause

import { AwkwardArray, isAwkwardArray } from '../arrays/awkward-array';
import { DenseArray } from '../arrays/dense-array';
import { asArray, childrenOf, invalid, needTextAttr, sizesAttr } from './node-access';
import { type Encoding, planElement, type Writer } from './registry';
import { readNumbers } from './stored-values';

const spec = { encodingType: 'awkward-array', encodingVersion: '0.1.0' } as const;

/** Ragged and nested arrays: a form that describes the layout, and the buffers it names. */
export const awkwardArray: Encoding = {
  ...spec,
  async read(node, ctx) {
    const form = parseForm(node.key, needTextAttr(node, 'form'));
    const length = sizesAttr(node, 'length')?.[0];
    if (length === undefined) throw invalid(node.key, 'the attribute "length" is missing');
    const buffers = new Map<string, DenseArray>();
    for (const [name, member] of childrenOf(node)) {
      const stored = asArray(member);
      const { data, dtype } = await readNumbers(stored, ctx);
      buffers.set(name, new DenseArray(data, stored.shape ?? [0], { dtype }));
    }
    return { value: new AwkwardArray(form, length, buffers) };
  },
};

function parseForm(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(key, `the attribute "form" is not valid JSON: ${(cause as Error).message}`);
  }
}

export const awkwardWriter: Writer<AwkwardArray> = {
  accepts: (value): value is AwkwardArray => isAwkwardArray(value),
  plan(plan, key, value) {
    plan.group(key, {
      'encoding-type': spec.encodingType,
      'encoding-version': spec.encodingVersion,
      form: pythonJson(value.form),
      length: { int64: value.length },
    });
    for (const [name, buffer] of value.buffers) planElement(plan, plan.childKey(key, name), buffer);
  },
};

/** JSON as Python spells it: a space after commas and colons, ASCII only. */
function pythonJson(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replace(/,\n */g, ', ')
    .replace(/\n */g, '')
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
