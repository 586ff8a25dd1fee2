// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../lib/native';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode, GroupNode, StorageReader } from '../../lib/storage/storage';
import { addonFile } from '../support/addon';
import { describeWithPython, runPython } from '../support/python';

const code = (code: string, key?: string) => expect.objectContaining(key === undefined ? { code } : { code, key });

describe('what is not an HDF5 file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-not-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a missing file, a folder, text, nothing', async () => {
    await expect(openHdf5(join(folder, 'missing'))).rejects.toEqual(code('ERR_FILE_NOT_FOUND'));
    await expect(openHdf5(folder)).rejects.toEqual(code('ERR_IO'));
    writeFileSync(join(folder, 'text'), 'hello\n'.repeat(1000));
    await expect(openHdf5(join(folder, 'text'))).rejects.toEqual(code('ERR_NOT_HDF5'));
    writeFileSync(join(folder, 'empty'), '');
    await expect(openHdf5(join(folder, 'empty'))).rejects.toEqual(code('ERR_NOT_HDF5'));
  });

  test('a signature and nothing else', async () => {
    writeFileSync(join(folder, 'head'), Buffer.from('894844460d0a1a0a', 'hex'));
    await expect(openHdf5(join(folder, 'head'))).rejects.toEqual(code('ERR_HDF5'));
  });
});

