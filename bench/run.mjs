// SPDX-License-Identifier: BSD-3-Clause
//
// Runs benchmarks beside their Python twins and prints the ratios.
//
//   npm run bench -- <name> [options]      every bench/<name>.mjs that exports `run` is one

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [name = '', ...options] = process.argv.slice(2);
const file = join(here, `${name}.mjs`);
const { run } = name !== 'run' && existsSync(file) ? await import(pathToFileURL(file).href) : {};
if (run === undefined) {
  console.error(`usage: npm run bench -- <name> [options]; there is no benchmark ${name}`);
  process.exit(2);
}
await run(options);
