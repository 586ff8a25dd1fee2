// SPDX-License-Identifier: BSD-3-Clause

import { arrow, type Table } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { isAnnDataError } from '../../lib/errors';
import { categorical, columnFrom } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';
import { isWhere, rowsWhere, where } from '../../lib/frame/where';

const obs = new DataFrame({
  columns: {
    label: categorical(['b', 'a', null, 'b'], { categories: ['z', 'b', 'a'] }),
    depth: [30, 10, 20, 10],
    score: Float32Array.of(0.5, Number.NaN, 2, 0.25),
    kind: ['x', null, 'y', 'x'],
    fine: [true, false, true, true],
  },
  index: ['w', 'x', 'y', 'z'],
});

const rows = (frame: DataFrame): string => [...frame.index].join('');
const code = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (isAnnDataError(error)) return error.code;
    throw error;
  }
  return 'no error';
};

describe('filter and where', () => {
  test('take functions, masks and tests', () => {
    expect(rows(obs.filter((row: { depth: bigint; fine: boolean }) => row.depth > 10n && row.fine))).toBe('wy');
    expect(rows(obs.filter((_, position) => position % 2 === 1))).toBe('xz');
    expect(rows(obs.filter([true, false, false, true]))).toBe('wz');
    expect(rows(obs.filter(Uint8Array.of(0, 1, 1, 0)))).toBe('xy');
    expect(rows(obs.filter(obs.get('fine')))).toBe('wyz');
    expect(rows(obs.filter(where('label', 'b')))).toBe('wz');
    expect(obs.filter([false, false, false, false]).shape).toEqual([0, 5]);
  });

  test.each<[string, string, Parameters<typeof where>[1], string]>([
    ['a category', 'label', 'b', 'wz'],
    ['a category nobody has', 'label', 'z', ''],
    ['what is no category', 'label', 'q', ''],
    ['categories, missing among them', 'label', ['a', null], 'xy'],
    ['missing ones', 'label', null, 'y'],
    ['text', 'kind', 'x', 'wz'],
    ['texts', 'kind', ['y', 'q'], 'y'],
    ['missing text', 'kind', null, 'x'],
    ['a number for an int64', 'depth', 10, 'xz'],
    ['a bigint', 'depth', [10n, 30n], 'wxz'],
    ['a fraction, which no integer is', 'depth', 10.5, ''],
    ['floats', 'score', [0.5, 2], 'wy'],
    ['NaN', 'score', Number.NaN, 'x'],
    ['booleans', 'fine', false, 'x'],
  ])('ask for %s', (_, column, test, found) => {
    expect(rows(obs.where(column, test))).toBe(found);
    expect([...rowsWhere(obs, where(column, test))].length).toBe(found.length);
  });

  test('a function sees values, and each category once', () => {
    const seen: unknown[] = [];
    const chosen = obs.where('label', (label: string | null) => {
      seen.push(label);
      return label === 'a' || label === null;
    });
    expect(rows(chosen)).toBe('xy');
    expect(seen).toEqual([null, 'z', 'b', 'a']);
    expect(rows(obs.where('depth', (depth: bigint) => depth < 30n))).toBe('xyz');
    expect(rows(obs.where('kind', (kind: string | null) => kind === null))).toBe('x');
  });

  test('refuse what cannot be meant', () => {
    expect(code(() => obs.where('depth', '10'))).toBe('ERR_ARGUMENT');
    expect(code(() => obs.where('label', [1]))).toBe('ERR_ARGUMENT');
    expect(code(() => obs.where('kind', true))).toBe('ERR_ARGUMENT');
    expect(code(() => obs.where('nothing', 1))).toBe('ERR_NAME');
    expect(code(() => obs.filter([true]))).toBe('ERR_SHAPE');
    expect(code(() => obs.filter(Uint8Array.of(0, 2, 1, 0)))).toBe('ERR_ARGUMENT');
    expect(code(() => obs.filter([1, 0, 0, 1] as never))).toBe('ERR_ARGUMENT');
    const gaps = new DataFrame({ columns: { mask: [true, null, true, false] } });
    expect(code(() => obs.filter(gaps.get('mask')))).toBe('ERR_ARGUMENT');
  });

  test('where is recognised, in whichever copy it was made', () => {
    expect(isWhere(where('a', 1))).toBe(true);
    expect(isWhere({ column: 'a', test: 1 })).toBe(false);
    expect(where('a', [1, 2])).toMatchObject({ column: 'a', test: [1, 2] });
  });
});

