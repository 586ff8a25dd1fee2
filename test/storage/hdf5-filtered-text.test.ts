// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { ArrayNode } from '../../lib/storage/storage';

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
