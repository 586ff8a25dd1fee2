// SPDX-License-Identifier: BSD-3-Clause
//
// clang-tidy over native/, with the flags CMake compiles with. Takes some seconds a file.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildNative } from './build-native.mjs';
import { root } from './setup/run.mjs';

const { tree } = buildNative();
const files = readFileSync(join(root, 'native/sources.txt'), 'utf8')
  .split(/\r?\n/)
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => join('native', line));

function tidy(file) {
  return new Promise((resolve) => {
    const child = spawn('clang-tidy', ['--quiet', '-p', tree, file], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'ignore'],
    });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

async function worker() {
  let fine = true;
  for (let file = files.shift(); file !== undefined; file = files.shift()) fine = (await tidy(file)) && fine;
  return fine;
}

const all = await Promise.all(Array.from({ length: availableParallelism() }, worker));
process.exitCode = all.every(Boolean) ? 0 : 1;
