// SPDX-License-Identifier: BSD-3-Clause
//
// Rows of a backed csr matrix: Python is given one sorted list.

import { sparseParts } from '../canonical.mjs';

const one = (name, label, selection, floor, aim) => ({
  name,
  label,
  request: ({ input, selections }) => ({ file: input('csr-gzip'), rows: selections[selection].positions }),
  limit({ file }, { selections }) {
    const { chunks } = selections[selection];
    return ['decode', file, `X/data:${chunks}`, `X/indices:${chunks}`];
  },
  h5wasm: 'no reading by lists',
  floor,
  aim,
});

export const cases = [
  one('rows-random', '1,000 random rows, gzip', 'rows', { ratio: 3.5 }, { ratio: 4.5 }),
  one('rows-kind', 'all rows of one cell type (15 %, scattered), gzip', 'kind', { ratio: 4 }, { ratio: 6 }),
];

export async function ours({ openBacked }, { file, rows: positions }) {
  const adata = await openBacked(file);
  const wanted = Int32Array.from(positions);
  return { work: () => adata.X.subset(wanted, null).read(), parts: sparseParts, close: () => adata.close() };
}
