// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NumericDType, TypedArray } from '../../lib/arrays/dtype';
import { native } from '../../lib/native';
import { createHdf5, openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode, StorageWriter, Utf8Data } from '../../lib/storage/storage';
import { describeWithPython, runPython } from '../support/python';

function utf8(texts: readonly string[]): Utf8Data {
  const parts = texts.map((t) => Buffer.from(t));
  const offsets = new Int32Array(parts.length + 1);
  parts.forEach((p, i) => {
    offsets[i + 1] = (offsets[i] as number) + p.length;
  });
  return { offsets, bytes: Uint8Array.from(Buffer.concat(parts)) };
}

const samples: [NumericDType, TypedArray, string, unknown][] = [
  ['bool', Uint8Array.of(1, 0, 7), 'bool', [true, false, true]],
  ['int8', Int8Array.of(-128, 127), 'int8', [-128, 127]],
  ['int16', Int16Array.of(-32768, 1), 'int16', [-32768, 1]],
  ['int32', Int32Array.of(-5, 7), 'int32', [-5, 7]],
  ['int64', BigInt64Array.of(-5n, 7n), 'int64', [-5, 7]],
  ['uint8', Uint8Array.of(255), 'uint8', [255]],
  ['uint16', Uint16Array.of(65535), 'uint16', [65535]],
  ['uint32', Uint32Array.of(4294967295), 'uint32', [4294967295]],
  ['uint64', BigUint64Array.of(9n), 'uint64', [9]],
  ['float16', Float32Array.of(1, 65504, 2 ** -24, Infinity, NaN), 'float16', [1, 65504, 2 ** -24, 'inf', 'nan']],
  ['float32', Float32Array.of(0.5, NaN), 'float32', [0.5, 'nan']],
  ['float64', Float64Array.of(0.1, -0), 'float64', [0.1, -0]],
  [
    'complex64',
    Float32Array.of(1, 2, 3, -4),
    'complex64',
    [
      [1, 2],
      [3, -4],
    ],
  ],
  ['complex128', Float64Array.of(0.1, 2), 'complex128', [[0.1, 2]]],
];

async function writeEverything(w: StorageWriter): Promise<void> {
  await w.createGroup('num');
  for (const [dtype, data] of samples) {
    const n = dtype.startsWith('complex') ? data.length / 2 : data.length;
    await w.createArray(`num/${dtype}`, { type: { kind: 'numeric', dtype }, shape: [n] });
    await w.writeNumeric(`num/${dtype}`, data, { start: [0], count: [n] });
  }
  await w.createGroup('text');
  const texts = ['a', '', 'ü€😀'];
  await w.createArray('text/plain', { type: { kind: 'string' }, shape: [3] });
  await w.writeStrings('text/plain', utf8(texts), { start: [0], count: [3] });
  await w.createArray('text/scalar', { type: { kind: 'string' }, shape: [] });
  await w.writeStrings('text/scalar', utf8(['one']), { start: [], count: [] });
  await w.createArray('text/grid', { type: { kind: 'string' }, shape: [2, 2], compression: { codec: 'gzip' } });
  await w.writeStrings('text/grid', utf8(['a', 'b']), { start: [0, 0], count: [1, 2] });
  await w.writeStrings('text/grid', utf8(['c', 'd']), { start: [1, 0], count: [1, 2] });
  await w.createGroup('ünicode');
  await w.createArray('null', { type: { kind: 'numeric', dtype: 'float32' }, shape: null });
  await w.createArray('scalar', {
    type: { kind: 'numeric', dtype: 'int64' },
    shape: [],
    compression: { codec: 'gzip' },
  });
  await w.writeNumeric('scalar', BigInt64Array.of(2n ** 40n), { start: [], count: [] });
  await writeFiltered(w);
  await writeRecords(w);
  await writeAttributes(w);
}

async function writeFiltered(w: StorageWriter): Promise<void> {
  await w.createGroup('filters');
  const data = Float64Array.from({ length: 50000 }, (_, i) => i % 100);
  for (const codec of ['gzip', 'lzf', 'zstd'] as const) {
    const spec = { type: { kind: 'numeric', dtype: 'float64' }, shape: [500, 100], compression: { codec } } as const;
    await w.createArray(`filters/${codec}`, spec);
    await w.writeNumeric(`filters/${codec}`, data.subarray(0, 20000), { start: [0, 0], count: [200, 100] });
    await w.writeNumeric(`filters/${codec}`, data.subarray(20000), { start: [200, 0], count: [300, 100] });
  }
  await w.createArray('filters/growing', {
    type: { kind: 'numeric', dtype: 'int32' },
    shape: [3],
    resizable: true,
    compression: { codec: 'gzip', level: 9 },
  });
  await w.writeNumeric('filters/growing', Int32Array.of(1, 2, 3), { start: [0], count: [3] });
  await w.createArray('filters/empty', { type: { kind: 'numeric', dtype: 'int32' }, shape: [0], resizable: true });
  await w.createArray('filters/empty_gzip', {
    type: { kind: 'numeric', dtype: 'int32' },
    shape: [0, 3],
    compression: { codec: 'gzip' },
  });
}

