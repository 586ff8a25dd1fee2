// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { utf8Vector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { encodeTexts } from '../../lib/elements/text';
import { createHdf5, openHdf5 } from '../../lib/storage/hdf5';
import { isReused, ReusedRoom } from '../../lib/storage/reused-memory';
import type { ArrayNode, ArraySpec, AxisPick, StorageReader, WriteType } from '../../lib/storage/storage';

const folder = mkdtempSync(join(tmpdir(), 'picks-'));
let storage: StorageReader;
const values = Int32Array.from({ length: 60 * 17 }, (_, i) => (i * 7919) % 100_003);
const texts = Array.from({ length: 60 }, (_, i) => 'é'.repeat(i % 5) + i);
// Enough that heaps follow one another, and some larger than what is read of them at a time.
const many = Array.from({ length: 4000 }, (_, i) => `${i} ${'x'.repeat(i % 1999 === 7 ? 300_000 : i % 301)}`);
const layouts: [string, Partial<ArraySpec>][] = [
  ['contiguous', {}],
  ['chunked', { chunks: [7, 5] }],
  ['gzip', { chunks: [16, 17], compression: { codec: 'gzip' } }],
];

async function write(): Promise<void> {
  const writer = await createHdf5(join(folder, 'a.h5'));
  const numeric: WriteType = { kind: 'numeric', dtype: 'int32' };
  for (const [name, spec] of layouts) {
    await writer.createArray(name, { type: numeric, shape: [60, 17], ...spec });
    await writer.writeNumeric(name, values, { start: [0, 0], count: [60, 17] });
  }
  await writer.createArray('text', { type: { kind: 'string' }, shape: [60] });
  await writer.writeStrings('text', encodeTexts('text', texts), { start: [0], count: [60] });
  // In turns, so that the heaps of one lie between those of the other.
  for (const key of ['many', 'between']) await writer.createArray(key, { type: { kind: 'string' }, shape: [4000] });
  for (let row = 0; row < 4000; row += 1000) {
    const part = encodeTexts('many', many.slice(row, row + 1000));
    for (const key of ['many', 'between']) await writer.writeStrings(key, part, { start: [row], count: [1000] });
  }
  await writer.close();
}

const node = async (key: string): Promise<ArrayNode> => (await storage.describe(key)) as ArrayNode;

const pickOf = (length: number): fc.Arbitrary<AxisPick> =>
  fc.oneof(
    fc.array(fc.nat(length - 1), { maxLength: 40 }).map((list) => Int32Array.from(list)),
    fc.uniqueArray(fc.nat(length - 1), { maxLength: 40 }).map((list) => Int32Array.from(list).sort()),
    runOf(length),
    fc.array(runOf(length), { maxLength: 12 }).map((runs) => ({
      starts: Float64Array.from(runs, ({ start }) => start),
      counts: Int32Array.from(runs, ({ count }) => count),
    })),
  );

const runOf = (length: number): fc.Arbitrary<{ start: number; count: number }> =>
  fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => ({ start: Math.min(a, b), count: Math.abs(a - b) }));

const along = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i);

function positions(pick: AxisPick): number[] {
  if ('start' in pick) return along(pick.start, pick.count);
  if ('starts' in pick) return Array.from(pick.starts).flatMap((start, i) => along(start, pick.counts[i]!));
  return [...pick];
}

beforeAll(async () => {
  await write();
  storage = await openHdf5(join(folder, 'a.h5'));
});

