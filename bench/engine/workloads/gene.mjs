// SPDX-License-Identifier: BSD-3-Clause
//
// One gene of all cells: from csr, where it lies scattered over the whole matrix, and from csc.

import { sparseParts } from '../canonical.mjs';

const fromCsr = (name, label, selection, floor, aim) => ({
  name,
  label,
  request: ({ input, selections }) => ({ file: input('csr-gzip'), genes: [selections[selection].gene] }),
  limit({ file }, { selections, chunks }) {
    return ['decode', file, `X/indices:0-${chunks - 1}`, `X/data:${selections[selection].chunks}`];
  },
  h5wasm: 'see full X, gzip',
  floor: { ...floor, memoryMB: 128 },
  aim: { ...aim, memoryMB: 128 },
});

export const cases = [
  fromCsr('gene-csr', 'one gene from CSR (in most cells), gzip', 'popular', { ratio: 6 }, { ratio: 8 }),
  fromCsr('gene-csr-rare', 'one gene from CSR (rare), gzip', 'rare', { ratio: 6 }, { ratio: 8 }),
  {
    name: 'gene-csc',
    label: 'one gene from CSC, gzip (mean of 50)',
    request({ input, selections }) {
      const { positions } = selections.genes;
      return { file: input('csc-gzip'), genes: positions, repeat: positions.length };
    },
    limit({ file }, { selections }) {
      const { chunks } = selections.genes;
      return ['decode', file, `X/data:${chunks}`, `X/indices:${chunks}`];
    },
    h5wasm: 'no backed matrix',
    floor: { ratio: 3 },
    aim: { ratio: 5, ms: 1 },
  },
];

/** Gene after gene, as one who asks for them would. */
export async function ours({ openBacked }, { file, genes }) {
  const adata = await openBacked(file);
  const work = async () => {
    const found = [];
    for (const gene of genes) found.push(await adata.X.subset(null, [gene]).read());
    return found;
  };
  const parts = (found) => Object.fromEntries(found.flatMap((matrix, i) => numbered(sparseParts(matrix), i)));
  return { work, parts, close: () => adata.close() };
}

const numbered = (parts, i) => Object.entries(parts).map(([name, value]) => [`${i}.${name}`, value]);