describe('sort, head, tail', () => {
  test('several keys, each with its direction', () => {
    expect(rows(obs.sort('depth'))).toBe('xzyw');
    expect(rows(obs.sort('depth', { descending: true }))).toBe('wyxz');
    expect(rows(obs.sort(['depth', 'score'], { descending: [false, true] }))).toBe('zxyw');
    expect(rows(obs.sort('label'))).toBe('wzxy');
    expect(rows(obs.sort('label', { missing: 'first', descending: true }))).toBe('yxwz');
    expect(code(() => obs.sort(['depth'], { descending: [true, false] }))).toBe('ERR_ARGUMENT');
    expect(code(() => obs.sort('nothing'))).toBe('ERR_NAME');
  });

  test('complex numbers have no order', () => {
    const frame = new DataFrame({ columns: { z: new DenseArray(new Float32Array(4), [2], { dtype: 'complex64' }) } });
    expect(code(() => frame.sort('z'))).toBe('ERR_ARGUMENT');
    expect(code(() => frame.valueCounts('z'))).toBe('ERR_ARGUMENT');
    expect(frame.where('z', [[0, 0]]).nRows).toBe(2);
    expect(code(() => frame.toArrow())).toBe('ERR_ARGUMENT');
  });

  test('a negative number leaves rows out', () => {
    expect([3, 0, 9, -1, -9].map((n) => rows(obs.head(n)))).toEqual(['wxy', '', 'wxyz', 'wxy', '']);
    expect([3, 0, 9, -1, -9].map((n) => rows(obs.tail(n)))).toEqual(['xyz', '', 'wxyz', 'xyz', '']);
  });
});

describe('groups', () => {
  test('have keys to be looked up', () => {
    const groups = obs.groupBy('label');
    expect([...groups.indices.keys()]).toEqual(['b', 'a']);
    expect(groups.size).toBe(2);
    expect([...(groups.get('b') ?? [])]).toEqual([0, 3]);
    expect(groups.get('z')).toBeUndefined();
    expect([...obs.groupBy('label', { observed: false }).sizes()]).toEqual([
      ['z', 0],
      ['b', 2],
      ['a', 1],
    ]);
  });

  test('of categories alone, unsorted and unobserved, come key by key', () => {
    const [first, second] = [
      categorical([null, 'z', 'a', 'b', 'a']),
      categorical(['é', 'p', 'é', 'B', 'p'], { categories: ['B', 'p', 'é'] }),
    ];
    const frame = new DataFrame({ columns: { first, second } });
    const keys = (observed: boolean, dropMissing = true) =>
      Array.from(frame.groupBy(['first', 'second'], { observed, dropMissing, sort: false }).indices.keys(), String);
    expect(keys(true)).toEqual(['z,p', 'a,é', 'b,B', 'a,p']);
    expect(keys(false)).toEqual(['z,p', 'a,é', 'a,p', 'b,B']);
    expect(keys(false, false)).toEqual([',é', 'z,p', 'a,é', 'a,p', 'b,B']);
  });

  test('by several columns have lists as keys', () => {
    const groups = obs.groupBy(['label', 'depth'], { dropMissing: false });
    expect([...groups.indices.keys()]).toEqual([
      ['b', 10n],
      ['b', 30n],
      ['a', 10n],
      [null, 20n],
    ]);
    expect([...(groups.get(['b', 30n]) ?? [])]).toEqual([0]);
    expect(groups.get(['b', 20n])).toBeUndefined();
    expect([...obs.groupBy(['kind']).sizes()]).toEqual([
      [['x'], 2],
      [['y'], 1],
    ]);
  });

  test('iterate as frames', () => {
    expect(Array.from(obs.groupBy('kind'), ([kind, part]) => [kind, rows(part)])).toEqual([
      ['x', 'wz'],
      ['y', 'y'],
    ]);
  });

  test('a hundred thousand rows', () => {
    const n = 100_000;
    const label = Array.from({ length: 50 }, (_, i) => `group ${i}`);
    const many = new DataFrame({ columns: { label: categorical(label), text: label } }).subset(
      Int32Array.from({ length: n }, (_, i) => i % 50),
    );
    for (const name of ['label', 'text']) {
      expect(many.groupBy(name).get('group 7')?.length).toBe(n / 50);
      expect(many.valueCounts(name).get('group 7')).toBe(n / 50);
      expect(many.sort(name).nRows).toBe(n);
      expect(many.where(name, ['group 7', 'group 8']).nRows).toBe(n / 25);
    }
  });
});

