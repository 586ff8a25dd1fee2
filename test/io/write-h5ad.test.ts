// SPDX-License-Identifier: BSD-3-Clause

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { AnnData } from '../../lib/anndata';
import { stringVector, type Vector } from '../../lib/arrays/arrow';
import { DenseArray } from '../../lib/arrays/dense-array';
import { dictionaryParts } from '../../lib/arrays/dictionary';
import type { NumericDType } from '../../lib/arrays/dtype';
import { CscMatrix, CsrMatrix } from '../../lib/arrays/sparse-matrix';
import type { Progress } from '../../lib/elements';
import type { DataFrame } from '../../lib/frame/data-frame';
import { readElem, readH5ad, writeH5ad } from '../../lib/io';
import { openHdf5 } from '../../lib/storage/hdf5';
import { scratch } from './support';

const files = scratch();
const silent = { onWarning: () => undefined };

function ramp(rows: number, columns: number): DenseArray {
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) data[i] = i % 1009;
  return new DenseArray(data, [rows, columns]);
}

/** Whether `array` holds, row-major, what `ramp(columns, rows)` holds turned. */
function isTurnedRamp(array: unknown): boolean {
  const { data, shape } = array as { data: Float32Array; shape: [number, number] };
  const [rows, columns] = shape;
  return data.every((value, at) => value === ((at % columns) * rows + Math.floor(at / columns)) % 1009);
}

function bytesOf(array: unknown): Buffer {
  const { buffer } = (array as DenseArray).data as Float32Array;
  return Buffer.from(buffer);
}

function sparse(dtype: NumericDType = 'float32'): CsrMatrix {
  // Two entries of row 0 share a place.
  const data = dtype === 'float32' ? Float32Array.of(1, 2, 3, 4) : BigInt64Array.of(1n, 2n, 3n, 4n);
  return new CsrMatrix({
    shape: [3, 4],
    dtype,
    data,
    indices: Int32Array.of(3, 3, 0, 1),
    indptr: Int32Array.of(0, 2, 2, 4),
  });
}

describe('what is written', () => {
  it('is what was there, also when it takes many pieces and has strides', async () => {
    const X = ramp(1500, 1000);
    const adata = new AnnData({ X, layers: { turned: ramp(1000, 1500).transpose() } });
    for (const compression of [null, 'gzip'] as const) {
      await writeH5ad(files.path('big.h5ad'), adata, { compression, compressionOpts: compression ? 1 : undefined });
      const back = await readH5ad(files.path('big.h5ad'));
      expect(Buffer.compare(bytesOf(back.X), bytesOf(X))).toBe(0);
      expect(isTurnedRamp(back.layers.get('turned'))).toBe(true);
    }
  });

  it('holds long text, in pieces, whatever its layout', async () => {
    const words = Array.from({ length: 60_000 }, (_, i) => `word ${'é'.repeat(i % 120)} ${i}`);
    const grid = new DenseArray(stringVector(words), [300, 200]);
    const adata = new AnnData({ shape: [2, 2], uns: { list: stringVector(words), grid, turned: grid.transpose() } });
    await adata.writeH5ad(files.path('text.h5ad'), { compression: 'lzf' });
    const back = await readH5ad(files.path('text.h5ad'));
    expect([...(back.uns.list as Vector)]).toEqual(words);
    expect((back.uns.grid as DenseArray).equals(grid)).toBe(true);
    expect((back.uns.turned as DenseArray).equals(grid.transpose())).toBe(true);
  });

  it('is the structure at the call, not what becomes of it meanwhile', async () => {
    const adata = new AnnData({ X: ramp(2000, 1000), uns: { kept: 1 } });
    const writing = adata.writeH5ad(files.path('a.h5ad'));
    adata.uns.late = 2;
    delete adata.uns.kept;
    adata.obs.set('late', new Float32Array(2000));
    await writing;
    const back = await readH5ad(files.path('a.h5ad'));
    expect([Object.keys(back.uns), back.obs.columns]).toEqual([['kept'], []]);
  });

  it('keeps the dtype of scalars that were read and not replaced', async () => {
    const first = files.path('first.h5ad');
    const uns = { small: DenseArray.scalar(7, 'int8'), half: DenseArray.scalar(0.5, 'float16'), deep: { flag: true } };
    await new AnnData({ shape: [1, 1], uns }).writeH5ad(first);
    const adata = await readH5ad(first);
    expect(adata.uns).toEqual({ small: 7, half: 0.5, deep: { flag: true } });
    adata.uns.half = 0.25;
    await adata.writeH5ad(files.path('second.h5ad'));
    expect(await storedTypes(files.path('second.h5ad'), ['uns/small', 'uns/half'])).toEqual(['int8', 'float64']);
  });
});

