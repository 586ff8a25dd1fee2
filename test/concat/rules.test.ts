// SPDX-License-Identifier: BSD-3-Clause
//
// The rules of concat by their numbers, each with its example.

import { hintFor, setHint } from '../../lib/elements/hints';
import {
  AnnData,
  type AnnDataInit,
  AwkwardArray,
  type ColumnInput,
  CscMatrix,
  CsrMatrix,
  categorical,
  concat,
  DataFrame,
  type DataFrameInit,
  DenseArray,
  isDenseArray,
} from '../../lib/index';
import { refusal, warningsOf } from '../anndata/helpers';

const names = (text: string): string[] => [...text];

/** Objects are named by letters; X counts from 1. */
function make(obs: string, vars: string, init: Omit<AnnDataInit, 'obs' | 'var'> & Frames = {}): AnnData {
  const { obs: obsColumns = {}, var: varColumns = {}, ...rest } = init;
  return new AnnData({
    ...rest,
    obs: new DataFrame({ index: names(obs), columns: obsColumns }),
    var: new DataFrame({ index: names(vars), columns: varColumns }),
  });
}

interface Frames {
  obs?: NonNullable<DataFrameInit['columns']>;
  var?: NonNullable<DataFrameInit['columns']>;
}

const counted = (rows: number, columns: number, first = 1): DenseArray =>
  new DenseArray(
    Float32Array.from({ length: rows * columns }, (_, i) => first + i),
    [rows, columns],
  );

const nested = (value: unknown): unknown => (isDenseArray(value) ? value : (value as CsrMatrix).toDense()).toNested();

const list = (values: Iterable<unknown>): unknown[] => [...values];

