// SPDX-License-Identifier: BSD-3-Clause
//
// Writing an object whose X is in memory. Both files are read by Python and must hold the same X; their sizes stand beside the times.

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const one = (codec, label, floor, aim) => ({
  name: `write-${codec ?? 'none'}`,
  label: `write ${label}`,
  request: ({ input, scratch }) => ({
    file: input('csr-none'),
    out: join(scratch, `python-${codec}.h5ad`),
    compression: codec,
  }),
  oursRequest: ({ scratch }) => ({ out: join(scratch, `ours-${codec}.h5ad`) }),
  /** The pipelines are those of the file ours wrote. */
  limit: ({ out }) => ['encode', out, `${out}.limit`, 'X/data', 'X/indices', 'X/indptr'],
  writes: true,
  h5wasm: 'no AnnData',
  floor,
  aim,
});

export const cases = [
  one('gzip', 'gzip, default preset', { ratio: 6, size: 0.8 }, { ratio: 8, size: 0.72 }),
  one('lzf', 'lzf', { ratio: 2 }, { ratio: 3 }),
  one(null, 'uncompressed', { ratio: 1.2 }, { ratio: 2 }),
];

export async function ours({ api }, { file, out, compression }) {
  const adata = await api.readH5ad(file);
  await rm(out, { force: true });
  return {
    work: () => api.writeH5ad(out, adata, { compression }),
    facts: async () => ({ size: (await stat(out)).size }),
  };
}
