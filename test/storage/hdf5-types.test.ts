// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode, GroupNode, StorageReader, Utf8Data } from '../../lib/storage/storage';
import { describeWithPython, runPython } from '../support/python';

function texts({ offsets, bytes }: Utf8Data): string[] {
  const at = (i: number) => Number(offsets[i]);
  return Array.from({ length: offsets.length - 1 }, (_, i) => Buffer.from(bytes.subarray(at(i), at(i + 1))).toString());
}

describeWithPython('every datatype of h5py', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-types-'));
  const file = join(folder, 'types.h5');
  let storage: StorageReader;

  beforeAll(async () => {
    await runPython('test/storage/python/every_type.py', [file]);
    storage = await openHdf5(file);
  });
  afterAll(async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
  });

  const array = async (key: string) => (await storage.describe(key)) as ArrayNode;
  const numbers = async (key: string, options = {}) =>
    Array.from((await storage.readNumeric(await array(key), options)) as Float64Array);
  const strings = async (key: string, options = {}) => texts(await storage.readStrings(await array(key), options));

  const float = (v: number) => Math.fround(v);
  test.each([
    ['i1', [-128, 0, 1, 127]],
    ['i2', [-32768, 0, 1, 32767]],
    ['i4', [-(2 ** 31), 0, 1, 2 ** 31 - 1]],
    ['i8', [-(2n ** 63n), 0n, 1n, 2n ** 63n - 1n]],
    ['u1', [0, 0, 1, 255]],
    ['u2', [0, 0, 1, 65535]],
    ['u4', [0, 0, 1, 2 ** 32 - 1]],
    ['u8', [0n, 0n, 1n, 2n ** 64n - 1n]],
    ['f2', [-65504, 0, 1, 65504]],
    ['f4', [float(-3.4028234663852886e38), 0, 1, float(3.4028234663852886e38)]],
    ['f8', [-Number.MAX_VALUE, 0, 1, Number.MAX_VALUE]],
  ])('%s in both byte orders', async (name, expected) => {
    expect(await numbers(`num/le/${name}`)).toEqual(expected);
    expect(await numbers(`num/be/${name}`)).toEqual(expected);
    expect((await array(`num/be/${name}`)).type).toMatchObject({ kind: 'numeric', bigEndian: name.slice(1) !== '1' });
  });

  test('all 65536 halves', async () => {
    expect(await numbers('half')).toEqual(await numbers('half_as_float'));
  });

  test('bool, complex, long double, enum, scalar', async () => {
    expect((await array('bool')).type).toMatchObject({ dtype: 'bool' });
    expect(await numbers('bool')).toEqual([1, 0, 1]);
    expect(await numbers('c8')).toEqual([1, 2, -0, -3]);
    expect((await array('c16')).type).toEqual({ kind: 'numeric', dtype: 'complex128', bigEndian: true });
    expect(await numbers('c16')).toEqual([1, 2, -0, -3]);
    expect((await array('longdouble')).type).toMatchObject({ dtype: 'longdouble' });
    expect(await numbers('longdouble')).toEqual([1.5, -2.25]);
    expect(await numbers('enum')).toEqual([5, 9, 5]);
    expect((await array('scalar')).shape).toEqual([]);
    expect(await numbers('scalar')).toEqual([2n ** 62n]);
  });

  test('shapes', async () => {
    expect((await array('empty')).shape).toEqual([0, 3]);
    expect(await numbers('empty')).toEqual([]);
    expect((await array('null')).shape).toBeNull();
    await expect(numbers('null')).rejects.toMatchObject({ code: 'ERR_INVALID_FILE', key: 'null' });
    const selection = { start: [1, 0, 2], count: [1, 3, 2] };
    expect(await numbers('nd', { selection })).toEqual([14, 15, 18, 19, 22, 23]);
  });

  test('chunks and filters', async () => {
    const node = await array('gz2');
    expect(node).toMatchObject({ layout: 'chunked', chunks: [30, 17] });
    expect(node.filters.map((f) => [f.id, f.available])).toEqual([
      [2, true],
      [1, true],
      [3, true],
    ]);
    const all = await numbers('gz2');
    expect(all.every((v, i) => v === (BigInt(i) as unknown))).toBe(true);
    expect((await numbers('lzf'))[99999]).toBe(99999);
  });

  test('text', async () => {
    expect(await strings('text/vlen')).toEqual(['a', '', 'ü€😀', 'x'.repeat(300)]);
    expect(await strings('text/ascii')).toEqual(['a', 'bc']);
    expect(await strings('text/fixed')).toEqual(['abc', 'a', '', 'a\0b']);
    expect(await strings('text/fixed_utf8')).toEqual(['ü', 'u']);
    expect(await strings('text/scalar')).toEqual(['one']);
    expect(await strings('text/spaces')).toEqual(['ab', ' c']);
    const selection = { start: [0, 1], count: [2, 2] };
    expect(await strings('text/matrix', { selection })).toEqual(['b', 'c', 'e', 'f']);
    const many = await strings('text/many');
    expect(many).toHaveLength(200000);
    expect(many[199999]).toBe('name-199999');
    await expect(strings('text/bad')).rejects.toMatchObject({
      code: 'ERR_INVALID_FILE',
      key: 'text/bad',
      message: expect.stringContaining('position 1'),
    });
  });

  test('fields of records', async () => {
    const { type } = await array('rec');
    expect(type.kind === 'compound' && type.fields.map((f) => [f.name, f.dims])).toEqual([
      ['n', []],
      ['f', []],
      ['s', []],
      ['b', []],
      ['sub', [2, 2]],
      ['half', []],
      ['flag', []],
      ['c', []],
    ]);
    expect(await numbers('rec', { field: 'n' })).toEqual([1, 2, 3]);
    expect(await numbers('rec', { field: 'f' })).toEqual([0.5, 1.5, 2.5]);
    expect(await strings('rec', { field: 's' })).toEqual(['x', 'yy', '']);
    expect(await strings('rec', { field: 'b' })).toEqual(['abc', 'd', '']);
    expect(await numbers('rec', { field: 'sub' })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await numbers('rec', { field: 'half' })).toEqual([1, 2, 0.25]);
    expect(await numbers('rec', { field: 'flag' })).toEqual([1, 0, 1]);
    expect(await numbers('rec', { field: 'c' })).toEqual([0, 1, 2, 0, 3, 0]);
    const selection = { start: [1], count: [1] };
    expect(await numbers('rec', { field: 'sub', selection })).toEqual([4, 5, 6, 7]);
  });

  test('indices of any width', async () => {
    expect(Array.from(await storage.readIndices(await array('idx/u8')))).toEqual([1, 2, 3]);
    const wide = await storage.readIndices(await array('idx/wide'));
    expect(Object.prototype.toString.call(wide)).toBe('[object Float64Array]');
    expect(Array.from(wide)).toEqual([1, 2 ** 31, 2 ** 40]);
    await expect(array('idx/neg').then((n) => storage.readIndices(n))).rejects.toMatchObject({
      code: 'ERR_INVALID_FILE',
      message: expect.stringContaining('-1 at position 1'),
    });
    expect(Array.from(await storage.readIndices(await array('idx/neg'), { min: -1 }))).toEqual([1, -1, 2]);
    await expect(array('idx/past').then((n) => storage.readIndices(n))).rejects.toMatchObject({
      code: 'ERR_INVALID_FILE',
    });
  });

  test('attributes', async () => {
    const { attrs } = (await storage.describe('', { depth: 0 })) as GroupNode;
    const value = (name: string) => attrs.get(name)?.value;
    expect(value('text')).toBe('ü');
    expect(value('bytes')).toBe('abc');
    expect(value('texts')).toEqual(['a', 'b']);
    expect(value('none')).toEqual([]);
    expect(value('fixed')).toEqual(['a', 'bc']);
    expect(value('int')).toBe(3);
    expect(value('big')).toBe(2n ** 62n);
    expect(value('ubig')).toBe(2n ** 64n - 1n);
    expect(value('real')).toBe(0.5);
    expect(value('half')).toBe(0.25);
    expect(value('yes')).toBe(true);
    expect(Array.from(value('list') as Int16Array)).toEqual([1, 2, 3, 4]);
    expect(attrs.get('list')?.shape).toEqual([2, 2]);
    expect(Array.from(value('flags') as Uint8Array)).toEqual([1, 0]);
    expect(attrs.get('nothing')).toMatchObject({ shape: null, value: null });
    expect(value('ref')).toEqual({ reference: 'idx/wide' });
    expect(value('region')).toHaveProperty('unsupported');
  });

  test('links and odd objects', async () => {
    const root = (await storage.describe('')) as GroupNode;
    expect(root.children?.get('datatype')).toMatchObject({
      kind: 'refused',
      unsafe: false,
      reason: 'a named datatype',
    });
    expect(root.children?.get('soft')).toMatchObject({ kind: 'array', shape: [3] });
    expect(root.children?.get('soft_relative')).toMatchObject({ kind: 'array', shape: [3] });
    expect(root.children?.get('dangling')).toMatchObject({ kind: 'refused', unsafe: false });
    expect(root.children?.get('__proto__')).toMatchObject({ kind: 'group', key: '__proto__' });
    expect(await numbers('__proto__/x')).toEqual([1n]);
    await expect(storage.describe('idx/none')).rejects.toMatchObject({ code: 'ERR_KEY_NOT_FOUND', key: 'idx/none' });
    await expect(storage.describe('nd/x')).rejects.toMatchObject({ code: 'ERR_KEY_NOT_FOUND' });
    await expect(storage.describe('dangling')).rejects.toMatchObject({ code: 'ERR_KEY_NOT_FOUND' });
  });

  test('limits, signal and progress', async () => {
    const small = await openHdf5(file, { limits: { maxBytes: 1000, maxObjects: 5 } });
    const node = await array('gz2');
    await expect(small.readNumeric(node)).rejects.toMatchObject({
      code: 'ERR_LIMIT',
      message: expect.stringContaining('800000'),
    });
    await expect(small.readStrings(await array('text/many'))).rejects.toMatchObject({ code: 'ERR_LIMIT' });
    await expect(small.readStrings(await array('text/vlen'))).resolves.toBeDefined();
    await expect(small.describe('')).rejects.toMatchObject({ code: 'ERR_LIMIT' });
    await small.close();
    await expect(storage.readNumeric(node, { signal: AbortSignal.abort('why') })).rejects.toBe('why');
    let bytes = 0;
    await storage.readNumeric(node, { onBytes: (n) => (bytes += n) });
    expect(bytes).toBe(800000);
  });
});
