// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import { AnnData, makeIndexUnique } from '../../lib/anndata';
import { stringVector, type Vector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { dictionaryParts } from '../../lib/arrays/dictionary';
import { RecordArray } from '../../lib/arrays/record-array';
import { removeUnusedCategories, renameCategories, stringsToCategorical } from '../../lib/frame/categories';
import { categorical, columnFrom } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';
import { describeWithPython, runPython } from '../support/python';
import { caseCount, seed } from '../support/random-suite';
import { make, refusal, texts, warningsOf } from './helpers';

const count = caseCount(300);

const labels = (frame: DataFrame, name: string): unknown[] => {
  const { codes, dictionary } = dictionaryParts(frame.get(name));
  return [[...dictionary], [...codes]];
};

describe('N1: repeats get a number', () => {
  test.each([
    ['a a b a', 'a a-1 b a-2', 0],
    ['a a a-1 a', 'a a-2 a-1 a-3', 1],
    ['a-1 a a', 'a-1 a a-2', 1],
    ['a b c', 'a b c', 0],
  ])('%s → %s', (names, unique, warned) => {
    const result: unknown[] = [];
    const warnings = warningsOf(() => result.push(...makeIndexUnique(names.split(' '))));
    expect(result.join(' ')).toBe(unique);
    expect(warnings).toEqual(new Array(warned).fill('UserWarning'));
  });

  test('missing names stay missing, another join is used, a vector gives a vector', () => {
    expect(makeIndexUnique(['a', null, 'a', null], '_')).toEqual(['a', null, 'a_1', null]);
    const names = stringVector(['x', 'x']);
    expect([...makeIndexUnique(names)]).toEqual(['x', 'x-1']);
    const unique = stringVector(['x', 'y']);
    expect(makeIndexUnique(unique)).toBe(unique);
  });

  test('both axes, the name of the index and frames beside it', () => {
    const obs = new DataFrame({ index: ['c', 'c', 'd'], indexName: 'cell' });
    let adata!: AnnData;
    warningsOf(() => {
      adata = new AnnData({ obs, var: { varNames: ['g', 'g'] } });
    });
    adata.obsm.set('frame', new DataFrame({ columns: { a: [1, 2, 3] }, index: ['c', 'c', 'd'] }));
    expect(warningsOf(() => adata.obsNamesMakeUnique())).toEqual([]);
    adata.varNamesMakeUnique('.');
    expect([texts(adata.obsNames), texts(adata.varNames)]).toEqual([
      ['c', 'c-1', 'd'],
      ['g', 'g.1'],
    ]);
    expect(adata.obs.indexName).toBe('cell');
    expect(texts((adata.obsm.get('frame') as DataFrame).index)).toEqual(['c', 'c-1', 'd']);
  });
});

describe('N2: text becomes categorical when there are fewer categories than rows', () => {
  const convert = (values: (string | null)[]): string => stringsToCategorical(columnFrom(values)).encoding;

  test('otherwise it stays', () => {
    expect(convert(['a', 'b', 'c'])).toBe('string-array');
    expect(convert(['a', 'b', 'a'])).toBe('categorical');
    expect(convert(['a', 'b', null])).toBe('categorical');
    expect(convert([null, null])).toBe('nullable-string-array');
    expect(convert([])).toBe('string-array');
  });

  test('numbers, booleans and categoricals stay, in obs and var', () => {
    const columns = {
      t: ['a', 'a', 'b', 'b'],
      n: [1, 1, 1, 1],
      o: [true, true, true, true],
      c: categorical([1, 1, 1, 1]),
    };
    const adata = make({ obs: columns, var: { t: ['q', 'q', null] } });
    adata.stringsToCategoricals();
    expect(adata.obs.columns.map((name) => adata.obs.column(name).encoding)).toEqual([
      'categorical',
      'array',
      'array',
      'categorical',
    ]);
    expect(labels(adata.var, 't')).toEqual([['q'], [0, 0, -1]]);
  });

  test('a frame of one’s own is changed instead', () => {
    const adata = make({ obs: { t: ['a', 'a', 'b', 'b'] } });
    const frame = new DataFrame({ columns: { t: ['a', 'a'] } });
    adata.stringsToCategoricals(frame);
    expect([frame.column('t').encoding, adata.obs.column('t').encoding]).toEqual(['categorical', 'string-array']);
  });
});

test('N3: categories are sorted as people count, upper before lower case, and have no order', () => {
  const frame = new DataFrame({ columns: { t: ['B', 'a', 'A', 'x10', 'x9', 'x9'] } });
  make().stringsToCategoricals(frame);
  expect(labels(frame, 't')).toEqual([
    ['A', 'B', 'a', 'x9', 'x10'],
    [1, 2, 0, 4, 3, 3],
  ]);
  expect(frame.column('t')).toMatchObject({ ordered: false, dtype: 'int8' });
});

test('N4: writing converts in the file only (D19)', () => {
  const adata = make({ obs: { t: ['a', 'a', 'b', 'b'] } });
  adata.unwriteable();
  expect(adata.obs.column('t').encoding).toBe('string-array');
});

describe('categories', () => {
  const column = categorical(['b', null, 'd', 'b'], { categories: ['d', 'a', 'b', 'c'], ordered: true });

  test('without a row are removed', () => {
    const frame = new DataFrame({ columns: { c: removeUnusedCategories(column) } });
    expect(labels(frame, 'c')).toEqual([
      ['d', 'b'],
      [1, -1, 0, 1],
    ]);
    expect(frame.column('c').ordered).toBe(true);
    expect(removeUnusedCategories(frame.column('c'))).toBe(frame.column('c'));
    const plain = columnFrom([1, 2]);
    expect(removeUnusedCategories(plain)).toBe(plain);
    const none = removeUnusedCategories(categorical([null], { categories: ['a'] }));
    expect([...(none.categories!.values as Vector)]).toEqual([]);
  });

  test('many that become few take narrower codes', () => {
    const many = categorical(['c7'], { categories: Array.from({ length: 300 }, (_, i) => `c${i}`) });
    expect([many.dtype, removeUnusedCategories(many).dtype]).toEqual(['int16', 'int8']);
  });

  test('are renamed in place', () => {
    const frame = new DataFrame({ columns: { c: renameCategories(column, ['D', 'A', 'B', 'C']) } });
    expect(labels(frame, 'c')).toEqual([
      ['D', 'A', 'B', 'C'],
      [2, -1, 0, 2],
    ]);
    expect(renameCategories(column, [4, 3, 2, 1]).categories?.dtype).toBe('int64');
  });

  test('are refused when they are too few, missing, repeated, or of no categorical', () => {
    expect(refusal(() => renameCategories(column, ['a']))).toBe('ERR_SHAPE');
    expect(refusal(() => renameCategories(column, ['a', 'b', 'c', null]))).toBe('ERR_ARGUMENT');
    expect(refusal(() => renameCategories(column, ['a', 'b', 'c', 'a']))).toBe('ERR_ARGUMENT');
    expect(refusal(() => renameCategories(columnFrom([1]), ['a']))).toBe('ERR_ARGUMENT');
  });

  test('of an object are renamed in the results of a grouping too', () => {
    const field = (...values: number[]): DenseArray => DenseArray.from(values);
    const groups = new RecordArray([
      ['a', field(1, 2)],
      ['b', field(3, 4)],
    ]);
    const other = new RecordArray([['b', field(1)]]);
    const uns = {
      rank: { params: { groupby: 'c' }, names: groups, other, note: 'a' },
      elsewhere: { params: { groupby: 'd' }, names: groups },
      plain: 1,
    };
    const adata = make({ obs: { c: categorical(['a', 'b', 'a', 'b']), n: [1, 2, 3, 4] }, uns });
    adata.renameCategories('c', ['x', 'y']);
    expect([...adata.obs.get('c')]).toEqual(['x', 'y', 'x', 'y']);
    const rank = adata.uns.rank as typeof uns.rank;
    expect([...rank.names.fields.keys()]).toEqual(['x', 'y']);
    expect([...(rank.names.field('y') as DenseArray)]).toEqual([3, 4]);
    expect(rank.other).toBe(other);
    expect((adata.uns.elsewhere as typeof uns.elsewhere).names).toBe(groups);
    expect([...groups.fields.keys()]).toEqual(['a', 'b']);
    expect(refusal(() => adata.renameCategories('q', ['x']))).toBe('ERR_NAME');
    expect(refusal(() => adata.renameCategories('c', ['x']))).toBe('ERR_SHAPE obs/c');
    expect(refusal(() => adata.renameCategories('n', ['x']))).toBe('ERR_ARGUMENT obs/n');
    expect(refusal(() => adata.renameCategories('c', { a: 'x' } as never))).toBe('ERR_UNWRITEABLE obs/c');
  });
});

describeWithPython(`names as anndata makes them (ANNDATA_SEED=${seed})`, () => {
  const stems = fc.constantFrom('a', 'a-1', 'a-1-1', 'a1', 'B', 'x10', 'x9', 'x09', '', 'é', '1', '-1');
  const cases = fc.record({
    names: fc.array(fc.option(stems, { freq: 8, nil: null }), { minLength: 1, maxLength: 10 }),
    join: fc.constantFrom('-', '', '_'),
  });

  test(`${count} lists`, async () => {
    const asked = fc.sample(cases, { numRuns: count, seed });
    const { stdout } = await runPython('test/anndata/python/names.py', [], { input: JSON.stringify(asked) });
    const expected = JSON.parse(stdout) as [string[], string[], unknown][];
    const wrong = asked.flatMap((one, i) => {
      let unique: unknown;
      const warned = warningsOf(() => {
        unique = makeIndexUnique(one.names, one.join);
      });
      const column = stringsToCategorical(columnFrom(one.names));
      const frame = new DataFrame({ columns: { column } });
      const converted = column.encoding === 'categorical' ? [...labels(frame, 'column'), column.dtype] : null;
      const found = [unique, warned, converted];
      if (JSON.stringify(found) === JSON.stringify(expected[i])) return [];
      return [`${JSON.stringify(one)}\n  ours   ${JSON.stringify(found)}\n  Python ${JSON.stringify(expected[i])}`];
    });
    expect(wrong.sort((a, b) => a.length - b.length)[0] ?? '').toBe('');
  }, 120_000);
});
