// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, type ConcatOptions, CsrMatrix, concat, concatAsync, DataFrame } from '../../lib/index';
import { everyWay } from '../arrays/sparse-ways';

/** Unsorted rows, an empty one, a place with two entries. */
function make(first: number, data: CsrMatrix['data']): AnnData {
  const X = new CsrMatrix({
    shape: [4, 3],
    data,
    indices: Int32Array.of(2, 0, 1, 1, 1, 0, 2),
    indptr: Int32Array.of(0, 2, 5, 5, 7),
  });
  const names = (prefix: string, length: number, by: number): string[] =>
    Array.from({ length }, (_, i) => `${prefix}${(i * by + first) % 5}`);
  return new AnnData({
    X,
    obs: new DataFrame({ index: names('c', 4, 2) }),
    var: new DataFrame({ index: names('g', 3, 1) }),
  });
}

const parts = (adata: AnnData): unknown => {
  const { data, indices, indptr, shape, dtype } = adata.X as CsrMatrix;
  return { shape, dtype, data: [...data], indices: [...indices], indptr: [...indptr] };
};

const float32 = Float32Array.of(1, 2.5, -3, 4, 5, 6, 7);
const cases: [string, ConcatOptions, CsrMatrix['data'][]][] = [
  ['rows, columns that all have', { join: 'inner' }, [float32, float32]],
  ['rows, columns that any has', { join: 'outer' }, [float32, float32]],
  ['columns, rows that all have', { axis: 1, join: 'inner' }, [float32, float32]],
  ['columns, rows that any has', { axis: 1, join: 'outer' }, [float32, float32]],
  ['a fill value', { join: 'outer', fillValue: 9 }, [float32, float32]],
  ['integers and floats', { join: 'outer' }, [Int8Array.from(float32), Float64Array.from(float32, (x) => x / 3)]],
  [
    'integers of 64 bits and floats',
    { join: 'outer' },
    [BigInt64Array.from([...float32], (x) => BigInt(Math.trunc(x)) * 9_007_199_254_740_993n), float32],
  ],
];

test.each(cases)('%s: every way gives the same', async (_, options, [a, b]) => {
  const inputs = [make(0, a!), make(2, b!)];
  const expected = parts(concat(inputs, options));
  await everyWay({ now: () => concat(inputs, options), soon: () => concatAsync(inputs, options) }, (made, way) => {
    expect({ way, ...(parts(made) as object) }).toEqual({ way, ...(expected as object) });
  });
});

test('an index outside of the matrix is an error every way', async () => {
  const inputs = [make(0, float32), make(2, float32)];
  (inputs[1]!.X as CsrMatrix).indices[3] = 3;
  const way = (made: () => unknown): string => {
    try {
      made();
      return 'nothing';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const text = 'index 3 in run 1 is outside of [0, 3)';
  await everyWay(
    {
      now: () => way(() => concat(inputs, { join: 'inner' })),
      soon: () =>
        concatAsync(inputs, { join: 'inner' }).then(
          () => 'nothing',
          ({ message }) => message,
        ),
    },
    (message) => expect(message).toContain(text),
  );
});
