// SPDX-License-Identifier: BSD-3-Clause
//
// The main jobs on a real file: open, summarise, rewrite with gzip, verify; then open it backed, read the cells of one type,
// change it, commit. Uses the built package in dist/.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { root } from './setup/run.mjs';

const require = createRequire(import.meta.url);
const { readH5ad, where } = require('../dist');
const source = join(root, 'test/fixtures/pbmc68k_reduced.h5ad');

const compare = join(root, 'test/interop/python/compare.py');

async function timed(what, work) {
  const start = performance.now();
  const result = await work();
  console.log(`\n${what} (${(performance.now() - start).toFixed(0)} ms)`);
  return result;
}

function summarise(adata) {
  console.log(adata);
  for (const name of ['n_genes', 'percent_mito']) {
    const values = [...adata.obs.get(name)].map(Number);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    console.log(`obs.${name}: ${low.toPrecision(4)} to ${high.toPrecision(4)}, mean ${mean.toPrecision(4)}`);
  }
  const counts = new Map();
  for (const label of adata.obs.get('bulk_labels')) counts.set(label, (counts.get(label) ?? 0) + 1);
  console.log('obs.bulk_labels:');
  for (const [label, n] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`  ${String(n).padStart(4)}  ${label}`);
}

/** A value as plain data, for comparing: containers opened, vectors and typed arrays as they are stored. */
function plain(value) {
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) {
    // As bytes: NaN equals NaN, and comparing is one call.
    return [value.constructor.name, Buffer.from(value.buffer, value.byteOffset, value.byteLength)];
  }
  if (typeof value.toArray === 'function' && value.type !== undefined) return [...value];
  if (typeof value.columns === 'object' && typeof value.get === 'function') {
    return [[...value.index], [...value.columns].map((name) => [name, plain(value.get(name))])];
  }
  if (typeof value[Symbol.iterator] === 'function' && value.dtype === undefined) return [...value].map(plain);
  return Object.entries(value).map(([key, item]) => [key, plain(item)]);
}

function verifyEqual(a, b) {
  for (const part of ['shape', 'obs', 'var', 'X', 'obsm', 'varm', 'obsp', 'varp', 'layers', 'uns']) {
    if (!isDeepStrictEqual(plain(a[part]), plain(b[part]))) throw new Error(`${part} came back different`);
  }
  if ((a.raw === null) !== (b.raw === null)) throw new Error('raw came back different');
  if (a.raw && !isDeepStrictEqual([plain(a.raw.X), plain(a.raw.var)], [plain(b.raw.X), plain(b.raw.var)])) {
    throw new Error('raw came back different');
  }
}

function pythonOrNull() {
  const own = process.env.ANNDATA_PYTHON;
  const candidates = [own, join(root, '.refenv/bin/python'), 'python3'].filter(Boolean);
  for (const python of candidates.filter((p) => !p.includes('/') || existsSync(p))) {
    try {
      execFileSync(python, ['-c', 'import anndata.tests.helpers, sys; assert anndata.__version__ >= "0.13"'], {
        stdio: 'ignore',
      });
      return python;
    } catch {
      // Another may have it.
    }
  }
  return null;
}

/** Python's view of two files; throws with what differs. */
async function comparePython(python, what, ...files) {
  await timed(`Python, too, finds ${what}`, () => {
    // What differs goes to its stdout, one line each.
    execFileSync(python, [compare, '--objects-only', ...files], { stdio: ['ignore', 'inherit', 'pipe'] });
  });
}

async function rewrite(folder, python) {
  const target = join(folder, 'rewritten.h5ad');
  const adata = await timed(`Opened ${relative(root, source)}`, () => readH5ad(source));
  summarise(adata);
  await timed('Rewrote it with gzip', () => adata.writeH5ad(target, { compression: 'gzip' }));
  console.log(`  ${statSync(source).size} bytes became ${statSync(target).size}`);
  const again = await timed('Read it back', () => readH5ad(target));
  await timed('Found every element equal', () => verifyEqual(adata, again));
  await timed('anndata validate: fine', () => {
    execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), 'validate', target], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  if (python !== null)
    await comparePython(python, 'both files equal: class, dtype, shape and every value', source, target);
}

async function changeBacked(folder, python) {
  const path = join(folder, 'cells.h5ad');
  copyFileSync(source, path);
  const adata = await timed('Opened a copy backed, for changes: nothing but its structure is read', () =>
    readH5ad(path, { backed: 'r+' }),
  );
  console.log(adata);
  await timed('Loaded one column', () => adata.load(['obs/bulk_labels']));
  const cells = adata.subset(where('bulk_labels', 'CD19+ B'));
  const own = await timed(`Read the ${cells.nObs} B cells: their rows of X, raw and the rest`, () => cells.toMemory());
  const scores = new Float32Array(adata.nObs);
  for (let i = 0; i < adata.nObs; i++) scores[i] = adata.obs.get('bulk_labels').get(i) === 'CD19+ B' ? 1 : 0;
  adata.obs.set('b_cell', scores);
  adata.uns.selection = { column: 'b_cell', cells: own.nObs };
  await timed('Set a column and an entry of uns, and committed: all else was carried over as it is stored', () =>
    adata.commit(),
  );
  await adata.close();
  const target = join(folder, 'expected.h5ad');
  const expected = await readH5ad(source);
  expected.obs.set('b_cell', scores);
  expected.uns.selection = { column: 'b_cell', cells: own.nObs };
  await expected.writeH5ad(target);
  const [wanted, found] = [await readH5ad(target), await readH5ad(path)];
  await timed('Found the change and every other element in the file', () => verifyEqual(wanted, found));
  if (python !== null) await comparePython(python, 'it equal to a file written anew', target, path);
}

async function main(folder) {
  const python = pythonOrNull();
  await rewrite(folder, python);
  await changeBacked(folder, python);
  if (python === null) console.log('\nNo Python with anndata here; "npm test" prepares one and compares far more.');
}

const folder = mkdtempSync(join(tmpdir(), 'anndata-demo-'));
try {
  await main(folder);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
