// SPDX-License-Identifier: BSD-3-Clause

import type { AnnDataInit } from '../../lib/anndata';
import { AnnData } from '../../lib/anndata';
import { arrow } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { RecordArray } from '../../lib/arrays/record-array';
import { planElement, RecordingPlan, type WriteOptions } from '../../lib/elements';
import { categorical } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';
import { dense, identity, make, quietly, refusal, texts } from './helpers';

function planOf(adata: AnnData, options: WriteOptions = {}): RecordingPlan {
  const plan = new RecordingPlan(options);
  planElement(plan, '', adata);
  return plan;
}

/** Key → encoding-type of what would be written. */
function encodings(adata: AnnData, options: WriteOptions = {}): Record<string, unknown> {
  return Object.fromEntries(
    planOf(adata, options).operations.map((op) => [op.key, 'attrs' in op ? op.attrs['encoding-type'] : op.kind]),
  );
}

/** What is wrong with writing an object; D14: `unwriteable()` says the same. */
function verdict(init: AnnDataInit): string {
  const adata = quietly(() => make(init));
  const verdict = refusal(() => planOf(adata));
  expect(adata.unwriteable()).toBe(true);
  return verdict;
}

const uns = (value: unknown): AnnDataInit => ({ uns: { value } });

describe('2.4 what is written of an object', () => {
  test('every slot is there, even empty; X and raw only when there are any', () => {
    expect(encodings(new AnnData({ shape: [2, 2] }))).toMatchObject({
      '': 'anndata',
      ...{ obs: 'dataframe', var: 'dataframe', uns: 'dict', obsm: 'dict', varm: 'dict', obsp: 'dict', varp: 'dict' },
      layers: 'dict',
    });
    expect(Object.keys(encodings(new AnnData({ shape: [2, 2] })))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(X|raw)/)]),
    );
    const full = encodings(make({ layers: { m: dense(4, 3) }, raw: { X: dense(4, 2) } }));
    expect(full).toMatchObject({
      X: 'array',
      'layers/m': 'array',
      raw: 'raw',
      'raw/X': 'array',
      'raw/var': 'dataframe',
      'raw/varm': 'dict',
    });
    expect(full).not.toHaveProperty('layers/null');
  });

  test.each([
    ['null', null, 'null'],
    ['a boolean', true, 'numeric-scalar'],
    ['an integer', 3, 'numeric-scalar'],
    ['a float', 0.5, 'numeric-scalar'],
    ['a bigint', 3n, 'numeric-scalar'],
    ['text', 'a', 'string'],
    ['an object', { a: 1 }, 'dict'],
    ['an empty list', [], 'array'],
    ['a list of numbers', [1, 2], 'array'],
    ['a list of text', ['a', 'b'], 'string-array'],
    [
      'a rectangular list',
      [
        [1, 2],
        [3, 4],
      ],
      'array',
    ],
    ['a frame', new DataFrame({ columns: { a: [1] } }), 'dataframe'],
    ['an AnnData', new AnnData({ shape: [1, 1] }), 'anndata'],
    ['a sparse matrix', identity(2), 'csr_matrix'],
    ['records', new RecordArray([['a', dense(2)]], 2), 'rec-array'],
    ['an array of many axes', dense(2, 1, 2, 1), 'array'],
    ['complex numbers', DenseArray.zeros('complex64', [2]), 'array'],
  ])('uns may hold %s', (_, value, encoding) => {
    const adata = make(uns(value));
    expect(encodings(adata)['uns/value']).toBe(encoding);
    expect(adata.unwriteable()).toBe(false);
  });

  test.each<[string, unknown]>([
    ['a Set', new Set([1])],
    ['a Date', new Date(0)],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['undefined', undefined],
    ['an instance of a class', new (class Thing {})()],
    ['an integer of more than 64 bits', 2n ** 64n],
    ['a list of objects', [{ a: 1 }]],
    ['a ragged list', [[1], [2, 3]]],
    ['a list with null', [1, null]],
    ['a list of several kinds (D13)', [1, 'a']],
    ['a list of dates', [new Date(0)]],
    ['text with NUL', 'a\0b'],
    ['NUL in a list', ['a\0b']],
  ])('D14 uns must not hold %s, and unwriteable() says so', (_, value) => {
    expect(verdict(uns(value))).toBe('ERR_UNWRITEABLE uns/value');
  });

  test('uns must not contain itself', () => {
    const loop: Record<string, unknown> = {};
    loop['again'] = loop;
    expect(verdict({ uns: loop })).toMatch(/^ERR_UNWRITEABLE uns/);
  });

  test.each([
    ['a slash', 'a/b'],
    ['nothing', ''],
    ['NUL', 'a\0b'],
    ['a dot alone', '.'],
  ])('keys must not be or contain %s', (_, key) => {
    expect(verdict({ uns: { [key]: 1 } })).toMatch(/^ERR_UNWRITEABLE uns/);
    expect(verdict({ obsm: { [key]: dense(4, 1) } })).toMatch(/^ERR_UNWRITEABLE obsm/);
    expect(verdict({ layers: { [key]: dense(4, 3) } })).toMatch(/^ERR_UNWRITEABLE layers/);
    expect(verdict({ obs: { [key]: [1, 2, 3, 4] } })).toMatch(/^ERR_UNWRITEABLE obs/);
    expect(verdict({ raw: { X: dense(4, 1), varm: { [key]: dense(1, 1) } } })).toMatch(/^ERR_UNWRITEABLE raw\/varm/);
  });

  test('a column must not be named _index', () => {
    expect(verdict({ obs: { _index: [1, 2, 3, 4] } })).toBe('ERR_UNWRITEABLE obs/_index');
  });

  test('the index may be named like a column of the same values only', () => {
    const names = ['a', 'b', 'c', 'd'];
    const same = new DataFrame({ columns: { id: names }, index: names, indexName: 'id' });
    expect(make({ obs: same }).unwriteable()).toBe(false);
    const other = new DataFrame({ columns: { id: ['a', 'b', 'c', 'e'] }, index: names, indexName: 'id' });
    expect(verdict({ obs: other })).toBe('ERR_UNWRITEABLE obs/id');
  });

  test('duplicate and missing names are written', () => {
    const adata = quietly(() => make({ obs: { obsNames: ['a', 'a', null, null] as never } }));
    expect(adata.unwriteable()).toBe(false);
  });
});

