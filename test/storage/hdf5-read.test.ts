// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode, GroupNode, StorageReader } from '../../lib/storage/storage';

const fixture = join(__dirname, '../fixtures/pbmc68k_reduced.h5ad');

describe('reading a real file', () => {
  let storage: StorageReader;
  beforeAll(async () => {
    storage = await openHdf5(fixture);
  });
  afterAll(() => storage.close());

  async function array(key: string): Promise<ArrayNode> {
    const node = await storage.describe(key);
    expect(node.kind).toBe('array');
    return node as ArrayNode;
  }

  test('describe gives the whole tree', async () => {
    const root = (await storage.describe('')) as GroupNode;
    expect([...(root.children?.keys() ?? [])]).toEqual([
      'X',
      'layers',
      'obs',
      'obsm',
      'obsp',
      'raw',
      'uns',
      'var',
      'varm',
      'varp',
    ]);
    const obs = root.children?.get('obs') as GroupNode;
    expect(obs.attrs.get('encoding-type')?.value).toBe('dataframe');
  });

  test('numbers', async () => {
    const node = await array('X');
    expect(node.shape).toEqual([700, 765]);
    const data = await storage.readNumeric(node);
    expect(data).toHaveLength(700 * 765);
  });

  test('indices of a sparse matrix', async () => {
    const indptr = await storage.readIndices(await array('raw/X/indptr'));
    expect(Object.prototype.toString.call(indptr)).toBe('[object Int32Array]');
    expect(indptr).toHaveLength(701);
    const rows = await storage.readIndices(await array('raw/X/indptr'), { selection: { start: [1], count: [2] } });
    expect([...rows]).toEqual([indptr[1], indptr[2]]);
  });

  test('text', async () => {
    const { offsets, bytes } = await storage.readStrings(await array('obs/index'));
    expect(offsets).toHaveLength(701);
    const [from, to] = [Number(offsets[0]), Number(offsets[1])];
    expect(Buffer.from(bytes.subarray(from, to)).toString()).toBe('AAAGCCTGGCTAAC-1');
  });

  test('use after close is refused', async () => {
    const other = await openHdf5(fixture);
    await other.close();
    await other.close();
    await expect(other.describe('')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  test('one file opened many times, closed while others read', async () => {
    const bytes = async (reader: StorageReader, node: ArrayNode) =>
      Buffer.from((await reader.readNumeric(node)).buffer);
    const expected = await bytes(storage, await array('X'));
    const readers = await Promise.all(Array.from({ length: 6 }, () => openHdf5(fixture)));
    await Promise.all(
      readers.map(async (reader, i) => {
        const node = (await reader.describe('X')) as ArrayNode;
        if (i % 2 === 0) expect((await bytes(reader, node)).equals(expected)).toBe(true);
        await reader.close();
      }),
    );
  });

  test('close waits for what was asked for before', async () => {
    const reader = await openHdf5(fixture);
    const reading = array('obs/index').then((node) => reader.readStrings(node));
    const node = await array('X');
    const last = reader.readNumeric(node, { selection: { start: [0, 0], count: [1, 765] } });
    const closing = reading.then(() => reader.close());
    await expect(Promise.all([reading, last, closing])).resolves.toBeDefined();
  });
});
