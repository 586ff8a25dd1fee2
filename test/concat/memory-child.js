// SPDX-License-Identifier: BSD-3-Clause
//
// Joins matrices of a given kind in a process of its own; prints what it took, as JSON.
//
// usage: node memory-child.js KIND JOIN sync|async [ROWS]     KIND: csr, csc or dense

const { AnnData, CscMatrix, CsrMatrix, DataFrame, DenseArray, concat, concatAsync } = require('../../dist');

const [kind, join, way, rows = '100000'] = process.argv.slice(2);
const n = Number(rows);
const width = 200;

/** Ten entries in each row (column). */
function sparse(Matrix, shape) {
  const [major, minor] = Matrix === CsrMatrix ? shape : [shape[1], shape[0]];
  const each = (n * 40) / major;
  const data = new Float32Array(major * each).fill(1);
  const indices = new Int32Array(major * each);
  const step = Math.floor(minor / each);
  for (let k = 0; k < indices.length; k++) indices[k] = (k % each) * step + (Math.floor(k / each) % step);
  const indptr = new Int32Array(major + 1);
  for (let i = 0; i <= major; i++) indptr[i] = i * each;
  return new Matrix({ shape, data, indices, indptr });
}

function matrix() {
  if (kind === 'dense') return new DenseArray(new Float32Array(n * width).fill(1), [n, width]);
  return sparse(kind === 'csr' ? CsrMatrix : CscMatrix, [n, width]);
}

function make(shift) {
  return new AnnData({
    X: matrix(),
    obs: new DataFrame({
      index: Array.from({ length: n }, (_, i) => `c${shift}-${i}`),
      columns: { n: Float64Array.from({ length: n }, (_, i) => i) },
    }),
    var: new DataFrame({ index: Array.from({ length: width }, (_, i) => `g${i + shift}`) }),
  });
}

const bytesOf = (X) =>
  X instanceof DenseArray ? X.data.byteLength : X.data.byteLength + X.indices.byteLength + X.indptr.byteLength;

/** Longest time between two turns of the event loop, and the processor time in it: other processes make turns long too. */
function watchTurns() {
  const longest = { wall: 0, cpu: 0 };
  let at = performance.now();
  let used = process.cpuUsage();
  let going = true;
  const turn = () => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(used);
    longest.wall = Math.max(longest.wall, now - at);
    longest.cpu = Math.max(longest.cpu, (user + system) / 1000);
    at = performance.now();
    used = process.cpuUsage();
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    going = false;
    turn();
    return longest;
  };
}

async function main() {
  const objects = [make(0), make(3)];
  // Once with few rows, so that code and its compiler are there already.
  concat(
    objects.map((adata) => adata.subset([0, 1], null).copy()),
    { join },
  );
  global.gc();
  const before = process.resourceUsage().maxRSS;
  const stop = watchTurns();
  const joined = way === 'sync' ? concat(objects, { join }) : await concatAsync(objects, { join });
  const stall = stop();
  const peak = (process.resourceUsage().maxRSS - before) * 1024;
  const inputs = objects.reduce((sum, { X }) => sum + bytesOf(X), 0);
  console.log(JSON.stringify({ peak, result: bytesOf(joined.X), inputs, shape: joined.shape, stall }));
}

main();
