// SPDX-License-Identifier: BSD-3-Clause

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const columns = 20_000;
const perRow = 2_000;
/** Variables by which each object is ahead of the one before. */
const shift = 500;

/** Rows of 2,000 sorted entries. */
function makeParts(nnz) {
  const rows = Math.max(10, Math.round(nnz / perRow));
  const indices = new Int32Array(rows * perRow);
  const data = new Float32Array(rows * perRow);
  let state = 42;
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < perRow; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      indices[row * perRow + k] = k * 10 + (state % 10);
      data[row * perRow + k] = 1 + ((state >>> 8) % 9);
    }
  }
  return { shape: [rows, columns], indices, data, indptr: Int32Array.from({ length: rows + 1 }, (_, i) => i * perRow) };
}

/** concat of objects with sparse X whose variables overlap. */
export function concatSuite({ AnnData, concat, concatAsync, CsrMatrix, DataFrame }, { nnz, objects: count }, folder) {
  const parts = makeParts(nnz / count);
  const [rows] = parts.shape;
  const X = new CsrMatrix(parts);
  const names = (prefix, length, first) => Array.from({ length }, (_, i) => `${prefix}${first + i}`);
  const made = (ahead) =>
    Array.from({ length: count }, (_, k) => {
      const obs = new DataFrame({ index: names('c', rows, k * rows) });
      return new AnnData({ X, obs, var: new DataFrame({ index: names('g', columns, k * ahead) }) });
    });
  for (const name of ['data', 'indices', 'indptr']) writeFileSync(join(folder, name), parts[name]);
  const objects = { overlapping: made(shift), alike: made(0) };
  // Entries of a row may be in any order: sorted, both sides have the same.
  const arrays = ({ X: joined }) => {
    const { data, indices, indptr } = joined.sortIndices();
    return [data, indices, indptr];
  };
  const task = (label, op, kind, join) => ({
    label,
    op,
    goal: 2,
    arrays,
    now: () => concat(objects[kind], { join }),
    soon: () => concatAsync(objects[kind], { join }),
  });
  return {
    args: [rows, columns, count, shift],
    tasks: [
      task('concat, inner', 'inner', 'overlapping', 'inner'),
      task('concat, outer', 'outer', 'overlapping', 'outer'),
      task('concat, the same variables', 'alike', 'alike', 'inner'),
    ],
  };
}
