// SPDX-License-Identifier: BSD-3-Clause

import type { AnnData } from '../../lib';
import { openAnnData } from '../../lib/anndata/encoding';
import { BackedFile } from '../../lib/backed';
import { openHdf5 } from '../../lib/storage/hdf5';
import type { StorageReader } from '../../lib/storage/storage';

/** What a storage was asked for: the key of an array, and how many elements were to be looked at. */
export interface Asked {
  key: string;
  elements: number;
}

/** Opens a file backed, and notes everything that is read of it afterwards. */
export async function openCounting(path: string): Promise<{ adata: AnnData<'backed'>; asked: Asked[] }> {
  const storage = await openHdf5(path);
  const asked: Asked[] = [];
  const note = async <T extends { length: number }>(key: string, read: Promise<T>): Promise<T> => {
    const result = await read;
    asked.push({ key, elements: result.length });
    return result;
  };
  const counting: StorageReader = {
    location: storage.location,
    limits: storage.limits,
    describe: (key, options) => storage.describe(key, options),
    readNumeric: (node, options) => note(node.key, storage.readNumeric(node, options)),
    readIndices: (node, options) => note(node.key, storage.readIndices(node, options)),
    async readStrings(node, options) {
      const text = await storage.readStrings(node, options);
      asked.push({ key: node.key, elements: text.offsets.length - 1 });
      return text;
    },
    async readCodes(node, options) {
      const found = await storage.readCodes(node, options);
      asked.push({ key: node.key, elements: found.codes.length });
      return found;
    },
    async readRuns(request) {
      const found = await storage.readRuns(request);
      for (const { key } of [request.indices, request.data]) asked.push({ key, elements: found.indices.length });
      return found;
    },
    async gatherSparse(request) {
      const found = await storage.gatherSparse(request);
      const entries = Array.from(request.counts).reduce((sum, n) => sum + n, 0);
      asked.push(
        { key: request.indices.key, elements: entries },
        { key: request.data.key, elements: found.indices.length },
      );
      return found;
    },
    close: () => storage.close(),
  };
  const root = await storage.describe('');
  const file = new BackedFile({ storage: counting, root, warn: () => undefined }, 'r');
  return { adata: await openAnnData(file), asked };
}
