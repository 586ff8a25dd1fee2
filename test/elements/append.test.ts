// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IndexArray, NumericDType, TypedArray } from '../../lib/arrays/dtype';
import { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { readElement } from '../../lib/elements';
import { ArrayAppender } from '../../lib/elements/append/array-appender';
import { SparseAppender } from '../../lib/elements/append/sparse-appender';
import { createHdf5, openHdf5 } from '../../lib/storage/hdf5';
import { isReused, ReusedRoom } from '../../lib/storage/reused-memory';
import type { ArrayNode, StorageWriter } from '../../lib/storage/storage';
import { Random } from '../interop/random';
import { describeWithPython, runPython } from '../support/python';

const seed = Number(process.env.ANNDATA_SEED ?? Math.floor(Date.now() / 86_400_000));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anndata-append-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function writing(work: (writer: StorageWriter) => Promise<void>): Promise<string> {
  const path = join(folder, 'grown.h5');
  const writer = await createHdf5(path);
  await work(writer);
  await writer.close();
  return path;
}

async function readBack(path: string, key: string): Promise<{ node: ArrayNode; values: number[] }> {
  const storage = await openHdf5(path);
  const node = (await storage.describe(key)) as ArrayNode;
  const values = Array.from((await storage.readNumeric(node)) as Float32Array, Number);
  await storage.close();
  return { node, values };
}

function lines(random: Random, count: number, minor: number, most: number) {
  const indptr = [0];
  const indices: number[] = [];
  for (let line = 0; line < count; line++) {
    const found = new Set(random.list(random.below(most), () => random.below(minor)));
    indices.push(...[...found].sort((a, b) => a - b));
    indptr.push(indices.length);
  }
  const data = Float32Array.from(indices, () => 1 + random.below(9));
  return { data, indices: Int32Array.from(indices), indptr: Int32Array.from(indptr) };
}

describe('ArrayAppender', () => {
  it.each([
    ['float32', undefined],
    ['int16', { codec: 'gzip' }],
    ['bool', { codec: 'lzf' }],
    ['float16', { codec: 'gzip' }],
  ] as const)('rows of %s in any portions', async (dtype, compression) => {
    const random = new Random(seed);
    const expected: number[] = [];
    const path = await writing(async (writer) => {
      const rows = await ArrayAppender.create(writer, 'x', { dtype, row: [70, 3], compression });
      for (let i = 0; i < 20; i++) {
        const part = random.list(random.below(20) * 210, () => random.below(2));
        const array =
          dtype === 'bool'
            ? Uint8Array.from(part)
            : dtype === 'int16'
              ? Int16Array.from(part)
              : Float32Array.from(part);
        await rows.append(array);
        expected.push(...part);
        expect(rows.length).toBe(expected.length / 210);
      }
      await rows.finish();
    });
    const { node, values } = await readBack(path, 'x');
    expect(node.shape).toEqual([expected.length / 210, 70, 3]);
    expect(node.maxShape).toEqual([Infinity, 70, 3]);
    expect(values).toEqual(expected);
  });

  it('goes on where an array ends, in the middle of a chunk', async () => {
    const path = await writing(async (writer) => {
      const spec = { type: { kind: 'numeric', dtype: 'int32' }, shape: [5], resizable: true, chunks: [8] } as const;
      await writer.createArray('x', { ...spec, compression: { codec: 'gzip' } });
      await writer.writeNumeric('x', Int32Array.of(0, 1, 2, 3, 4), { start: [0], count: [5] });
      const more = new ArrayAppender(writer, 'x', { dtype: 'int32', row: [], chunks: [8], length: 5 });
      await more.append(Int32Array.from({ length: 1000 }, (_, i) => i + 5));
      await more.finish();
    });
    expect((await readBack(path, 'x')).values).toEqual(Array.from({ length: 1005 }, (_, i) => i));
  });

  it.each([undefined, { codec: 'gzip' }, { codec: 'zstd' }] as const)(
    'memory that is used again and again is written as it lies, between portions that are copied (%j)',
    async (compression) => {
      const random = new Random(seed);
      const expected: number[] = [];
      const path = await writing(async (writer) => {
        const spec = { type: { kind: 'numeric', dtype: 'int32' }, shape: [3], resizable: true, chunks: [8] } as const;
        await writer.createArray('x', { ...spec, compression });
        await writer.writeNumeric('x', Int32Array.of(7, 7, 7), { start: [0], count: [3] });
        expected.push(7, 7, 7);
        const numbers = new ArrayAppender(writer, 'x', { dtype: 'int32', row: [], chunks: [8], length: 3 });
        const room = new ReusedRoom();
        for (let i = 0; i < 60; i++) {
          const part = random.list(random.below(50), () => random.below(1000));
          room.renew();
          const array = i % 3 === 0 ? new Int32Array(part.length) : room.take(Int32Array, part.length);
          expect(isReused(array.buffer)).toBe(i % 3 !== 0);
          array.set(part as never);
          await numbers.append(array);
          array.fill(-1 as never); // nobody may still read it
          expected.push(...part);
        }
        await numbers.finish();
      });
      expect((await readBack(path, 'x')).values).toEqual(expected);
    },
  );

  it('an array nobody appends to stays empty', async () => {
    const path = await writing(async (writer) => {
      await (await ArrayAppender.create(writer, 'x', { dtype: 'float64', row: [4] })).finish();
    });
    expect((await readBack(path, 'x')).node.shape).toEqual([0, 4]);
  });
});

describeWithPython('SparseAppender', () => {
  it.each([
    ['csr', 'uint16'],
    ['csr', undefined],
    ['csc', 'int64'],
  ] as const)(`%s with positions of %s, as Python reads it (seed ${seed})`, async (format, indices) => {
    const random = new Random(seed);
    const minor = 300;
    let all = new CsrMatrix({
      shape: [0, minor],
      data: new Float32Array(),
      indices: new Int32Array(),
      indptr: Int32Array.of(0),
    });
    const path = await writing(async (writer) => {
      const spec = { format, minor, dtype: 'float32', compression: { codec: 'gzip' } } as const;
      const matrix = await SparseAppender.create(writer, 'm', indices === undefined ? spec : { ...spec, indices });
      for (let i = 0; i < 8; i++) {
        const part = new CsrMatrix({ shape: [50, minor], ...lines(random, 50, minor, 200) });
        await matrix.append(part);
        all = CsrMatrix.vstack([all, part]);
        expect([matrix.lines, matrix.entries]).toEqual([all.shape[0], all.nnz]);
      }
      await matrix.finish();
    });
    const script = `
import sys, json, h5py, numpy as np
from anndata.io import read_elem, sparse_dataset
import scipy.sparse as sp
with h5py.File(sys.argv[1], "a") as f:
    m = read_elem(f["m"])
    sparse_dataset(f["m"]).append(m)
    twice = read_elem(f["m"])
    stack = sp.vstack if m.format == "csr" else sp.hstack
    same = (abs(twice - stack([m, m])).nnz == 0)
    print(json.dumps({"format": m.format, "shape": m.shape, "same": bool(same), "data": m.data.tolist(),
      "indices": m.indices.tolist(), "indptr": m.indptr.tolist(), "dtypes": [str(f["m"][k].dtype) for k in ("data", "indices", "indptr")]}))
`;
    const { stdout } = await runPython('-c', [script, path]);
    expect(JSON.parse(stdout)).toEqual({
      format,
      shape: format === 'csr' ? [400, minor] : [minor, 400],
      same: true,
      data: [...all.data],
      indices: [...all.indices],
      indptr: [...all.indptr],
      dtypes: ['float32', indices ?? 'int32', 'int32'],
    });
  });
});

describe('pointers', () => {
  /** A writer that only remembers what it was asked for. */
  function listener() {
    const created = new Map<string, NumericDType>();
    const written = new Map<string, TypedArray>();
    const done = async () => undefined;
    const writer = {
      location: 'nowhere',
      createGroup: done,
      createArray: async (key: string, { type }: { type: { dtype: NumericDType } }) =>
        void created.set(key, type.dtype),
      writeAttr: done,
      resize: done,
      staging: (dtype: NumericDType, n: number) => (dtype === 'int64' ? new BigInt64Array(n) : new Int32Array(n)),
      writeNumeric: async (key: string, data: TypedArray) => void written.set(key, data),
    } as unknown as StorageWriter;
    return { writer, created, written };
  }

  it.each([
    [2 ** 31 - 4, 'int32', undefined],
    [2 ** 31 - 3, 'int64', undefined],
    [2 ** 31 - 3, 'int64', 'int32'],
    [10, 'int64', 'int64'],
    [2 ** 40, 'int64', 'int32'],
  ] as const)('%i entries and three more are pointed to by %s', async (entries, dtype, width) => {
    const { writer, created, written } = listener();
    const growing = (of: NumericDType) => ({ dtype: of, row: [], chunks: [8], length: entries });
    const matrix = SparseAppender.resume(writer, 'm', {
      format: 'csr',
      minor: 9,
      data: growing('int32'),
      indices: growing('int32'),
      indptr: Float64Array.of(0, entries) as IndexArray,
      width,
    });
    await matrix.append({
      data: Int32Array.of(1, 2, 3),
      indices: Int32Array.of(1, 2, 3),
      indptr: Int32Array.of(0, 1, 3),
    });
    await matrix.finish();
    expect(created.get('m/indptr')).toBe(dtype);
    expect(Array.from(written.get('m/indptr') as Int32Array, Number)).toEqual([0, entries, entries + 1, entries + 3]);
  });

  it('takes complex values as pairs', async () => {
    const path = await writing(async (writer) => {
      const matrix = await SparseAppender.create(writer, 'm', { format: 'csr', minor: 9, dtype: 'complex64' });
      for (const re of [1, 2]) {
        const data = Float32Array.of(re, -re, 0, re);
        await matrix.append({ data, indices: Int32Array.of(0, 8), indptr: Int32Array.of(0, 2) });
      }
      await matrix.finish();
    });
    const storage = await openHdf5(path);
    const { value } = await readElement<CsrMatrix>(await storage.describe('m'), { storage, warn: () => undefined });
    await storage.close();
    expect(value.toDense().toNested()).toEqual(
      [1, 2].map((re) => [[re, -re], ...Array.from({ length: 7 }, () => [0, 0]), [0, re]]),
    );
  });

  it('refuses lines that do not hang together', async () => {
    const { writer } = listener();
    const matrix = await SparseAppender.create(writer, 'm', { format: 'csr', minor: 9, dtype: 'int32' });
    const lines = { data: Int32Array.of(1), indices: Int32Array.of(1, 2), indptr: Int32Array.of(0, 2) };
    await expect(matrix.append(lines)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  });
});
