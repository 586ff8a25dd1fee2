// SPDX-License-Identifier: BSD-3-Clause
//
// Frames go to Polars and come back, as docs/guide-queries.md shows.

import { tableFromIPC, tableToIPC } from 'apache-arrow';
import pl from 'nodejs-polars';
import type { Vector } from '../../lib/arrays/arrow';
import { type ColumnInput, categorical } from '../../lib/frame/column-from';
import { DataFrame } from '../../lib/frame/data-frame';

test.each<[string, ColumnInput]>([
  ['text', ['a', 'λ', '']],
  ['text with missing', ['a', null, 'a longer text that Polars keeps outside']],
  ['labels', categorical(['b', 'a', 'b'])],
  ['labels with missing', categorical([null, 'a', null], { categories: ['b', 'a'] })],
  ['labels that are all missing', categorical([null, null, null])],
  ['int64 with missing', [1n, null, -(2n ** 63n)]],
  ['uint64', BigUint64Array.of(0n, 1n, 2n ** 64n - 1n)],
  ['int8', Int8Array.of(-128, 0, 127)],
  ['float32', Float32Array.of(0.5, Number.NaN, Number.POSITIVE_INFINITY)],
  ['booleans with missing', [true, null, false]],
])('%s are the same after a round through Polars', (_, values) => {
  const frame = new DataFrame({ columns: { values }, index: ['x', 'y', 'z'], indexName: 'cell' });
  const there = pl.readIPC(Buffer.from(tableToIPC(frame.toArrow(), 'file')));
  const back = DataFrame.fromArrow(tableFromIPC(there.writeIPC()), { index: 'cell' });
  expect(valuesOf(back)).toEqual(valuesOf(frame));
  expect([...back.index]).toEqual(['x', 'y', 'z']);
  expect(back.column('values').encoding).toBe(frame.column('values').encoding);
});

function valuesOf(frame: DataFrame): unknown[] {
  return [...(frame.get('values') as Vector)];
}