async function writeRecords(w: StorageWriter): Promise<void> {
  await w.createArray('rec', {
    type: {
      kind: 'compound',
      fields: [
        { name: 'n', type: 'int32', dims: [] },
        { name: 'sß', type: 'string', dims: [] },
        { name: 'm', type: 'float16', dims: [2] },
        { name: 'b', type: 'bool', dims: [] },
      ],
    },
    shape: [2],
  });
  const all = { start: [0], count: [2] };
  await w.writeStrings('rec', utf8(['x', 'yy']), all, 'sß');
  await w.writeNumeric('rec', Int32Array.of(1, 2), all, 'n');
  await w.writeNumeric('rec', Float32Array.of(1, 2, 3, 4), all, 'm');
  await w.writeNumeric('rec', Uint8Array.of(1, 0), all, 'b');
}

async function writeAttributes(w: StorageWriter): Promise<void> {
  await w.writeAttr('', 'encoding-type', 'anndata');
  await w.writeAttr('', 'encoding-type', 'replaced ü');
  await w.writeAttr('num', 'flag', true);
  await w.writeAttr('num', 'names', ['a', 'ü', '']);
  await w.writeAttr('num', 'none', []);
  await w.writeAttr('num', 'shape', BigInt64Array.of(3n, 4n));
  await w.writeAttr('num', 'half', { int64: 5 });
  await w.writeAttr('num/int8', 'real', Float64Array.of(0.5));
  const names = Array.from({ length: 6000 }, (_, i) => `column ${i}`);
  await w.createGroup('wide', names.length * 16);
  await w.writeAttr('wide', 'column-order', names);
}

