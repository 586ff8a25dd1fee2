// SPDX-License-Identifier: BSD-3-Clause
//
// Opening a file of many observations. An open that leaves work for later is timed again with what would come next: a column, a look for
// a name, a row.

import { categoricalParts, sparseParts } from '../canonical.mjs';

const one = (name, label, then, floor, aim) => ({
  name,
  label,
  request: ({ input, wide }) => ({ file: input('wide'), then, position: Math.floor(wide / 2) }),
  noLimit: 'none',
  h5wasm: 'no AnnData',
  floor,
  aim,
});

export const cases = [
  one('open', 'open backed, shape and column names, 1 M cells × 30 columns', false, { ratio: 20 }, { ratio: 100 }),
  one('open-then', '… and then a column, a name looked up, its row', true, {}, {}),
];

export async function ours({ openBacked }, { file, then, position }) {
  const name = then ? await nameAt(openBacked, file, position) : null;
  const work = async () => {
    const adata = await openBacked(file);
    try {
      const result = { shape: adata.shape, columns: [...adata.obs.columns] };
      if (!then) return result;
      await adata.load(['obs/group3', 'obs/_index']);
      result.column = adata.obs.get('group3');
      result.row = await adata.subset([name], null).X.read();
      return result;
    } finally {
      await adata.close();
    }
  };
  const parts = ({ shape, columns, column, row }) => ({
    table: [...shape],
    columns,
    ...(then && { ...categoricalParts(column), ...sparseParts(row) }),
  });
  return { work, parts };
}

async function nameAt(openBacked, file, position) {
  const adata = await openBacked(file, ['obs/_index']);
  const name = adata.obs.index.get(position);
  await adata.close();
  return name;
}
