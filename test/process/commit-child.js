// SPDX-License-Identifier: BSD-3-Clause
// Changes (also blocks of X and raw), appends to, and commits argv[2] again and again with the built package, until it is killed. Prints "state N" once state N is
// on the disk.
const { join } = require('node:path');
const { DenseArray, readH5ad } = require(join(__dirname, '..', '..', 'dist', 'index.js'));

(async () => {
  const adata = await readH5ad(process.argv[2], { backed: 'r+', load: ['uns'] });
  for (let state = adata.uns.state + 1; ; state++) {
    // Every second state has one more observation.
    if (state % 2 === 0) {
      const added = await adata.subset([0]).toMemory();
      added.obsNames = [`added ${state}`];
      added.X = new DenseArray(new Float32Array(adata.nVars).fill(state), [1, adata.nVars]);
      await adata.append(added);
    }
    adata.X.setValues([3, 7], null, state);
    adata.raw.X.setValues([2], [0, 1, 2], state);
    adata.uns.state = state;
    adata.uns.deep = { er: { state: new Float64Array(100).fill(state) } };
    adata.obs.set('state', new Int32Array(adata.nObs).fill(state));
    if (state % 3 === 0) adata.var.delete('state');
    else adata.var.set('state', new Int32Array(adata.nVars).fill(state));
    adata.layers.set('state', new DenseArray(new Float32Array(adata.nObs * adata.nVars).fill(state), adata.shape));
    adata.obsm.delete(`state ${state - 1}`);
    adata.obsm.set(`state ${state}`, new DenseArray(new Float32Array(adata.nObs).fill(state), [adata.nObs, 1]));
    process.stdout.write(`edited ${state}\n`);
    await adata.commit();
    process.stdout.write(`state ${state}\n`);
  }
})();
