// SPDX-License-Identifier: BSD-3-Clause

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const columns = 20_000;
const perRow = 2_000;

/** Counts like those of cells: rows of about 2,000 entries in 20,000 columns, sorted. */
function makeParts(nnz) {
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const rows = Math.max(10, Math.round(nnz / perRow));
  const indices = new Int32Array(rows * perRow);
  const data = new Float32Array(rows * perRow);
  const indptr = new Int32Array(rows + 1);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = Math.floor(random() * 19); j < columns && at < indices.length; j += 1 + Math.floor(random() * 19)) {
      indices[at] = j;
      data[at++] = 1 + Math.floor(random() * 9);
    }
    indptr[row + 1] = at;
  }
  return { shape: [rows, columns], indices: indices.slice(0, at), data: data.slice(0, at), indptr };
}

/** Some positions in [0, n): sorted ones, or as they come. */
function sample(n, count, sorted) {
  const picked = Int32Array.from({ length: count }, (_, i) => Math.floor(((i * 0.6180339887498949) % 1) * n));
  return sorted ? picked.sort() : picked;
}

/** Rows, columns, the other format and sums of one matrix. */
export function matrixSuite({ CsrMatrix }, { nnz }, folder) {
  const parts = makeParts(nnz);
  const matrix = new CsrMatrix(parts);
  const [rows] = parts.shape;
  const tenth = sample(rows, Math.floor(rows / 10), true);
  const shuffled = sample(rows, Math.floor(rows / 10), false);
  const genes = sample(columns, 2_000, true);
  const saved = { data: parts.data, indices: parts.indices, indptr: parts.indptr, tenth, shuffled, genes };
  for (const [name, array] of Object.entries(saved)) writeFileSync(join(folder, name), array);
  const arrays = (result) => (result.indptr ? [result.data, result.indices, result.indptr] : [result.data]);
  const subset = (label, op, goal, ...positions) => ({
    label,
    op,
    goal,
    arrays,
    now: () => matrix.subset(...positions),
    soon: () => matrix.subsetAsync(...positions),
  });
  const sum = (label, op, axis) => ({
    label,
    op,
    arrays,
    now: () => matrix.sum(axis),
    soon: () => matrix.sumAsync(axis),
  });
  return {
    args: [rows, columns],
    tasks: [
      subset('10 % of the rows', 'rows', 2, tenth),
      subset('… in any order', 'shuffled', 2, shuffled),
      subset('2,000 columns', 'columns', undefined, null, genes),
      subset('both', 'both', undefined, tenth, genes),
      {
        label: 'csr → csc',
        op: 'toCsc',
        goal: 2,
        arrays,
        now: () => matrix.toCsc(),
        soon: () => matrix.toCscAsync(),
      },
      sum('sum of each column', 'sum0', 0),
      sum('sum of each row', 'sum1', 1),
    ],
  };
}
