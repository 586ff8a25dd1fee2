// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import { stringVector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { dictionaryVector } from '../../lib/arrays/dictionary';
import { RecordArray } from '../../lib/arrays/record-array';
import { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { planElement, RecordingPlan } from '../../lib/elements';
import { categorical, columnFrom } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';
import { writeFile } from '../../lib/io/write-file';
import { scratch } from '../io/support';
import { describeWithPython, runPython } from '../support/python';

const script = join(__dirname, 'python', 'elements.py');

interface Seen {
  kind: string;
  dtype: string;
  shape: number[];
  value: unknown;
}

/** What Python reads of values made here: the right-hand side of each pair. */
const pairs: [name: string, value: unknown, seen: Partial<Seen>][] = [
  ['int', 5, { kind: 'int', value: 5 }],
  ['big', 2n ** 63n, { kind: 'int' }],
  ['float', 0.5, { kind: 'float', value: 0.5 }],
  ['flag', true, { kind: 'bool', value: true }],
  ['text', 'ünï', { kind: 'str', value: 'ünï' }],
  ['nothing', null, { kind: 'NoneType', value: null }],
  ['category', categorical(['b', 'a', null]), { kind: 'Categorical', shape: [3] }],
  ['column', columnFrom([1, null, 3]), { kind: 'IntegerArray', shape: [3] }],
  ['list', [1, 2], { kind: 'ndarray', dtype: 'int64', shape: [2], value: [1, 2] }],
  ['empty', [], { kind: 'ndarray', dtype: 'float64', shape: [0] }],
  ['grid', [['a', 'b']], { kind: 'ndarray', dtype: 'object', shape: [1, 2], value: [['a', 'b']] }],
  ['flags', [true, false], { kind: 'ndarray', dtype: 'bool', value: [true, false] }],
  ['typed', Float32Array.of(1, 2), { kind: 'ndarray', dtype: 'float32', value: [1, 2] }],
  [
    'half',
    new DenseArray(Float32Array.of(0.5), [1], { dtype: 'float16' }),
    { kind: 'ndarray', dtype: 'float16', value: [0.5] },
  ],
  [
    'complex',
    new DenseArray(Float64Array.of(1, 2), [1], { dtype: 'complex128' }),
    { kind: 'ndarray', dtype: 'complex128' },
  ],
  [
    'turned',
    DenseArray.from([
      [1, 2],
      [3, 4],
    ]).transpose(),
    {
      dtype: 'float64',
      value: [
        [1, 3],
        [2, 4],
      ],
    },
  ],
  ['names', stringVector(['a', '']), { kind: 'ndarray', dtype: 'object', value: ['a', ''] }],
  ['gaps', stringVector(['a', null]), { dtype: 'str', value: ['a', null] }],
  [
    'cat',
    dictionaryVector(Int8Array.of(1, -1), stringVector(['x', 'y']), true),
    { kind: 'Categorical', dtype: 'category', shape: [2] },
  ],
  ['dict', { a: { b: 1 } }, { kind: 'dict', value: { a: { b: 1 } } }],
  [
    'sparse',
    new CsrMatrix({
      shape: [2, 3],
      data: Float32Array.of(1),
      indices: Int32Array.of(2),
      indptr: Int32Array.of(0, 0, 1),
    }),
    { kind: 'csr_matrix', dtype: 'float32', shape: [2, 3] },
  ],
  [
    'records',
    new RecordArray([
      ['s', DenseArray.from(['x'])],
      ['n', DenseArray.from([[1, 2]])],
    ]),
    { kind: 'ndarray', shape: [1], dtype: "[('s', 'O'), ('n', '<f8', (2,))]" },
  ],
  [
    'frame',
    new DataFrame({ columns: { c: categorical(['p', null]), n: [1, null], b: [true, false] }, index: ['r', 's'] }),
    { kind: 'DataFrame', shape: [2, 3] },
  ],
];

describeWithPython('values made here', () => {
  const files = scratch();

  it('are what Python reads, without a warning', async () => {
    const plan = new RecordingPlan();
    planElement(plan, '', Object.fromEntries(pairs.map(([name, value]) => [name, value])));
    await writeFile(files.path('ours.h5'), plan, {});
    const { stdout } = await runPython(script, ['read', files.path('ours.h5')]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Seen & { key: string });
    const seen = new Map(lines.map((line) => [line.key, line]));
    for (const [name, , expected] of pairs)
      expect([name, seen.get(name)]).toEqual([name, expect.objectContaining(expected)]);
    expect(seen.size).toBe(pairs.length);
  });
});