describe('Arrow tables', () => {
  const wide = new DataFrame({
    columns: {
      label: categorical(['b', null], { categories: ['z', 'b'], ordered: true }),
      number: categorical([3, 1]),
      text: ['ü', ''],
      gaps: ['q', null],
      big: [2n ** 60n, -1n],
      some: [1, null],
      whole: { ...columnFrom([1, 2]), encoding: 'nullable-integer' as const },
      full: { ...columnFrom(['a', 'b']), encoding: 'nullable-string-array' as const, naValue: 'NA' as const },
      sure: { ...columnFrom([true, false]), encoding: 'nullable-boolean' as const },
      half: { ...columnFrom(Float32Array.of(0.5, 2)), dtype: 'float16' as const },
      byte: Uint8Array.of(1, 255),
      flag: [true, false],
      maybe: [true, null],
      float: Float64Array.of(Number.NaN, 1e300),
    },
    index: ['r0', 'r1'],
    indexName: 'cell',
  });

  test('round trip as objects and through IPC', () => {
    const { tableFromIPC, tableToIPC } = arrow();
    const table = wide.toArrow();
    expect(table.schema.fields.map((field) => field.name)).toEqual([...wide.columns, 'cell']);
    expect(DataFrame.fromArrow(table).equals(wide)).toBe(true);
    for (const type of ['stream', 'file'] as const) {
      const back = DataFrame.fromArrow(tableFromIPC(tableToIPC(table, type)));
      expect(back.indexName).toBe('cell');
      for (const name of wide.columns) {
        const same = new DataFrame({ columns: [[name, back.column(name)]] }).equals(
          new DataFrame({ columns: [[name, wide.column(name)]] }),
        );
        expect([name, same]).toEqual([name, true]);
      }
      expect(back.equals(wide)).toBe(true);
    }
  });

  test('share the memory of the frame; a frame of a table has its own', () => {
    const table = wide.toArrow();
    expect(table.getChild('byte')?.data[0]?.values.buffer).toBe(wide.get('byte').data[0]?.values.buffer);
    const back = DataFrame.fromArrow(table);
    expect(back.get('byte').data[0]?.values.buffer).not.toBe(wide.get('byte').data[0]?.values.buffer);
  });

  test('name their index, or are told which it is', () => {
    const unnamed = new DataFrame({ columns: { a: [1, 2] }, index: ['x', 'y'] });
    expect(unnamed.toArrow().schema.names).toEqual(['a', '__index_level_0__']);
    expect(DataFrame.fromArrow(unnamed.toArrow()).equals(unnamed)).toBe(true);
    const bare = wide.toArrow({ index: false });
    expect(bare.schema.names).toEqual(wide.columns);
    expect([...DataFrame.fromArrow(bare).index]).toEqual(['0', '1']);
    const chosen = DataFrame.fromArrow(bare, { index: 'text' });
    expect([[...chosen.index], chosen.indexName, chosen.has('text')]).toEqual([['ü', ''], 'text', false]);
    expect(DataFrame.fromArrow(wide.toArrow(), { index: null }).columns).toContain('cell');
    expect(code(() => DataFrame.fromArrow(bare, { index: 'nothing' }))).toBe('ERR_NAME');
  });

  test('an index named like a column gets another name', () => {
    const frame = new DataFrame({ columns: { a: ['p', 'q'] }, index: ['p', 'q'], indexName: 'a' });
    expect(frame.toArrow().schema.names).toEqual(['a', '__index_level_0__']);
  });

  test('of pandas tell the index in their own way', () => {
    const { Schema, Table } = arrow();
    const table = new DataFrame({ columns: { a: [1], __index_level_0__: ['r'] } }).toArrow({ index: false });
    const pandas = (columns: unknown): Table =>
      new Table(
        new Schema(table.schema.fields, new Map([['pandas', JSON.stringify({ index_columns: columns })]])),
        table.batches,
      );
    const frame = DataFrame.fromArrow(pandas(['__index_level_0__']));
    expect([[...frame.index], frame.indexName, frame.columns]).toEqual([['r'], null, ['a']]);
    expect(DataFrame.fromArrow(pandas([{ kind: 'range' }])).columns).toEqual(['a', '__index_level_0__']);
    expect(DataFrame.fromArrow(pandas('nonsense')).columns.length).toBe(2);
  });

  test('of several batches become one', () => {
    const { Table, vectorFromArray } = arrow();
    const part = (values: string[]): Table => new Table({ a: vectorFromArray(values) });
    const joined = part(['x', 'y']).concat(part(['y', 'z']));
    expect([...DataFrame.fromArrow(joined).get('a')]).toEqual(['x', 'y', 'y', 'z']);
  });

  test('without rows and without columns', () => {
    const none = obs.head(0);
    expect(DataFrame.fromArrow(none.toArrow()).equals(none)).toBe(true);
    const bare = new DataFrame({ index: ['a', 'b', 'c'] });
    expect(DataFrame.fromArrow(bare.toArrow()).equals(bare)).toBe(true);
    expect(bare.toArrow({ index: false }).numRows).toBe(3);
  });

  test('with columns the format has no room for, or twice the same, are refused', () => {
    const { Table, vectorFromArray, DateMillisecond } = arrow();
    const dates = new Table({ day: vectorFromArray([new Date(0)], new DateMillisecond()) });
    expect(code(() => DataFrame.fromArrow(dates as Table))).toBe('ERR_UNWRITEABLE');
  });
});

