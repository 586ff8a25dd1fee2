// SPDX-License-Identifier: BSD-3-Clause
//
// From files into a file. What both wrote is read by Python and must hold the same X.

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const one = (name, label, floor, aim, how) => ({
  name: `disk-${name}`,
  label,
  request: ({ folder, input, scratch }) => ({
    folder,
    file: input('csr-gzip'),
    out: join(scratch, `python-${name}.h5ad`),
    ...how,
  }),
  oursRequest: ({ scratch }) => ({ out: join(scratch, `ours-${name}.h5ad`) }),
  noLimit: 'no single one',
  writes: true,
  h5wasm: 'no AnnData',
  floor,
  aim,
});

export const cases = [
  one(
    'concat',
    'four files of the same genes joined on disk, gzip to uncompressed',
    { ratio: 3, memoryMB: 256 },
    { ratio: 4.5 },
    { task: 'concat', parts: 'same', join: 'inner', compression: null },
  ),
  one(
    'outer',
    'four files of differing genes joined on disk (outer), gzip to gzip; Python in memory',
    { ratio: 2, memoryMB: 256 },
    { ratio: 5 },
    { task: 'concat', parts: 'other', join: 'outer', compression: 'gzip' },
  ),
  one(
    'turn',
    'csr to csc on disk, gzip to uncompressed; Python in memory',
    { ratio: 2, memoryMB: 1024 },
    { ratio: 5 },
    { task: 'turn', compression: null },
  ),
];

export async function ours({ api }, { task, folder, file, parts, join: how, out, compression }) {
  await rm(out, { force: true });
  const inputs = [0, 1, 2, 3].map((i) => join(folder, `part-${parts}-${i}.h5ad`));
  const tasks = {
    concat: () => api.concatOnDisk(inputs, out, { join: how, compression }),
    async turn() {
      const adata = await api.readH5ad(file, { backed: 'r' });
      await api.writeH5ad(out, adata, { formats: { X: 'csc' }, compression });
      await adata.close();
    },
  };
  return { work: tasks[task], facts: async () => ({ size: (await stat(out)).size }) };
}