describe('asDense', () => {
  const csr = sparse();
  const csc = new CscMatrix({ ...sparse(), shape: [4, 3] });

  it('writes sparse matrices dense, adding what shares a place', async () => {
    const adata = new AnnData({ X: csr, layers: { a: csr, c: csc.transpose(), i: sparse('int64') } });
    await adata.writeH5ad(files.path('d.h5ad'), { asDense: ['X', 'layers/c', 'layers/i'] });
    const back = await readH5ad(files.path('d.h5ad'));
    expect((back.X as DenseArray).toNested()).toEqual([
      [0, 0, 0, 3],
      [0, 0, 0, 0],
      [3, 4, 0, 0],
    ]);
    expect(back.layers.get('c')?.equals(csr.toDense())).toBe(true);
    expect((back.layers.get('i') as DenseArray).dtype).toBe('int64');
    expect(back.layers.get('a')?.equals(csr)).toBe(true);
  });

  it('works column by column in pieces, without a dense copy', async () => {
    const rows = 2000;
    const columns = 1200;
    const indptr = Int32Array.from({ length: columns + 1 }, (_, j) => j);
    const indices = Int32Array.from({ length: columns }, (_, j) => (j * 7) % rows);
    const X = new CscMatrix({ shape: [rows, columns], data: new Float64Array(columns).fill(2), indices, indptr });
    await new AnnData({ X }).writeH5ad(files.path('c.h5ad'), { asDense: 'X', compression: 'gzip', compressionOpts: 1 });
    expect((await readH5ad(files.path('c.h5ad'))).X?.equals(X.toDense())).toBe(true);
  });

  it.each([
    [['obs'], 'takes'],
    [['layers/none'], 'nothing at that key'],
    [['raw/X'], 'nothing at that key'],
  ])('refuses %j', async (asDense, reason) => {
    const writing = new AnnData({ X: csr }).writeH5ad(files.path('x.h5ad'), { asDense });
    await expect(writing).rejects.toMatchObject({ code: 'ERR_ARGUMENT', message: expect.stringContaining(reason) });
    expect(readdirSync(files.folder)).toEqual([]);
  });
});

describe('text columns', () => {
  const texts = ['x10', null, 'x2', 'x10', 'x2'];
  const make = () => {
    const adata = new AnnData({
      shape: [5, 2],
      obs: { t: texts as string[], unique: ['a', 'b', 'c', 'd', 'e'], none: [null, null, null, null, null] as never },
    });
    adata.uns.frame = adata.obs.copy();
    return adata;
  };

  it('become categoricals in the file only, naturally sorted, unordered', async () => {
    const adata = make();
    const before = adata.obs.column('t');
    await adata.writeH5ad(files.path('t.h5ad'));
    expect(adata.obs.column('t')).toBe(before);
    const back = await readH5ad(files.path('t.h5ad'));
    const column = back.obs.column('t');
    const { codes, dictionary } = dictionaryParts(column.values as Vector);
    expect([column.encoding, column.ordered, [...dictionary], [...codes]]).toEqual([
      'categorical',
      false,
      ['x2', 'x10'],
      [1, -1, 0, 1, 0],
    ]);
    expect(back.obs.column('unique').encoding).toBe('string-array');
    expect(back.obs.column('none').encoding).toBe('nullable-string-array');
    expect((back.uns.frame as DataFrame).column('t').encoding).toBe('nullable-string-array');
  });

  it('stay text when asked', async () => {
    await make().writeH5ad(files.path('t.h5ad'), { convertStringsToCategoricals: false });
    const back = await readH5ad(files.path('t.h5ad'));
    expect(back.obs.column('t')).toMatchObject({ encoding: 'nullable-string-array', naValue: 'NaN' });
    expect([...back.obs.get('t')]).toEqual(texts);
  });

  it('are all nullable when asked, the index too', async () => {
    await make().writeH5ad(files.path('t.h5ad'), { strings: 'nullable' });
    const back = await readH5ad(files.path('t.h5ad'));
    expect(back.obs.column('unique').encoding).toBe('nullable-string-array');
    expect(back.obs.indexColumn.encoding).toBe('nullable-string-array');
    expect(back.obs.column('t').categories?.encoding).toBe('string-array');
  });
});

