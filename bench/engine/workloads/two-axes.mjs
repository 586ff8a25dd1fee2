// SPDX-License-Identifier: BSD-3-Clause
//
// A subset on both axes by lists. Python's own way reads the whole matrix; its best way, rows first, stands in a second line.

import { sparseParts } from '../canonical.mjs';

const one = (name, label, way, floor, aim) => ({
  name,
  label,
  request({ input, selections: { rows: cells, genes } }) {
    return { file: input('csr-gzip'), rows: cells.positions, genes: genes.positions, way };
  },
  limit({ file }, { selections }) {
    const { chunks } = selections.rows;
    return ['decode', file, `X/data:${chunks}`, `X/indices:${chunks}`];
  },
  h5wasm: 'no reading by lists',
  floor,
  aim,
});

export const cases = [
  one('two-axes', '1,000 rows × 50 genes, gzip', 'subset', { ratio: 15 }, { ratio: 25 }),
  one('two-axes-best', '… against Python taking the rows first, by hand', 'rows first', {}, {}),
];

export async function ours({ openBacked }, { file, rows: cells, genes }) {
  const adata = await openBacked(file);
  const view = adata.X.subset(Int32Array.from(cells), Int32Array.from(genes));
  return { work: () => view.read(), parts: sparseParts, close: () => adata.close() };
}
