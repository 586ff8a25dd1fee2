// SPDX-License-Identifier: BSD-3-Clause
//
// What is read chunk by chunk and text by text without libhdf5's own decoding: the same as libhdf5 reads from plain
// data, and never a crash.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode, GroupNode, ReadOptions, Selection, StorageReader } from '../../lib/storage/storage';
import { describeWithPython, runPython } from '../support/python';

const code = (code: string, key?: string) => expect.objectContaining(key === undefined ? { code } : { code, key });

describeWithPython('chunks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-chunks-'));
  beforeAll(() => runPython('test/storage/python/chunks.py', [folder]));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function using<T>(name: string, work: (storage: StorageReader) => Promise<T>): Promise<T> {
    const storage = await openHdf5(join(folder, name));
    try {
      return await work(storage);
    } finally {
      await storage.close();
    }
  }

  async function array(storage: StorageReader, key: string): Promise<ArrayNode> {
    return (await storage.describe(key)) as ArrayNode;
  }

  function read(storage: StorageReader, node: ArrayNode, options: ReadOptions): Promise<unknown> {
    const field =
      node.type.kind === 'compound' ? node.type.fields.find((f) => f.name === options.field)?.type : node.type;
    return field?.kind === 'string' ? storage.readStrings(node, options) : storage.readNumeric(node, options);
  }

  /** All of it, each corner, and boxes that cut through chunks. */
  function boxes(shape: number[]): Selection[] {
    const some: Selection[] = [{ start: shape.map(() => 0), count: shape }];
    for (const [a, b] of [
      [0, 0.3],
      [0.3, 0.7],
      [0.5, 0.51],
      [0.9, 1],
    ] as const) {
      const start = shape.map((n) => Math.floor(n * a));
      some.push({ start, count: shape.map((n, i) => Math.max(1, Math.floor(n * b) - (start[i] as number))) });
    }
    return some;
  }

  const names = ['f8', 'big', 'half', 'bool', 'complex', 'big_complex', 'long', 'cube', 'text', 'fixed', 'records'];
  const filters = [
    'gzip',
    'gzip_shuffle_sum',
    'lzf',
    'lzf_sum',
    'zstd',
    'lz4_shuffle',
    'blosc',
    'sum',
    'shuffle',
    'none',
  ];

  test.each(filters)('%s: the same as without', (how) =>
    using('chunks.h5', async (storage) => {
      const group = (await storage.describe(how)) as GroupNode;
      for (const name of names.filter((name) => group.children?.has(name))) {
        const [plain, node] = [await array(storage, `plain/${name}`), await array(storage, `${how}/${name}`)];
        const fields = node.type.kind === 'compound' ? node.type.fields.map((f) => f.name) : [undefined];
        for (const selection of boxes(node.shape as number[])) {
          for (const field of fields) {
            const options = { selection, field };
            const [found, expected] = [await read(storage, node, options), await read(storage, plain, options)];
            expect({ name, field, selection, found }).toEqual({ name, field, selection, found: expected });
          }
        }
      }
    }),
  );

  test.each(['missing', 'missing_text', 'skipped'])('%s', (name) =>
    using('odd.h5', async (storage) => {
      const [node, plain] = [await array(storage, name), await array(storage, `${name}_plain`)];
      for (const selection of boxes(node.shape as number[])) {
        expect(await read(storage, node, { selection })).toEqual(await read(storage, plain, { selection }));
      }
    }),
  );

  test.each([
    'deflate_short',
    'deflate_long',
    'skipped',
    'skipped_lzf',
    'shuffle',
    'fletcher_2',
    'fletcher_4',
    'fletcher_skipped',
  ])('a chunk that lies: %s', (name) =>
    using(`lie_${name}.h5`, async (storage) => {
      await expect(storage.readNumeric(await array(storage, 'x'))).rejects.toEqual(code('ERR_INVALID_FILE', 'x'));
    }),
  );

  test.each(['huge', 'large'])('an index that claims more than a chunk can take: %s', (name) =>
    using(`lie_${name}.h5`, async (storage) => {
      const said = /is said to take \d+ bytes in the file/;
      const refused = { code: 'ERR_INVALID_FILE', key: 'x', message: expect.stringMatching(said) };
      await expect(storage.readNumeric(await array(storage, 'x'))).rejects.toMatchObject(refused);
    }),
  );

  test('an index that lies about a chunk without filters', () =>
    using('lie_index.h5', async (storage) => {
      // Nothing depends on that size, which is how the chunk is whole all the same.
      expect((await storage.readNumeric(await array(storage, 'x'))).every((x) => x === 1n)).toBe(true);
    }));

  test.each(['fill.h5', 'fill_forged.h5'])('a text as fill value: %s', (name) =>
    using(name, async (storage) => {
      const root = (await storage.describe('')) as GroupNode;
      const { bytes } = await storage.readStrings(root.children?.get('y') as ArrayNode);
      expect(Buffer.from(bytes).toString()).toBe('fill'.repeat(3));
      const { bytes: long } = await storage.readStrings(root.children?.get('x') as ArrayNode);
      expect(Buffer.from(long).toString()).toBe('f'.repeat(name === 'fill.h5' ? 3000 : 1));
    }),
  );

  test('text of another length than its reference says', () =>
    using('text_short.h5', async (storage) => {
      const { bytes } = await storage.readStrings(await array(storage, 'x'));
      expect(Buffer.from(bytes).toString()).toBe('vshort');
      const root = await using('attr_short.h5', async (other) => (await other.describe('')) as GroupNode);
      expect(root.attrs.get('x')?.value).toEqual(['v', 'short']);
    }));

  test.each(['longer', 'address', 'nowhere', 'index', 'undefined'])('text that is not there: %s', async (name) => {
    await using(`text_${name}.h5`, async (storage) => {
      await expect(storage.readStrings(await array(storage, 'x'))).rejects.toEqual(code('ERR_INVALID_FILE', 'x'));
    });
    await using(`attr_${name}.h5`, async (storage) => {
      await expect(storage.describe('')).rejects.toEqual(code('ERR_INVALID_FILE'));
    });
  });

  test('text said to be huge takes no memory', async () => {
    const before = process.memoryUsage().rss;
    await using('text_huge.h5', async (storage) => {
      await expect(storage.readStrings(await array(storage, 'x'))).rejects.toEqual(code('ERR_LIMIT', 'x'));
    });
    await using('attr_huge.h5', async (storage) => {
      const root = (await storage.describe('')) as GroupNode;
      expect(root.attrs.get('x')?.value).toEqual({ unsupported: expect.stringContaining('too much') });
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  });
});