describe('2.4 columns', () => {
  const { DateMillisecond, Timestamp, TimeUnit, vectorFromArray } = arrow();

  test.each<[string, () => unknown]>([
    ['dates', () => [new Date(0), new Date(0), new Date(0), new Date(0)]],
    ['Arrow dates', () => vectorFromArray([new Date(0), null, null, null], new DateMillisecond())],
    ['Arrow timestamps', () => vectorFromArray([0, 0, 0, 0], new Timestamp(TimeUnit.SECOND))],
    ['lists', () => [[1], [2], [3], [4]]],
    ['several kinds', () => [1, 'a', true, null]],
    ['objects', () => [{}, {}, {}, {}]],
  ])('%s are refused when they are put in, naming the column', (_, values) => {
    expect(refusal(() => make({ obs: { col: values() as never } }))).toBe('ERR_UNWRITEABLE obs/col');
  });

  test('D17 what the format can hold is written', () => {
    const floats = vectorFromArray([1.5, null, 2, null]);
    const columns = {
      gaps: [true, null, false, null],
      nothing: [null, null, null, null],
      counts: [1, null, 2, null],
      floats,
      group: categorical(['a', null, 'b', 'a']),
    };
    expect(encodings(make({ obs: columns }))).toMatchObject({
      'obs/gaps': 'nullable-boolean',
      'obs/nothing': 'nullable-string-array',
      'obs/counts': 'nullable-integer',
      'obs/floats': 'array',
      'obs/group': 'categorical',
    });
  });
});

describe('D19 conversion of text happens in the file only', () => {
  const repeated = ['a', 'b', 'a', 'b'];

  test('obs, var and raw.var become categoricals there, the object stays', () => {
    const adata = make({
      obs: { t: repeated, unique: ['a', 'b', 'c', 'd'] },
      var: { t: ['x', 'x', 'x'] },
      raw: { X: dense(4, 2), var: { t: ['y', 'y'] } },
      uns: { frame: new DataFrame({ columns: { t: repeated } }) },
    });
    expect(encodings(adata)).toMatchObject({
      'obs/t': 'categorical',
      'obs/unique': 'string-array',
      'var/t': 'categorical',
      'raw/var/t': 'categorical',
      'uns/frame/t': 'string-array',
    });
    expect([adata.obs, adata.var, adata.raw?.var].map((frame) => frame?.column('t').encoding)).toEqual([
      'string-array',
      'string-array',
      'string-array',
    ]);
    expect(texts(adata.obs.get('t'))).toEqual(repeated);
    expect(encodings(adata, { convertStringsToCategoricals: false })['obs/t']).toBe('string-array');
  });
});