describe('when it goes wrong', () => {
  beforeEach(() => writeFileSync(files.path('old.h5ad'), 'the old file'));
  afterEach(() => {
    expect(readFileSync(files.path('old.h5ad'), 'utf8')).toBe('the old file');
    expect(readdirSync(files.folder)).toEqual(['old.h5ad']);
  });

  const big = () => new AnnData({ X: ramp(8000, 1000) });

  it('a value that cannot be written is named, nothing is created', async () => {
    const adata = new AnnData({ shape: [1, 1], uns: { when: { day: new Date() } } });
    await expect(adata.writeH5ad(files.path('old.h5ad'))).rejects.toMatchObject({
      code: 'ERR_UNWRITEABLE',
      key: 'uns/when/day',
    });
  });

  it('an aborted signal stops it before the start', async () => {
    const reason = new Error('no');
    const signal = AbortSignal.abort(reason);
    await expect(big().writeH5ad(files.path('old.h5ad'), { signal })).rejects.toBe(reason);
  });

  it('an abort half-way rejects with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = ({ done, total }: Progress) => {
      if (done > total / 3) controller.abort(reason);
    };
    const writing = big().writeH5ad(files.path('old.h5ad'), { signal: controller.signal, onProgress });
    await expect(writing).rejects.toBe(reason);
  });

  it('an array that is transferred away meanwhile is an error, not garbage', async () => {
    const X = ramp(8000, 1000);
    const onProgress = () => {
      const { buffer } = X.data as Float32Array;
      if (buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    };
    const writing = new AnnData({ X }).writeH5ad(files.path('old.h5ad'), { onProgress });
    await expect(writing).rejects.toMatchObject({ code: 'ERR_ARGUMENT', key: 'X' });
  });

  it.each([
    [{ compression: 'brotli' }],
    [{ compression: 'gzip', compressionOpts: 10 }],
    [{ compression: 'zstd', compressionOpts: 0 }],
    [{ compression: 'lzf', compressionOpts: 1 }],
  ])('%j is refused', async (options) => {
    const writing = new AnnData({ shape: [1, 1] }).writeH5ad(files.path('old.h5ad'), options as never);
    await expect(writing).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  });
});

describe('progress', () => {
  it('rises to the total', async () => {
    const told: Progress[] = [];
    await new AnnData({ X: ramp(8000, 1000) }).writeH5ad(files.path('p.h5ad'), { onProgress: (p) => told.push(p) });
    expect(told.length).toBeGreaterThan(3);
    expect(told.every((p, i) => i === 0 || p.done >= (told[i - 1] as Progress).done)).toBe(true);
    expect(told.at(-1)).toMatchObject({ done: told.at(-1)?.total, unit: 'bytes' });
    expect(told.at(-1)?.total).toBeGreaterThanOrEqual(32_000_000);
  });

  it('lets the event loop run', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await new AnnData({ X: ramp(8000, 1000) }).writeH5ad(files.path('p.h5ad'), {
      compression: 'gzip',
      compressionOpts: 1,
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

async function storedTypes(path: string, keys: readonly string[]): Promise<unknown[]> {
  const storage = await openHdf5(path);
  try {
    const nodes = await Promise.all(keys.map((key) => storage.describe(key)));
    return nodes.map((node) => (node.kind === 'array' && node.type.kind === 'numeric' ? node.type.dtype : node.kind));
  } finally {
    await storage.close();
  }
}

it('writes what readElem reads', async () => {
  await new AnnData({ X: sparse() }).writeH5ad(files.path('e.h5ad'));
  expect((await readElem<CsrMatrix>(files.path('e.h5ad'), 'X', silent)).equals(sparse())).toBe(true);
});
