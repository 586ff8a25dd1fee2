// SPDX-License-Identifier: BSD-3-Clause
//
// Compiles lib/ to dist/, which is CommonJS, and puts a thin ES module beside each entry of the package, so that there is
// one set of classes and one addon however it is loaded. Does nothing, quickly, when nothing changed.

import { chmodSync, existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint, isStamped, root, run, stamp } from './setup/run.mjs';

export function buildTypeScript() {
  const dist = join(root, 'dist');
  const file = join(root, 'build', 'dist-stamp');
  const configs = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  const value = fingerprint(
    [...configs, 'scripts/build-ts.mjs'].map((f) => readFileSync(join(root, f), 'utf8')),
    [join(root, 'lib')],
  );
  if (existsSync(join(dist, 'index.js')) && isStamped(file, value)) return;
  // From scratch: no file of a module that is gone may stay behind.
  rmSync(dist, { recursive: true, force: true });
  rmSync(join(root, 'build', 'tsbuildinfo'), { force: true });
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
  for (const entry of ['index', 'adapters/tensorflow', 'adapters/onnx']) writeModule(join(dist, entry));
  const main = join(dist, 'cli', 'main.js');
  if (existsSync(main)) chmodSync(main, 0o755);
  stamp(file, value);
}

function writeModule(entry) {
  const names = Object.keys(createRequire(import.meta.url)(`${entry}.js`)).sort();
  const file = `./${basename(entry)}.js`;
  const licence = '// SPDX-License-Identifier: BSD-3-Clause\n\n';
  writeFileSync(
    `${entry}.mjs`,
    `${licence}import entry from '${file}';\n\nexport const { ${names.join(', ')} } = entry;\n`,
  );
  writeFileSync(`${entry}.d.mts`, `${licence}export * from '${file}';\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    buildTypeScript();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