beforeEach(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('C1: names of the other axis', () => {
  const joined = (a: string, b: string, join: 'inner' | 'outer'): string =>
    list(concat([make('x', a), make('y', b)], { join }).varNames).join(' ');

  test.each([
    ['zam', 'mzq', 'inner', 'z m'],
    ['zam', 'mzq', 'outer', 'a m q z'],
    ['zam', 'maz', 'outer', 'a m z'],
    ['zam', 'zam', 'outer', 'z a m'],
    ['zam', '', 'outer', 'z a m'],
  ] as const)('%s + %s %s: %s', (a, b, join, expected) => {
    expect(joined(a, b, join)).toBe(expected);
  });

  test('columns of X follow', () => {
    const a = make('x', 'zam', { X: counted(1, 3) });
    const b = make('y', 'mzq', { X: counted(1, 3, 11) });
    expect(nested(concat([a, b]).X)).toEqual([
      [1, 3],
      [12, 11],
    ]);
    expect(nested(concat([a, b], { join: 'outer', fillValue: -1 }).X)).toEqual([
      [2, 3, -1, 1],
      [-1, 11, 13, 12],
    ]);
  });
});

test('C2: duplicated names cannot be aligned', () => {
  expect(refusal(() => concat([make('x', 'aab'), make('y', 'ab')]))).toBe('ERR_NAME varNames');
});

test('D8: the same duplicated names are accepted', () => {
  const joined = concat([make('x', 'aab', { X: counted(1, 3) }), make('y', 'aab', { X: counted(1, 3) })], {
    join: 'outer',
  });
  expect(list(joined.varNames)).toEqual(['a', 'a', 'b']);
  expect(nested(joined.X)).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

describe('C3: names of the joined axis', () => {
  const a = make('ab', 'g');

  test('are joined as they are, with a warning about duplicates', () => {
    expect(warningsOf(() => concat([a, a]))).toEqual(['UserWarning']);
    expect(list(concat([a, a]).obsNames)).toEqual(['a', 'b', 'a', 'b']);
  });

  test('indexUnique appends keys', () => {
    expect(list(concat({ A: a, B: a }, { indexUnique: '_' }).obsNames)).toEqual(['a_A', 'b_A', 'a_B', 'b_B']);
    expect(list(concat([a, a], { indexUnique: '-' }).obsNames)).toEqual(['a-0', 'b-0', 'a-1', 'b-1']);
  });

  test('keys beside a mapping are refused', () => {
    expect(refusal(() => concat({ A: a }, { keys: ['B'] }))).toBe('ERR_ARGUMENT');
    expect(refusal(() => concat(new Map([['A', a]]), { keys: ['B'] }))).toBe('ERR_ARGUMENT');
  });
});

test('C4: label is an unordered categorical in the order of the objects, empty ones too', () => {
  const objects = new Map([
    ['B', make('xy', 'g', { obs: { batch: [1, 2] } })],
    ['E', make('', 'g')],
    ['A', make('z', 'g')],
  ]);
  const column = concat(objects, { label: 'batch' }).obs.column('batch');
  expect(list((column.categories as { values: Iterable<unknown> }).values)).toEqual(['B', 'E', 'A']);
  expect([column.ordered, list(column.values as Iterable<unknown>)]).toEqual([false, ['B', 'B', 'A']]);
});

describe('C5, D9: what is filled in', () => {
  const joined = (a: DenseArray | CsrMatrix, b: DenseArray | CsrMatrix, fillValue: number | null = null) =>
    concat([make('x', 'a', { X: a }), make('y', 'b', { X: b })], { join: 'outer', fillValue }).X!;

  test('NaN in dense ones: floats keep their width, integers become float64', () => {
    const X = joined(counted(1, 1), counted(1, 1));
    expect([X.dtype, nested(X)]).toEqual([
      'float32',
      [
        [1, Number.NaN],
        [Number.NaN, 1],
      ],
    ]);
    const integers = new DenseArray(Int32Array.of(3), [1, 1]);
    expect(joined(integers, integers).dtype).toBe('float64');
    expect(joined(integers, integers, 0).dtype).toBe('int32');
    expect(joined(integers, integers, 2 ** 40).dtype).toBe('int64');
    expect(joined(integers, integers, 0.5).dtype).toBe('float64');
  });

  test('0 as soon as one is sparse', () => {
    const X = joined(CsrMatrix.fromDense(counted(1, 1)), counted(1, 1, 5));
    expect([X.dtype, (X as CsrMatrix).format, (X as CsrMatrix).nnz, nested(X)]).toEqual([
      'float32',
      'csr',
      2,
      [
        [1, 0],
        [0, 5],
      ],
    ]);
  });
});

describe('C6: sparse', () => {
  const dense = counted(2, 2);

  test('with dense, and CSC, becomes CSR', () => {
    for (const X of [CsrMatrix.fromDense(dense), CscMatrix.fromDense(dense), dense]) {
      const joined = concat([make('ab', 'gh', { X }), make('cd', 'hg', { X: CscMatrix.fromDense(dense) })])
        .X as CsrMatrix;
      expect(joined.format).toBe('csr');
      expect(nested(joined)).toEqual([
        [1, 2],
        [3, 4],
        [2, 1],
        [4, 3],
      ]);
    }
  });

  test('a fill that is not 0 is stored', () => {
    const X = CsrMatrix.fromDense(counted(1, 1));
    const joined = concat([make('x', 'a', { X }), make('y', 'b', { X })], { join: 'outer', fillValue: 7 })
      .X as CsrMatrix;
    expect([joined.nnz, nested(joined)]).toEqual([
      4,
      [
        [1, 7],
        [7, 1],
      ],
    ]);
  });
});

test('C7: keys in all or in any; widths cut or padded', () => {
  const a = make('ab', 'g', { obsm: { m: counted(2, 2), n: counted(2, 1) } });
  const b = make('cd', 'g', { obsm: { m: counted(2, 3) } });
  const inner = concat([a, b]).obsm;
  expect([list(inner.keys()), (inner.get('m') as DenseArray).shape]).toEqual([['m'], [4, 2]]);
  const outer = concat([a, b], { join: 'outer' }).obsm;
  expect([list(outer.keys()), (outer.get('m') as DenseArray).shape]).toEqual([
    ['m', 'n'],
    [4, 3],
  ]);
  expect(nested(outer.get('n'))).toEqual([[1], [2], [Number.NaN], [Number.NaN]]);
});

test('C8: an X that some lack is dropped with a warning, or filled', () => {
  const objects = [make('x', 'a', { X: counted(1, 1) }), make('y', 'a')];
  expect(warningsOf(() => expect(concat(objects).X).toBeNull())).toEqual(['UserWarning']);
  expect(warningsOf(() => concat(objects, { join: 'inner' }))).toEqual([]);
  expect(nested(concat(objects, { join: 'outer' }).X)).toEqual([[1], [Number.NaN]]);
});

describe('C9: frames and awkward arrays in obsm', () => {
  const frame = (row: string, columns: Record<string, number[]>) =>
    make(row, 'g', { obsm: { f: new DataFrame({ index: [row], columns }) } });

  test('frames are joined by column; fillValue has no effect', () => {
    const a = frame('x', { p: [1.5], q: [2.5] });
    const b = frame('y', { q: [3.5] });
    expect((concat([a, b]).obsm.get('f') as DataFrame).columns).toEqual(['q']);
    const outer = concat([a, b], { join: 'outer', fillValue: 0 }).obsm.get('f') as DataFrame;
    expect(list(outer.get('p'))).toEqual([1.5, Number.NaN]);
    expect(list(outer.index)).toEqual(['x', 'y']);
  });

  test('another kind beside them is refused', () => {
    const lists = new AwkwardArray(
      {
        class: 'ListOffsetArray',
        offsets: 'i64',
        form_key: 'node0',
        content: { class: 'NumpyArray', primitive: 'int64', form_key: 'node1' },
      },
      1,
      [
        ['node0-offsets', new DenseArray(BigInt64Array.of(0n, 2n), [2])],
        ['node1-data', new DenseArray(BigInt64Array.of(4n, 5n), [2])],
      ],
    );
    const ragged = make('z', 'g', { obsm: { f: lists } });
    const array = make('w', 'g', { obsm: { f: counted(1, 1) } });
    expect(refusal(() => concat([frame('x', { p: [1] }), array]))).toBe('ERR_ARGUMENT obsm/f');
    expect(refusal(() => concat([ragged, array]))).toBe('ERR_ARGUMENT obsm/f');
    const joined = concat([ragged, make('n', 'g'), ragged], { join: 'outer' }).obsm.get('f') as AwkwardArray;
    expect(joined.toList()).toEqual([[4n, 5n], null, [4n, 5n]]);
  });
});

describe('C10: categoricals', () => {
  const joined = (a: string, b: string, ordered = false) => {
    const column = (text: string) => categorical([text[0]!], { categories: [...text], ordered });
    const { obs } = concat([make('x', 'g', { obs: { c: column(a) } }), make('y', 'g', { obs: { c: column(b) } })]);
    const made = obs.column('c');
    return made.categories ? list((made.categories as { values: Iterable<unknown> }).values).join(' ') : made.encoding;
  };

  test('unordered: all categories, sorted as people count', () => {
    expect(joined('ba', 'ca')).toBe('a b c');
    expect(joined('ba', 'ba')).toBe('b a');
    expect(joined('ba', 'ab')).toBe('b a');
  });

  test('ordered: kept when the same, else plain text', () => {
    expect(joined('ba', 'ba', true)).toBe('b a');
    expect(joined('ab', 'ac', true)).toBe('string-array');
  });
});

describe('C11: element types of columns', () => {
  const joined = (a: unknown, b: unknown) => {
    const column = (value: unknown): Record<string, ColumnInput> => (value === null ? {} : { c: value as ColumnInput });
    const objects = [make('x', 'g', { obs: column(a) }), make('y', 'g', { obs: column(b) })];
    const { encoding, dtype } = concat(objects, { join: 'outer' }).obs.column('c');
    return `${encoding} ${dtype}`;
  };

  test.each([
    ['categorical + text', categorical(['a']), ['b'], 'string-array string'],
    ['integer missing', Int8Array.of(1), null, 'array float64'],
    ['float32 missing', Float32Array.of(1), null, 'array float32'],
    ['bool missing', [true], null, 'nullable-boolean bool'],
    ['bool + integer', [true], BigInt64Array.of(2n), 'array int64'],
    ['uint64 + int64', BigUint64Array.of(1n), BigInt64Array.of(2n), 'array float64'],
    ['text missing', ['a'], null, 'nullable-string-array string'],
    ['bool + float', [true], [0.5], 'array float64'],
  ])('%s', (_, a, b, expected) => {
    expect(joined(a, b)).toBe(expected);
  });

  test('nullable integers stay', () => {
    const a = make('xw', 'g', { obs: { c: [1, null] } });
    const { encoding, dtype, values } = concat([a, make('y', 'g')], { join: 'outer' }).obs.column('c');
    expect([encoding, dtype, list(values as Iterable<unknown>)]).toEqual([
      'nullable-integer',
      'int64',
      [1n, null, null],
    ]);
  });

  test('an object with neither rows nor columns leaves numbers as they are; booleans make room', () => {
    const columns = { n: BigInt64Array.of(1n), b: [true] };
    const joinedWith = (other: AnnData): string[] => {
      const { obs } = concat([make('x', 'g', { obs: columns }), other], { join: 'outer' });
      return ['n', 'b'].map((name) => `${obs.column(name).encoding} ${obs.column(name).dtype}`);
    };
    expect(joinedWith(make('', 'g'))).toEqual(['array int64', 'nullable-boolean bool']);
    expect(joinedWith(make('', 'g', { obs: { q: [] } }))).toEqual(['array float64', 'nullable-boolean bool']);
  });

  test.each([
    ['NaN', Float64Array.of(Number.NaN)],
    ['missing integers', [1, null].slice(1)],
    ['a categorical of numbers without values', categorical([null], { categories: [1, 2] })],
  ])('text + %s is text', (_, other) => {
    const objects = [make('x', 'g', { obs: { c: ['a'] } }), make('y', 'g', { obs: { c: other as ColumnInput } })];
    for (const [order, expected] of [
      [objects, ['a', null]],
      [objects.toReversed(), [null, 'a']],
    ] as const) {
      const { dtype, values } = concat(order).obs.column('c');
      expect([dtype, list(values as Iterable<unknown>)]).toEqual(['string', expected]);
    }
  });

  test('integers + text is refused, and named', () => {
    const objects = [make('x', 'g', { obs: { c: [1] } }), make('y', 'g', { obs: { c: ['a'] } })];
    expect(refusal(() => concat(objects))).toBe('ERR_UNWRITEABLE obs/c');
  });
});

describe('C12: merge strategies', () => {
  const a = make('x', 'g', { uns: { s: 1, d: 1 }, varm: { s: counted(1, 2), d: counted(1, 2) } });
  const b = make('y', 'g', {
    uns: { s: 1, d: 2, o: 3 },
    varm: { s: counted(1, 2), d: counted(1, 2, 5), o: counted(1, 1) },
  });

  test.each([
    [null, ''],
    ['same', 's'],
    ['unique', 's o'],
    ['first', 's d o'],
    ['only', 'o'],
  ] as const)('%s: %s', (strategy, expected) => {
    const joined = concat([a, b], { merge: strategy, unsMerge: strategy });
    expect(Object.keys(joined.uns).join(' ')).toBe(expected);
    expect(list(joined.varm.keys()).join(' ')).toBe(expected);
  });

  test('a function chooses itself', () => {
    const joined = concat([a, b], { unsMerge: (sources) => ({ n: sources.length, o: sources[1]?.get('o') }) });
    expect({ ...joined.uns }).toEqual({ n: 2, o: 3 });
  });

  test('objects in uns are merged name by name', () => {
    const objects = [
      make('x', 'g', { uns: { n: { p: 1, q: 1 } } }),
      make('y', 'g', { uns: { n: { p: 1, q: 2, r: 3 } } }),
    ];
    expect(JSON.stringify(concat(objects, { unsMerge: 'unique' }).uns)).toBe('{"n":{"p":1,"r":3}}');
  });

  test('columns of the other frame', () => {
    const objects = [
      make('x', 'gh', { var: { s: [1, 2], d: [1, 2] } }),
      make('y', 'hg', { var: { s: [2, 1], d: [1, 2] } }),
    ];
    expect(concat(objects, { merge: 'same' }).var.columns).toEqual(['s']);
  });
});

test('C12, C13: of equal numbers the first is kept, with its element type', () => {
  const [integer, float] = [1, 2].map(() => make('x', 'g', { uns: { k: 1 } })) as [AnnData, AnnData];
  setHint(float.uns, 'k', 1, { dtype: 'float64' } as never);
  const hint = (...objects: AnnData[]): unknown => hintFor(concat(objects, { unsMerge: 'same' }).uns, 'k', 1);
  expect(hint(integer, float)).toBeUndefined();
  expect(hint(float, integer)).toEqual({ dtype: 'float64' });
});

test('C10: without any categories they are text', () => {
  const none = make('x', 'g', { obs: { c: categorical([null], { categories: [1] }) } }).subset([0], null);
  expect(none.obs.column('c').categories!.dtype).toBe('int64');
  expect(concat([none, none]).obs.column('c').categories!.dtype).toBe('string');
});

describe('C13: equality', () => {
  const same = (a: unknown, b: unknown): boolean => {
    const objects = [make('x', 'g', { uns: { k: a } }), make('y', 'g', { uns: { k: b } })];
    return 'k' in concat(objects, { unsMerge: 'same' }).uns;
  };
  const array = (...values: number[]): DenseArray => DenseArray.from(values);

  test.each([
    ['NaN in arrays', array(Number.NaN, 1), array(Number.NaN, 1), true],
    ['NaN as scalar', Number.NaN, Number.NaN, false],
    ['1 = 1n', 1, 1n, true],
    ['1 = true', 1, true, true],
    ['list = array', [1, 2], array(1, 2), true],
    ['another dtype', array(1, 2), new DenseArray(Float32Array.of(1, 2), [2]), false],
    ['CSR = CSC', CsrMatrix.fromDense(counted(2, 2)), CscMatrix.fromDense(counted(2, 2)), true],
    ['empty objects vanish', {}, {}, false],
  ])('%s', (_, a, b, expected) => {
    expect(same(a, b)).toBe(expected);
  });
});

test('C14: an outer join places rows before it merges', () => {
  const a = make('x', 'zam', { varm: { k: DenseArray.from([[1], [2], [3]]) } });
  const b = make('y', 'mzq', { varm: { k: DenseArray.from([[3], [1], [9]]) } });
  expect(nested(concat([a, b], { merge: 'same' }).varm.get('k'))).toEqual([[1], [3]]);
  expect(concat([a, b], { merge: 'same', join: 'outer' }).varm.has('k')).toBe(false);
});

test('C14: a CSC matrix without rows that gets some becomes CSR', () => {
  const formats = (vars: string): unknown => {
    const X = CscMatrix.fromDense(counted(vars.length, 2));
    const other = make('y', 'gh', { var: {} });
    const { varm } = concat([make('x', vars, { varm: { k: X } }), other], { merge: 'first', join: 'outer' });
    return (varm.get('k') as CsrMatrix | CscMatrix).format;
  };
  expect([formats(''), formats('g')]).toEqual(['csr', 'csc']);
});

test('C15: obsp lies along the diagonal, when asked for', () => {
  const a = make('ab', 'g', { obsp: { d: counted(2, 2) } });
  const b = make('cd', 'g');
  expect(concat([a, a]).obsp.size).toBe(0);
  const both = concat([a, a], { pairwise: true }).obsp.get('d') as CsrMatrix;
  expect([both.format, nested(both)]).toEqual([
    'csr',
    [
      [1, 2, 0, 0],
      [3, 4, 0, 0],
      [0, 0, 1, 2],
      [0, 0, 3, 4],
    ],
  ]);
  expect(concat([a, b], { pairwise: true }).obsp.size).toBe(0);
  expect(concat([a, b], { pairwise: true, join: 'outer' }).obsp.get('d')!.shape).toEqual([4, 4]);
});

test('C16: raw when all have one, by the same join and keys', () => {
  const raw = (vars: string) => ({ X: counted(1, vars.length), var: { varNames: names(vars) } });
  const a = make('p', 'x', { raw: raw('xyzw') });
  const b = make('q', 'x', { raw: raw('xyv') });
  expect(list(concat([a, b]).raw!.varNames)).toEqual(['x', 'y']);
  expect(concat([a, b], { join: 'outer', indexUnique: '-' }).raw!.shape).toEqual([2, 5]);
  expect(warningsOf(() => expect(concat([a, make('r', 'x')]).raw).toBeNull())).toEqual(['UserWarning']);
});

describe('C18: arguments', () => {
  const named = (name: string | null) =>
    new AnnData({ obs: new DataFrame({ index: ['a'], indexName: name }), var: new DataFrame({ index: ['g'] }) });

  test('the name of the index stays when all agree', () => {
    expect(concat([named('cell'), named('cell')]).obs.indexName).toBe('cell');
    expect(concat([named('cell'), named(null)]).obs.indexName).toBeNull();
  });

  test.each([
    ['too few keys', () => concat([named(null), named(null)], { keys: ['a'] })],
    ['keys that repeat', () => concat([named(null), named(null)], { keys: ['a', 'a'] })],
    ['nothing', () => concat([])],
    ['an unknown axis', () => concat([named(null)], { axis: 2 as never })],
    ['an unknown join', () => concat([named(null)], { join: 'left' as never })],
    ['an unknown strategy', () => concat([named(null)], { merge: 'all' as never })],
    ['an unknown option', () => concat([named(null)], { uns_merge: 'same' } as never)],
    ['no AnnData', () => concat([{}] as never)],
  ])('%s is refused', (_, action) => {
    expect(refusal(action)).toBe('ERR_ARGUMENT');
  });
});

test('axis: variables side by side', () => {
  const a = make('xy', 'ab', { X: CsrMatrix.fromDense(counted(2, 2)) });
  const b = make('yx', 'c', { X: CsrMatrix.fromDense(counted(2, 1, 7)) });
  for (const axis of ['var', 1] as const) {
    const joined = concat([a, b], { axis });
    expect(nested(joined.X)).toEqual([
      [1, 2, 8],
      [3, 4, 7],
    ]);
  }
});

test('views are joined like the objects they show', () => {
  const a = make('xyz', 'abc', { X: CsrMatrix.fromDense(counted(3, 3)), obs: { n: [1, 2, 3] } });
  const joined = concat([a.subset([2], ['c', 'a']), a.subset([0], ['a', 'c'])]);
  expect(list(joined.obsNames)).toEqual(['z', 'x']);
  expect(nested(joined.X)).toEqual([
    [9, 7],
    [3, 1],
  ]);
  expect([list(joined.obs.get('n')), joined.isView, a.shape]).toEqual([[3n, 1n], false, [3, 3]]);
});
