// SPDX-License-Identifier: BSD-3-Clause

/** Positions 0, step, 2·step, … below n. */
const every = (step, n) => Int32Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);

function check(found, expected, what) {
  if (found !== expected) throw new Error(`${what}: found ${found}, expected ${expected}`);
}

/** Every chunk is memory of its own, which the collector takes back some chunks later. */
const inChunks = (size) => ({
  label: `X in chunks of ${size} rows`,
  async run({ readH5ad }, { file, nnz, times }) {
    const adata = await readH5ad(file, { backed: 'r' });
    let entries = 0;
    for await (const { chunk } of adata.chunkedX(size)) entries += chunk.nnz;
    check(entries, nnz * times, 'entries');
    await adata.close();
  },
});

/** The tasks in their order; each gets the library and what it is to work on. */
export const tasks = {
  make: {
    label: 'the file is written: rows of a view, again and again, gzip',
    async run({ readH5ad }, { source, file, times, budget }) {
      const small = await readH5ad(source, { backed: 'r' });
      const rows = Int32Array.from({ length: small.nObs * times }, (_, i) => i % small.nObs);
      await small.subset(rows).writeH5ad(file, { compression: 'gzip', maxMemory: budget });
      await small.close();
    },
  },
  chunks: inChunks(500),
  'chunks-large': inChunks(1000),
  gene: {
    label: 'one gene of all cells',
    async run({ readH5ad }, { file }) {
      const adata = await readH5ad(file, { backed: 'r' });
      const gene = await adata.X.subset(null, [17]).read();
      check(gene.shape[0], adata.nObs, 'rows');
      await adata.close();
    },
  },
  rows: {
    label: '1,000 rows from all over the file',
    async run({ readH5ad }, { file }) {
      const adata = await readH5ad(file, { backed: 'r' });
      const rows = await adata.X.subset(every(Math.floor(adata.nObs / 1000), adata.nObs).subarray(0, 1000)).read();
      check(rows.shape[0], 1000, 'rows');
      await adata.close();
    },
  },
  view: {
    label: 'every second row and every fourth gene, written with zstd',
    async run({ readH5ad }, { file, target, budget }) {
      const adata = await readH5ad(file, { backed: 'r' });
      const view = adata.subset(every(2, adata.nObs), every(4, adata.nVars));
      await view.writeH5ad(target, { compression: 'zstd', maxMemory: budget });
      const written = await readH5ad(target, { backed: 'r' });
      check(String(written.shape), String(view.shape), 'shape');
      await written.close();
      await adata.close();
    },
  },
  copy: {
    label: 'written as it is: nothing is decoded',
    async run({ readH5ad }, { file, target, nnz, times, budget }) {
      const adata = await readH5ad(file, { backed: 'r' });
      await adata.writeH5ad(target, { maxMemory: budget });
      const written = await readH5ad(target, { backed: 'r' });
      check(written.X.nnz, nnz * times, 'entries');
      await written.close();
      await adata.close();
    },
  },
  commit: {
    label: 'values of a block of X set, and committed',
    async run({ readH5ad }, { file, budget }) {
      const adata = await readH5ad(file, { backed: 'r+' });
      adata.X.setValues([3, 5], [0, 1, 2], 7);
      await adata.commit({ compression: 'gzip', maxMemory: budget });
      check((await adata.X.subset([5], [2]).read()).get(0, 0), 7, 'the value');
      await adata.close();
    },
  },
};
