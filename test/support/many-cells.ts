// SPDX-License-Identifier: BSD-3-Clause

import { AnnData, CsrMatrix, categorical, DenseArray } from '../../lib';

/** Where the four clusters lie. */
export const clusters = [
  ['A', -3, 3],
  ['B', 3, 3],
  ['C', -3, -3],
  ['D', 3, -3],
] as const;

/**
 * Cells in four round clusters, in turn: cell i is of cluster i % 4. `score` is the cell's number.
 *
 * @param perCell - genes a cell has, of twice as many; more make a larger file, which takes longer to write
 */
export function manyCells(cells: number, perCell = 4): AnnData {
  const entries = perCell * cells;
  const X = new CsrMatrix({
    shape: [cells, 2 * perCell],
    data: Float32Array.from({ length: entries }, (_, i) => 1 + ((i * 7919) % 101)),
    indices: Int32Array.from({ length: entries }, (_, i) => 2 * (i % perCell) + (Math.floor(i / perCell) % 2)),
    indptr: Int32Array.from({ length: cells + 1 }, (_, i) => i * perCell),
  });
  const xy = new Float32Array(2 * cells);
  for (let i = 0; i < cells; i++) {
    const [, x, y] = clusters[i % 4]!;
    const angle = i * 2.399963; // the golden angle: evenly over a disc of radius 2
    const radius = 2 * Math.sqrt((i + 0.5) / cells);
    xy[2 * i] = x + radius * Math.cos(angle);
    xy[2 * i + 1] = y + radius * Math.sin(angle);
  }
  const obs = {
    obsNames: Array.from({ length: cells }, (_, i) => `cell ${i}`),
    cluster: categorical(Array.from({ length: cells }, (_, i) => clusters[i % 4]![0])),
    score: Float64Array.from({ length: cells }, (_, i) => i),
  };
  const uns = { cluster_colors: ['#e41a1c', '#377eb8', '#4daf4a', '#984ea3'], about: { title: 'four clusters' } };
  return new AnnData({ X, obs, obsm: { X_umap: new DenseArray(xy, [cells, 2]) }, uns });
}