describeWithPython('well-formed files that mean harm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-hostile-'));
  const open: StorageReader[] = [];
  beforeAll(() => runPython('test/storage/python/hostile.py', [folder]));
  afterAll(async () => {
    await Promise.all(open.map((r) => r.close()));
    rmSync(folder, { recursive: true });
  });

  async function reader(name: string): Promise<StorageReader> {
    const storage = await openHdf5(join(folder, name));
    open.push(storage);
    return storage;
  }

  test('nothing outside the file is described', async () => {
    const root = (await (await reader('links.h5')).describe('')) as GroupNode;
    const child = (name: string) => root.children?.get(name);
    const refused = (reason: string) => ({ kind: 'refused', unsafe: true, reason: expect.stringContaining(reason) });
    expect(child('external')).toMatchObject(refused('external link to "other.h5"'));
    expect(child('through')).toMatchObject(refused('external link to "other.h5"'));
    expect(child('raw')).toMatchObject(refused('external raw storage: its data are in the file "secret"'));
    expect(child('virtual')).toMatchObject(refused('virtual dataset'));
    expect(child('ping')).toMatchObject(refused('cycle'));
    expect(child('bad\\xff')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('UTF-8') });
    const loop = child('loop') as GroupNode;
    expect(loop.children?.get('self')).toMatchObject(refused('a link cycle back to "/loop"'));
    expect(loop.children?.get('up')).toMatchObject(refused('a link cycle back to "/"'));
  });

  test('nor read, when the description is forged', async () => {
    const file = await native().open(join(folder, 'links.h5'));
    for (const [key, n] of [
      ['raw', 8],
      ['virtual', 3],
      ['external', 3],
      ['through', 3],
    ] as const) {
      const reading = file.read(key, '', [Float64Array.of(0)], [Float64Array.of(n)], new BigUint64Array(n), null);
      await expect(reading).rejects.toEqual(code('ERR_UNSAFE_FILE', key));
    }
    await expect(file.describe('external', 1, 10)).rejects.toEqual(code('ERR_UNSAFE_FILE', 'external'));
    await file.close();
  });

  test('depth and sharing are bounded', async () => {
    let node = await (await reader('deep.h5')).describe('');
    let depth = 0;
    while (node.kind === 'group') {
      node = [...(node.children?.values() ?? [])][0] as GroupNode;
      depth++;
    }
    expect(node).toMatchObject({ kind: 'refused', unsafe: true });
    expect(depth).toBe(65);
    const began = Date.now();
    await (await reader('shared.h5')).describe('');
    expect(Date.now() - began).toBeLessThan(1000);
  });

  test.each([
    ['nothing', 'ERR_LIMIT'],
    ['nothing_contiguous', 'ERR_LIMIT'],
    ['product', 'ERR_LIMIT'],
    ['deflated', 'ERR_LIMIT'],
    ['huge_chunk', 'ERR_LIMIT'],
    ['many_strings', 'ERR_LIMIT'],
    ['scale', 'ERR_UNSUPPORTED_FILTER'],
    ['unknown_filter', 'ERR_UNSUPPORTED_FILTER'],
  ])('%s is refused', async (key, expected) => {
    const storage = await reader('bombs.h5');
    const node = (await storage.describe(key)) as ArrayNode;
    const began = Date.now();
    const reading = node.type.kind === 'string' ? storage.readStrings(node) : storage.readNumeric(node);
    await expect(reading).rejects.toEqual(code(expected, key));
    expect(Date.now() - began).toBeLessThan(1000);
  });

  test('the addon itself refuses what is claimed but not stored', async () => {
    const file = await native().open(join(folder, 'bombs.h5'));
    for (const key of ['nothing', 'nothing_contiguous', 'product', 'deflated', 'huge_chunk']) {
      const rank = key === 'product' ? 3 : 1;
      const axes = (n: number) => Array.from({ length: rank }, () => Float64Array.of(n));
      const dest = ['deflated', 'huge_chunk'].includes(key) ? new Uint8Array(1) : new Float64Array(1);
      await expect(file.read(key, '', axes(0), axes(1), dest, null)).rejects.toEqual(code('ERR_LIMIT', key));
    }
    await file.close();
  });

  test('many references to one large text', async () => {
    const storage = await openHdf5(join(folder, 'bombs.h5'));
    const node = (await storage.describe('one_string')) as ArrayNode;
    await expect(storage.readStrings(node)).rejects.toEqual(code('ERR_LIMIT', 'one_string'));
    await storage.close();
    const before = process.memoryUsage().rss;
    const root = (await (await reader('attr_bomb.h5')).describe('')) as GroupNode;
    expect(root.attrs.get('names')?.value).toEqual({
      unsupported: expect.stringContaining('too much for an attribute'),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  });

  test('much to do for little in the file', async () => {
    const storage = await reader('much.h5');
    await expect(storage.describe('attributes')).rejects.toEqual(code('ERR_LIMIT', 'attributes'));
    const links = (await storage.describe('links')) as GroupNode;
    const refused = [...(links.children?.values() ?? [])].filter((child) => child.kind === 'refused');
    expect(refused).toHaveLength(200 - 16);
    const file = await native().open(join(folder, 'much.h5'));
    await expect(file.describe('types', 10, 100_000)).rejects.toEqual(code('ERR_LIMIT'));
    await file.close();
    const records = (await storage.describe('records')) as GroupNode;
    expect(records.attrs.get('x')?.value).toEqual({ unsupported: 'records' });
    await expect(storage.describe('soft')).rejects.toEqual(code('ERR_UNSAFE_FILE', 'soft'));
  });

  test('a compact array larger than its header', async () => {
    const storage = await reader('compact.h5');
    const reading = async () => storage.readNumeric((await storage.describe('x')) as ArrayNode);
    // Newer libraries see it themselves.
    const refusal = { code: expect.stringMatching(/^ERR_(INVALID_FILE|HDF5)$/), key: 'x' };
    await expect(reading()).rejects.toEqual(expect.objectContaining(refusal));
  });

  test('text there is no memory for', () => {
    // In a process of its own: the addon takes the constructors of the realm it was loaded in.
    const script = `
      const [addon, file] = process.argv.slice(1);
      const native = require(addon);
      native.init((code, message) => Object.assign(new Error(message), { code }));
      const axes = [[Float64Array.of(0)], [Float64Array.of(30)]];
      globalThis.Int32Array = class { constructor() { throw new RangeError('Array buffer allocation failed'); } };
      native.open(file).then((opened) => opened.readStrings('obs/_index', '', ...axes, 1e6, null)).catch((error) => {
        console.log(error.code, error.message);
      });`;
    const root = join(__dirname, '../..');
    const args = [addonFile(), join(root, 'test/fixtures/archives/v0.7.8/adata.h5ad')];
    const said = execFileSync(process.execPath, ['-e', script, ...args], { encoding: 'utf8' });
    expect(said).toBe('ERR_LIMIT there is no memory for 31 elements of a new Int32Array\n');
  });
});
