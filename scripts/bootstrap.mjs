// SPDX-License-Identifier: BSD-3-Clause
//
// From a fresh clone to a result. Node's own modules only; each step is skipped when there is nothing to do.
//
//   node scripts/bootstrap.mjs         sets everything up and builds
//   node scripts/bootstrap.mjs demo    then runs the demonstration   (npm run demo)
//   node scripts/bootstrap.mjs test    then runs every test          (npm test)
//
// Further arguments of `test` go to jest: npm test -- test/elements
// ANNDATA_HDF5: which libhdf5 to build and test with, `system`, `source` or `system,source`; with CI=true both.

import { spawnSync } from 'node:child_process';
import { buildNative } from './build-native.mjs';
import { buildTypeScript } from './build-ts.mjs';
import { wantedHdf5 } from './setup/hdf5-variants.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ensureReference } from './setup/reference.mjs';
import { hasCommand, root, say } from './setup/run.mjs';
import { ensureSystem } from './setup/system.mjs';

async function main([job, ...rest]) {
  if (job !== undefined && job !== 'demo' && job !== 'test') throw new Error('usage: bootstrap.mjs [demo|test]');
  const start = performance.now();
  const tests = job === 'test';
  ensureSystem({ tests });
  // pip mostly waits for the network: the compilers may have the processor meanwhile.
  const reference = tests ? ensureReference() : null;
  ensurePackages();
  const variants = buildable(wantedHdf5());
  for (const { name } of variants) buildNative({ tests, bench: tests && name === 'system', hdf5: name });
  buildTypeScript();
  await reference;
  say(`Set up in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
  if (job === undefined) return;
  // The job speaks for itself: its last line stays the last line, its exit code is ours.
  const script = `scripts/${tests ? 'run-tests' : 'demo'}.mjs`;
  const env = { ...process.env, ...variants[0].env, ANNDATA_HDF5: variants.map((v) => v.name).join(',') };
  const { status } = spawnSync(process.execPath, [script, ...rest], { cwd: root, env, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

/** Without the means to make a libhdf5 of our own, the system's has to do; but not where all must be tested. */
function buildable(variants) {
  if (variants.length === 1 || process.env.CI === 'true' || hasCommand('cargo')) return variants;
  say('SKIPPED: all tests with HDF5 from source. cargo, which fetches that source, was not found.');
  return variants.filter((v) => v.name === 'system');
}

main(process.argv.slice(2)).catch((error) => {
  say(error.message);
  process.exitCode = 1;
});