afterAll(async () => {
  await storage.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(layouts)('any picks along both axes, %s', async (name) => {
  const array = await node(name);
  await fc.assert(
    fc.asyncProperty(pickOf(60), pickOf(17), async (rows, columns) => {
      const wanted = positions(rows).flatMap((row) => positions(columns).map((column) => values[row * 17 + column]!));
      expect([...(await storage.readNumeric(array, { picks: [rows, columns] }))]).toEqual(wanted);
      expect([...(await storage.readIndices(array, { picks: [rows, columns] }))]).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

const stringsAt = async (key: string, rows: AxisPick): Promise<string[]> => [
  ...utf8Vector(await storage.readStrings(await node(key), { picks: [rows] })),
];

test('text', async () => {
  await fc.assert(
    fc.asyncProperty(pickOf(60), async (rows) => {
      expect(await stringsAt('text', rows)).toEqual(positions(rows).map((row) => texts[row]));
    }),
    { numRuns: 60 },
  );
});

test('texts whose heaps follow one another, and do not', async () => {
  const forwards = along(0, 4000);
  const orders = [forwards, [...forwards].reverse(), forwards.map((i) => (i * 1597) % 4000)];
  for (const order of orders) {
    expect(await stringsAt('many', Int32Array.from(order))).toEqual(order.map((row) => many[row]));
  }
  await fc.assert(
    fc.asyncProperty(pickOf(4000), async (rows) => {
      expect(await stringsAt('many', rows)).toEqual(positions(rows).map((row) => many[row]));
    }),
    { numRuns: 60 },
  );
});

test('a text that is taken many times is no attack', async () => {
  const rows = new Int32Array(20_000).fill(59);
  const { offsets, bytes } = await storage.readStrings(await node('text'), { picks: [rows] });
  const last = bytes.subarray(Number(offsets[19_999]), Number(offsets[20_000]));
  expect(Buffer.from(last).toString()).toBe(texts[59]);
});

test('codes come with the least and the greatest of them', async () => {
  const file = join(folder, 'codes.h5');
  const writer = await createHdf5(file);
  const all = { int8: Int8Array, int16: Int16Array, int32: Int32Array } as const;
  const codes = Array.from({ length: 5000 }, (_, i) => ((i * 37) % 101) - 1);
  for (const dtype of ['int8', 'int16', 'int32', 'float32'] as const) {
    const data = dtype === 'float32' ? Float32Array.from(codes) : all[dtype].from(codes);
    await writer.createArray(dtype, { type: { kind: 'numeric', dtype }, shape: [5000], chunks: [900] });
    await writer.writeNumeric(dtype, data, { start: [0], count: [5000] });
  }
  await writer.close();
  const opened = await openHdf5(file);
  const array = async (key: string): Promise<ArrayNode> => (await opened.describe(key)) as ArrayNode;
  for (const [dtype, kind] of Object.entries(all)) {
    const expected = { codes: kind.from(codes), least: -1, greatest: 99 };
    expect(await opened.readCodes(await array(dtype))).toEqual(expected);
    const part = await opened.readCodes(await array(dtype), { picks: [Int32Array.of(3, 1, 1)] });
    expect(part).toEqual({ codes: kind.of(codes[3]!, codes[1]!, codes[1]!), least: codes[3], greatest: codes[1] });
    const none = await opened.readCodes(await array(dtype), { picks: [new Int32Array(0)] });
    expect(none).toEqual({ codes: new kind(0), least: 0, greatest: -1 });
  }
  await expect(array('float32').then((n) => opened.readCodes(n))).rejects.toMatchObject({ code: 'ERR_INVALID_FILE' });
  await opened.close();
});

describe('gathering entries of a sparse matrix', () => {
  const matrix = CsrMatrix.fromDense(
    new DenseArray(
      Float64Array.from({ length: 200 * 31 }, (_, i) => ((i * i) % 7 > 1 ? i : 0)),
      [200, 31],
    ),
  );
  let gathered: StorageReader;
  let parts: { indices: ArrayNode; data: ArrayNode };

  beforeAll(async () => {
    const writer = await createHdf5(join(folder, 'sparse.h5'));
    const box = { start: [0], count: [matrix.nnz] };
    for (const [name, data, dtype] of [
      ['indices', matrix.indices, 'int32'],
      ['data', matrix.data, 'float64'],
    ] as const) {
      await writer.createArray(name, { type: { kind: 'numeric', dtype }, shape: [matrix.nnz], chunks: [64] });
      await writer.writeNumeric(name, data, box);
    }
    await writer.close();
    gathered = await openHdf5(join(folder, 'sparse.h5'));
    parts = {
      indices: (await gathered.describe('indices')) as ArrayNode,
      data: (await gathered.describe('data')) as ArrayNode,
    };
  });

  afterAll(() => gathered.close());

  test('is what a subset in memory gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(199), { maxLength: 60 }),
        fc.uniqueArray(fc.nat(30), { maxLength: 31 }),
        async (rows, columns) => {
          const minorMap = new Int32Array(31).fill(-1);
          columns.forEach((column, i) => {
            minorMap[column] = i;
          });
          const starts = Int32Array.from(rows, (row) => matrix.indptr[row]!);
          const counts = Int32Array.from(rows, (row) => matrix.indptr[row + 1]! - matrix.indptr[row]!);
          const found = await gathered.gatherSparse({ ...parts, starts, counts, minorMap });
          const wanted = matrix.subset(rows, columns);
          expect([...found.indices]).toEqual([...wanted.indices]);
          expect([...(found.data as Float64Array)]).toEqual([...(wanted.data as Float64Array)]);
          expect([...found.counts]).toEqual(rows.map((_, i) => wanted.indptr[i + 1]! - wanted.indptr[i]!));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('one position of all rows, which lie in one run', async () => {
    const [starts, counts] = [Int32Array.of(0), Int32Array.of(matrix.nnz)];
    for (let column = 0; column < 31; column++) {
      const minorMap = new Int32Array(31).fill(-1);
      minorMap[column] = 0;
      const found = await gathered.gatherSparse({ ...parts, starts, counts, minorMap });
      const wanted = matrix.subset(null, [column]);
      expect([...(found.data as Float64Array)]).toEqual([...(wanted.data as Float64Array)]);
      expect([...found.indices]).toEqual([...wanted.indices]);
    }
  });

  test('whole runs in any order are what a subset in memory gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(199), { maxLength: 60 }), async (rows) => {
        const starts = Int32Array.from(rows, (row) => matrix.indptr[row]!);
        const counts = Int32Array.from(rows, (row) => matrix.indptr[row + 1]! - matrix.indptr[row]!);
        let bytes = 0;
        const onBytes = (more: number): void => {
          bytes += more;
        };
        const found = await gathered.readRuns({ ...parts, starts, counts, minor: 31, onBytes });
        const wanted = matrix.subset(rows, null);
        expect([...found.indices]).toEqual([...wanted.indices]);
        expect([...(found.data as Float64Array)]).toEqual([...(wanted.data as Float64Array)]);
        expect(bytes).toBe(12 * wanted.nnz);
      }),
      { numRuns: 100 },
    );
  });

  test('whole runs: what is wrong is refused by the name of its array', async () => {
    const run = { starts: Int32Array.of(0), counts: Int32Array.of(matrix.nnz), minor: 31 };
    const refused = { code: 'ERR_INVALID_FILE', key: 'indices' };
    await expect(gathered.readRuns({ ...parts, ...run, minor: 30 })).rejects.toMatchObject(refused);
    const swapped = { indices: parts.data, data: parts.indices };
    await expect(gathered.readRuns({ ...swapped, ...run })).rejects.toMatchObject({ ...refused, key: 'data' });
    const past = { ...run, counts: Int32Array.of(matrix.nnz + 1) };
    await expect(gathered.readRuns({ ...parts, ...past })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await expect(gathered.readRuns({ ...parts, ...run, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });

  test('complex numbers, of which each takes two places', async () => {
    const file = join(folder, 'complex.h5');
    const writer = await createHdf5(file);
    const n = 3000;
    const pairs = Float64Array.from({ length: 2 * n }, (_, i) => i);
    const ones = {
      indices: [Int32Array.from({ length: n }, (_, i) => i % 4), 'int32'],
      data: [pairs, 'complex128'],
    } as const;
    for (const [name, [data, dtype]] of Object.entries(ones)) {
      await writer.createArray(name, { type: { kind: 'numeric', dtype }, shape: [n], chunks: [128] });
      await writer.writeNumeric(name, data, { start: [0], count: [n] });
    }
    await writer.close();
    const complex = await openHdf5(file);
    const [indices, data] = [await complex.describe('indices'), await complex.describe('data')] as [
      ArrayNode,
      ArrayNode,
    ];
    const minorMap = Int32Array.of(-1, 0, -1, 1);
    const request = { indices, data, starts: Int32Array.of(0), counts: Int32Array.of(n), minorMap };
    const found = await complex.gatherSparse(request);
    await complex.close();
    expect([...(found.data as Float64Array)]).toEqual([...pairs].filter((_, i) => Math.floor(i / 2) % 2 === 1));
  });

  test('goes into the memory that is given, and not past the limit', async () => {
    const minorMap = Int32Array.from({ length: 31 }, (_, i) => (i % 3 === 0 ? i / 3 : -1));
    const request = { ...parts, starts: Int32Array.of(0), counts: Int32Array.of(matrix.nnz), minorMap };
    const { indices, data } = await gathered.gatherSparse(request);
    const room = new ReusedRoom();
    for (let block = 0; block < 2; block++) {
      room.renew();
      const found = await gathered.within!(room).gatherSparse(request);
      expect([found.indices, found.data].map(({ buffer }) => isReused(buffer))).toEqual([true, true]);
      expect([...found.indices]).toEqual([...indices]);
      expect([...(found.data as Float64Array)]).toEqual([...(data as Float64Array)]);
    }
    const limited = await openHdf5(join(folder, 'sparse.h5'), { limits: { maxBytes: data.byteLength - 1 } });
    await expect(limited.gatherSparse(request)).rejects.toMatchObject({ code: 'ERR_LIMIT', key: 'data' });
    await limited.close();
  });

  test('an index outside of the map is refused by name, nothing is read past the runs', async () => {
    const starts = Int32Array.of(0);
    const counts = Int32Array.of(matrix.nnz);
    const request = { ...parts, starts, counts, minorMap: new Int32Array(3) };
    await expect(gathered.gatherSparse(request)).rejects.toMatchObject({ code: 'ERR_INVALID_FILE', key: 'indices' });
  });

  test('values are read only where an index is wanted', async () => {
    let bytes = 0;
    const minorMap = new Int32Array(31).fill(-1);
    await gathered.gatherSparse({
      ...parts,
      starts: Int32Array.of(0),
      counts: Int32Array.of(matrix.nnz),
      minorMap,
      onBytes: (more) => {
        bytes += more;
      },
    });
    expect(bytes).toBe(matrix.nnz * 4);
  });
});
