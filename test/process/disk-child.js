// SPDX-License-Identifier: BSD-3-Clause
//
// usage: node disk-child.js make FOLDER            four files whose X take 128 MB each in memory: csr (twice), csc, dense
//        node disk-child.js HOW FOLDER TARGET BYTES with the built package, with so much memory; prints "writing" when it does, then
//                                                   bytes that the process grew by at most, as JSON, or why it failed
const { join } = require('node:path');
const dist = join(__dirname, '..', '..', 'dist');
const { AnnData, categorical, concatOnDisk, CsrMatrix, readH5ad, sortToDisk, splitToDisk, writeH5ad } = require(dist);

const [how, folder, target, bytes] = process.argv.slice(2);
const [nObs, nVars, perRow] = [10_000, 4_000, 1_600];
const inputs = [0, 1, 2, 3].map((i) => join(folder, `part-${i}.h5ad`));

function part(i) {
  const indices = new Int32Array(nObs * perRow);
  const data = new Float32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    indices[k] = Math.floor((k % perRow) * (nVars / perRow));
    data[k] = 1 + (((k + i) * 2654435761) % 7);
  }
  const indptr = Int32Array.from({ length: nObs + 1 }, (_, row) => row * perRow);
  const X = new CsrMatrix({ shape: [nObs, nVars], data, indices, indptr });
  const names = (prefix, n, from = 0) => Array.from({ length: n }, (_, k) => `${prefix}${k + from}`);
  const types = Array.from({ length: nObs }, (_, k) => `type ${(k * 7919) % 5}`);
  return new AnnData({
    X: [
      X,
      X,
      X.toCsc(),
      X.subset(
        null,
        Int32Array.from({ length: nVars / 2 }, (_, k) => k),
      ).toDense(),
    ][i],
    obs: { obsNames: names('cell', nObs, i * nObs), type: categorical(types), score: new Float64Array(nObs).fill(i) },
    var: { varNames: i === 3 ? names('gene', nVars / 2) : names('gene', nVars, i * 10) },
  });
}

const withProgress = () => {
  let said = false;
  return {
    maxMemory: Number(bytes),
    onProgress({ done, total }) {
      if (said || done < total / 10) return;
      said = true;
      process.stdout.write('writing\n');
    },
  };
};

const tasks = {
  concat: () => concatOnDisk(inputs, target, { join: 'outer', label: 'part', compression: 'gzip', ...withProgress() }),
  inner: () => concatOnDisk(inputs.slice(0, 2), target, withProgress()),
  async csc() {
    const adata = await readH5ad(inputs[0], { backed: 'r' });
    await writeH5ad(target, adata, { formats: { X: 'csc' }, ...withProgress() });
    await adata.close();
  },
  sort: () => sortToDisk(inputs[0], target, 'type', withProgress()),
  split: () => splitToDisk(inputs[0], 'type', target, withProgress()),
};

async function main() {
  if (how === 'make') {
    for (const [i, path] of inputs.entries()) await part(i).writeH5ad(path, { compression: 'gzip' });
    return;
  }
  // Once with little, so that code and its compiler are there already.
  const small = await readH5ad(inputs[0], { backed: 'r' });
  await small.subset([0, 1, 2], [0, 1]).toMemory();
  await small.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = process.resourceUsage().maxRSS;
  await tasks[how]();
  process.stdout.write(`${JSON.stringify({ peak: (process.resourceUsage().maxRSS - before) * 1024 })}\n`);
}

main().catch((error) => {
  process.stdout.write(`${JSON.stringify({ code: error.code, file: error.file, message: error.message })}\n`);
  process.exitCode = 1;
});
