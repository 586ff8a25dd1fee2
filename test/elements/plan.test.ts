// SPDX-License-Identifier: BSD-3-Clause

import { planElement, RecordingPlan, type WriteOptions } from '../../lib/elements';
import { isAnnDataError } from '../../lib/errors';

/** Keys, encodings and types of what a value would become, without any file. */
function outline(value: unknown, options: WriteOptions = {}): Record<string, string> {
  const plan = new RecordingPlan(options);
  planElement(plan, 'uns', { v: value });
  const found: Record<string, string> = {};
  for (const operation of plan.operations.slice(1)) {
    if (operation.kind !== 'group' && operation.kind !== 'array') throw new Error(operation.kind);
    const encoding = operation.attrs['encoding-type'];
    if (operation.kind === 'group') found[operation.key.slice(4)] = String(encoding);
    else {
      const { type, shape } = operation.spec;
      const of = type.kind === 'numeric' ? type.dtype : type.kind;
      found[operation.key.slice(4)] = `${encoding} ${of} ${JSON.stringify(shape)}`;
    }
  }
  return found;
}

function refusal(value: unknown): { key: string | undefined; reason: string } {
  try {
    outline(value);
  } catch (error) {
    if (isAnnDataError(error, 'ERR_UNWRITEABLE')) return { key: error.key, reason: error.reason };
    throw error;
  }
  throw new Error('the value was accepted');
}

describe('what plain values become', () => {
  // The right side is what Python's anndata writes for the same value.
  it.each([
    [1, 'numeric-scalar int64 []'],
    [1.5, 'numeric-scalar float64 []'],
    [-0, 'numeric-scalar float64 []'],
    [Number.NaN, 'numeric-scalar float64 []'],
    [2 ** 53, 'numeric-scalar float64 []'],
    [true, 'numeric-scalar bool []'],
    [7n, 'numeric-scalar int64 []'],
    [2n ** 63n, 'numeric-scalar uint64 []'],
    ['text', 'string string []'],
    [null, 'null float32 null'],
    [[], 'array float64 [0]'],
    [[[], []], 'array float64 [2,0]'],
    [[1, 2], 'array int64 [2]'],
    [[1, 2.5], 'array float64 [2]'],
    [[1n, 2], 'array int64 [2]'],
    [[2n ** 63n], 'array uint64 [1]'],
    [[true, false], 'array bool [2]'],
    [['a', ''], 'string-array string [2]'],
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      'array int64 [2,3]',
    ],
    [new Float32Array(3), 'array float32 [3]'],
    [new BigUint64Array(2), 'array uint64 [2]'],
    [new Uint8ClampedArray(2), 'array uint8 [2]'],
  ])('%p → %s', (value, expected) => {
    expect(outline(value)).toEqual({ v: expected });
  });

  it('records nested mappings, whatever their keys', () => {
    const value = JSON.parse('{"__proto__": {"constructor": 1}, "..": "x"}');
    expect(outline(value)).toEqual({
      v: 'dict',
      'v/__proto__': 'dict',
      'v/__proto__/constructor': 'numeric-scalar int64 []',
      'v/..': 'string string []',
    });
  });

  it('does not mistake two uses of one value for a cycle', () => {
    const twice = { a: 1 };
    expect(Object.keys(outline({ x: twice, y: twice }))).toHaveLength(5);
  });
});

describe('what cannot be written', () => {
  class Point {}
  const self: Record<string, unknown> = {};
  self.self = self;

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['an instance', new Point()],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['an integer past 64 bits', 2n ** 64n],
    ['numbers and text', [1, 'a']],
    ['numbers and booleans', [1, true]],
    ['a list with null', [1, null]],
    ['text with null', ['a', null]],
    ['a list with holes', new Array(3)],
    ['a ragged list', [[1], [1, 2]]],
    ['levels mixed', [1, [2]]],
    ['a list of objects', [{ a: 1 }]],
    ['a list of dates', [new Date(0)]],
    ['bigint and fractions', [1n, 0.5]],
    ['NUL', 'a\0b'],
    ['half a pair', '\uD800'],
    ['NUL in a list', ['a\0']],
  ])('%s', (_name, value) => {
    expect(refusal(value).key).toBe('uns/v');
  });

  it.each([
    ['an empty key', { '': 1 }, 'uns/v'],
    ['a slash', { 'a/b': 1 }, 'uns/v/a/b'],
    ['a dot', { '.': 1 }, 'uns/v'],
    ['NUL', { 'a\0': 1 }, 'uns/v/a\0'],
    ['a deep value', { a: { b: new Date(0) } }, 'uns/v/a/b'],
  ])('%s names the key', (_name, value, key) => {
    expect(refusal(value).key).toBe(key);
  });

  it('refuses a value that contains itself', () => {
    expect(refusal(self).reason).toContain('contains itself');
  });
});