describe('records', () => {
  test('round trip', () => {
    const records = obs.toRecords({ index: 'name' });
    expect({ ...records[1] }).toEqual({
      name: 'x',
      label: 'a',
      depth: 10n,
      score: Number.NaN,
      kind: null,
      fine: false,
    });
    expect({ ...obs.toRecords()[0] }).not.toHaveProperty('name');
    const back = DataFrame.fromRecords(records as never, { index: 'name' });
    expect([[...back.index], back.columns, back.indexName]).toEqual([['w', 'x', 'y', 'z'], obs.columns, 'name']);
    expect([...back.get('depth')]).toEqual([...obs.get('depth')]);
    expect(code(() => obs.toRecords({ index: 'label' }))).toBe('ERR_NAME');
  });

  test('need not have the same keys', () => {
    const frame = DataFrame.fromRecords([{ a: 1 }, { b: 'x', __proto__: null }, { a: 3, b: null }] as never);
    expect(frame.columns).toEqual(['a', 'b']);
    expect([...frame.get('a')]).toEqual([1n, null, 3n]);
    expect([...frame.get('b')]).toEqual([null, 'x', null]);
    expect([...frame.index]).toEqual(['0', '1', '2']);
    expect(DataFrame.fromRecords([]).shape).toEqual([0, 0]);
    expect(code(() => DataFrame.fromRecords([{ a: 1 }], { index: 'b' }))).toBe('ERR_NAME');
    expect(code(() => DataFrame.fromRecords([{ a: 1 }, { a: 'x' }]))).toBe('ERR_UNWRITEABLE');
  });
});
