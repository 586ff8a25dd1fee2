// SPDX-License-Identifier: BSD-3-Clause

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** 10,000 of many names, through an index that is there already and through one that has to be built. */
export function nameSuite({ AnnData, CsrMatrix, DataFrame }, { names: count }, folder) {
  // A step that has no factor in common with the count visits every name once.
  const all = Array.from({ length: count }, (_, i) => `ENSG${String((i * 7919) % count).padStart(11, '0')}`);
  const wanted = Array.from(
    { length: Math.min(10_000, count) },
    (_, i) => all[Math.floor(((i * 0.6180339887498949) % 1) * count)],
  );
  writeFileSync(join(folder, 'names'), all.join('\n'));
  writeFileSync(join(folder, 'wanted'), wanted.join('\n'));
  // One row that says where each name stands.
  const X = new CsrMatrix({
    shape: [1, count],
    data: Float64Array.from(all.keys()),
    indices: Int32Array.from(all.keys()),
    indptr: Int32Array.of(0, count),
  });
  const obs = () => new DataFrame({ index: ['cell'] });
  const frame = () => new DataFrame({ index: all });
  const warm = new AnnData({ X, obs: obs(), var: frame() });
  warm.subset(null, wanted);
  const arrays = (view) => [view.X.toDense().data];
  const now = () => warm.subset(null, wanted);
  const prepare = () => ({ X, obs: obs(), var: frame() });
  const cold = (parts) => new AnnData(parts).subset(null, wanted);
  return {
    args: [],
    tasks: [
      { label: '10,000 names, index there: adata[:, names]', op: 'view', goal: 1, now, arrays },
      { label: '… beside pandas alone (get_indexer)', op: 'indexer', goal: 1, now, arrays },
      { label: 'object made, then adata[:, names]', op: 'coldView', goal: 1, prepare, now: cold, arrays },
      {
        label: '… beside pandas alone (new index, get_indexer)',
        op: 'coldIndexer',
        goal: 1,
        prepare,
        now: cold,
        arrays,
      },
    ],
  };
}
