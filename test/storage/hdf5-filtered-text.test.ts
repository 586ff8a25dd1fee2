// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8Vector } from '../../lib/arrays/arrow';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode } from '../../lib/storage/storage';
import { describeWithPython, runPython } from '../support/python';

/** In the file a text of variable length takes 16 bytes, in memory a pointer: decoders must expect the former. */
test.each([
  ['obs/_index', 30],
  ['obs/__categories/cat_ordered', 24],
  ['uns/O_recarray', 20],
])('text compressed with lzf: %s', async (key, rows) => {
  const storage = await openHdf5(join(__dirname, '../fixtures/archives/v0.7.8/adata.h5ad'));
  try {
    const node = (await storage.describe(key)) as ArrayNode;
    const fields = node.type.kind === 'compound' ? node.type.fields.map(({ name }) => name) : [''];
    for (const field of fields) {
      const { offsets, bytes } = await storage.readStrings(node, field === '' ? {} : { field });
      expect(offsets).toHaveLength(rows + 1);
      expect(Number(offsets[rows])).toBe(bytes.length);
      expect(bytes.length).toBeGreaterThan(0);
    }
  } finally {
    await storage.close();
  }
});

/** The heads of a heap and of its objects are as long as ever then. */
describeWithPython('text of a file whose addresses and lengths are narrow', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anndata-narrow-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    [8, 8],
    [8, 4],
    [8, 2],
    [4, 4],
  ])('addresses of %i bytes, lengths of %i', async (addresses, lengths) => {
    const file = join(folder, `${addresses}-${lengths}.h5`);
    const { stdout } = await runPython(join(__dirname, 'python/narrow_sizes.py'), [file, `${addresses}`, `${lengths}`]);
    const storage = await openHdf5(file);
    try {
      const node = (await storage.describe('text')) as ArrayNode;
      const text = [...utf8Vector(await storage.readStrings(node))];
      expect({ text, list: node.attrs.get('list')?.value }).toEqual(JSON.parse(stdout));
    } finally {
      await storage.close();
    }
  });
});