describe('creating files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-write-'));
  const file = join(folder, 'all.h5');
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(async () => {
    const writer = await createHdf5(file);
    await writeEverything(writer);
    await writer.close();
    await writer.close();
  });

  test('an existing file is never touched', async () => {
    const before = readFileSync(file);
    await expect(createHdf5(file)).rejects.toMatchObject({ code: 'ERR_IO' });
    expect(readFileSync(file).equals(before)).toBe(true);
    await expect(createHdf5(join(folder, 'none', 'x.h5'))).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_/),
    });
  });

  test.each(samples)('%s comes back', async (dtype, data) => {
    const reader = await openHdf5(file);
    const node = (await reader.describe(`num/${dtype}`)) as ArrayNode;
    expect(node.type).toEqual({ kind: 'numeric', dtype, bigEndian: false });
    const expected = dtype === 'bool' ? [1, 0, 1] : Array.from(data as Float64Array);
    expect(Array.from((await reader.readNumeric(node)) as Float64Array)).toEqual(expected);
    await reader.close();
  });

  test('what makes no sense is refused', async () => {
    const writer = await createHdf5(join(folder, 'refused.h5'));
    const numeric = { kind: 'numeric', dtype: 'int32' } as const;
    await writer.createArray('a', { type: numeric, shape: [2] });
    const all = { start: [0], count: [2] };
    const code = (code: string) => expect.objectContaining({ code });
    await expect(writer.createArray('a', { type: numeric, shape: [2] })).rejects.toEqual(code('ERR_HDF5'));
    await expect(writer.createGroup('no/parent')).rejects.toEqual(code('ERR_KEY_NOT_FOUND'));
    await expect(writer.writeNumeric('a', Int8Array.of(1, 2), all)).rejects.toEqual(code('ERR_ARGUMENT'));
    await expect(writer.writeNumeric('a', Int32Array.of(1), all)).rejects.toEqual(code('ERR_ARGUMENT'));
    const outside = { start: [1], count: [2] };
    await expect(writer.writeNumeric('a', Int32Array.of(1, 2), outside)).rejects.toEqual(code('ERR_ARGUMENT'));
    await writer.createArray('s', { type: { kind: 'string' }, shape: [1] });
    const one = { start: [0], count: [1] };
    await expect(writer.writeStrings('s', utf8(['a\0b']), one)).rejects.toEqual(code('ERR_UNWRITEABLE'));
    await expect(writer.writeAttr('s', 'x', 'a\0b')).rejects.toEqual(code('ERR_UNWRITEABLE'));
    const compression = { codec: 'gzip', level: 10 } as const;
    await expect(writer.createArray('z', { type: numeric, shape: [9], compression })).rejects.toEqual(
      code('ERR_ARGUMENT'),
    );
    await writer.abandon();
    await writer.abandon();
    await expect(writer.createGroup('late')).rejects.toEqual(code('ERR_CLOSED'));
  });

  test('data may change right after the call', async () => {
    const path = join(folder, 'copied.h5');
    const writer = await createHdf5(path);
    await writer.createArray('a', { type: { kind: 'numeric', dtype: 'int32' }, shape: [2] });
    const data = Int32Array.of(1, 2);
    const writing = writer.writeNumeric('a', data, { start: [0], count: [2] });
    data.fill(9);
    await writing;
    await writer.close();
    const reader = await openHdf5(path);
    expect(Array.from((await reader.readNumeric((await reader.describe('a')) as ArrayNode)) as Int32Array)).toEqual([
      1, 2,
    ]);
    await reader.close();
  });

  describeWithPython('read by h5py', () => {
    // biome-ignore lint/suspicious/noExplicitAny: JSON
    let dumped: Promise<any> | undefined;
    const dump = () => {
      dumped ??= runPython('test/storage/python/dump.py', [file]).then(({ stdout }) => JSON.parse(stdout));
      return dumped;
    };

    test.each(samples)('%s', async (dtype, _data, python, expected) => {
      expect((await dump()).children.num.children[dtype]).toMatchObject({
        dtype: python,
        value: expected,
        chunks: null,
      });
    });

    test('text', async () => {
      const { plain, scalar, grid } = (await dump()).children.text.children;
      expect(plain).toMatchObject({ dtype: 'utf-8:None', value: ['a', '', 'ü€😀'] });
      expect(scalar).toMatchObject({ shape: [], value: 'one' });
      expect(grid.value).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
      expect((await dump()).children).toHaveProperty('ünicode');
    });

    test('shapes and filters', async () => {
      expect((await dump()).children.null).toMatchObject({ shape: null, value: 'Empty:<f4' });
      expect((await dump()).children.scalar).toMatchObject({
        shape: [],
        value: 2 ** 40,
        chunks: null,
        compression: [],
      });
      const { gzip, lzf, zstd, growing, empty, empty_gzip } = (await dump()).children.filters.children;
      expect(gzip).toMatchObject({ compression: ['gzip', 1], sum: 2475000 });
      expect(lzf).toMatchObject({ compression: ['lzf', null], sum: 2475000 });
      expect(zstd).toMatchObject({ filters: [32015], sum: 2475000 });
      expect(growing).toMatchObject({ maxshape: [null], compression: ['gzip', 9], value: [1, 2, 3] });
      expect(empty).toMatchObject({ shape: [0], maxshape: [null], chunks: [1024] });
      expect(empty_gzip).toMatchObject({ shape: [0, 3], value: [] });
    });

    test('records', async () => {
      expect((await dump()).children.rec.value).toEqual({
        n: [1, 2],
        sß: ['x', 'yy'],
        m: [
          [1, 2],
          [3, 4],
        ],
        b: [true, false],
      });
    });

    test('attributes', async () => {
      expect((await dump()).attrs['encoding-type']).toEqual({ dtype: 'object', value: 'replaced ü' });
      const { attrs } = (await dump()).children.num;
      expect(attrs.flag).toEqual({ dtype: 'bool', value: true });
      expect(attrs.names.value).toEqual(['a', 'ü', '']);
      expect(attrs.none).toEqual({ dtype: 'object', value: [] });
      expect(attrs.shape).toEqual({ dtype: 'int64', value: [3, 4] });
      expect(attrs.half).toEqual({ dtype: 'int64', value: 5 });
      expect((await dump()).children.num.children.int8.attrs.real.value).toEqual([0.5]);
      expect((await dump()).children.wide.attrs['column-order'].value).toHaveLength(6000);
    });
  });
});

test('the addon says what it is made of', () => {
  expect(native().versions().hdf5).toMatch(/^\d+\.\d+\.\d+$/);
  expect(native().filters()).toEqual(expect.arrayContaining([1, 2, 3]));
});
