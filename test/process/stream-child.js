// SPDX-License-Identifier: BSD-3-Clause
//
// usage: node stream-child.js make FILE csr|csc|dense
//        node stream-child.js HOW FILE TARGET BYTES    writes or adds up the file with the built package and so much memory;
//                                                      prints bytes that the process grew by at most, as JSON
const { join } = require('node:path');
const { AnnData, CscMatrix, CsrMatrix, DenseArray, readH5ad, slice } = require(join(__dirname, '..', '..', 'dist'));

const [how, file, ...rest] = process.argv.slice(2);
const [nObs, nVars, perRow] = [40_000, 4_000, 1_600];

/** 512 MB of positions and values. */
function sparse(Matrix) {
  const [major, minor] = Matrix === CsrMatrix ? [nObs, nVars] : [nVars, nObs];
  const each = (nObs * perRow) / major;
  const step = minor / each;
  const indices = new Int32Array(nObs * perRow);
  const data = new Float32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    indices[k] = Math.floor((k % each) * step);
    data[k] = 1 + ((k * 2654435761) % 7);
  }
  return new Matrix({
    shape: [nObs, nVars],
    data,
    indices,
    indptr: Int32Array.from({ length: major + 1 }, (_, i) => i * each),
  });
}

/** 640 MB. */
function dense() {
  const data = new Float32Array(nObs * nVars);
  for (let k = 0; k < data.length; k++) data[k] = (k * 2654435761) % 7;
  return new DenseArray(data, [nObs, nVars]);
}

async function main() {
  if (how === 'make') {
    const X = rest[0] === 'dense' ? dense() : sparse(rest[0] === 'csr' ? CsrMatrix : CscMatrix);
    await new AnnData({ X }).writeH5ad(file, { compression: 'gzip' });
    return;
  }
  const [target, bytes] = [rest[0], Number(rest[1])];
  const backed = await readH5ad(file, { backed: how === 'commit' || how === 'append' ? 'r+' : 'r' });
  // Once with little, so that code and its compiler are there already.
  await backed.subset(slice(0, 5), slice(0, 5)).writeH5ad(target, { compression: 'gzip', maxMemory: bytes });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = process.resourceUsage().maxRSS;
  const options = { compression: 'gzip', maxMemory: bytes };
  if (how === 'view') await backed.subset(slice(1, null), slice(1, null)).writeH5ad(target, options);
  if (how === 'whole') await backed.writeH5ad(target, options);
  if (how === 'plain') await backed.subset(slice(1, null)).writeH5ad(target, { maxMemory: bytes });
  if (how === 'toBacked') await (await backed.subset(slice(null, null, -1)).toBacked(target, options)).close();
  if (how === 'commit') {
    backed.X.setValues([1, nObs - 1], null, 3);
    await backed.commit(options);
  }
  if (how === 'append') {
    await backed.append(await backed.subset(slice(0, 100)).toMemory(), { indexUnique: '-' });
    await backed.commit(options);
  }
  if (how === 'stats') {
    for (const axis of ['var', 'obs']) await backed.stats(axis, { maxMemory: bytes });
    await backed.subset(slice(null, null, -1)).stats('var', { maxMemory: bytes });
    backed.obs.set(
      'half',
      Int8Array.from({ length: nObs }, (_, i) => i % 2),
    );
    await backed.aggregate('half', { maxMemory: bytes });
  }
  const peak = (process.resourceUsage().maxRSS - before) * 1024;
  await backed.close();
  console.log(JSON.stringify({ peak }));
}

main();
