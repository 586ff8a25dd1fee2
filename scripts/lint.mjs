// SPDX-License-Identifier: BSD-3-Clause
//
// Format and lint: Biome for TypeScript and JavaScript, clang-format for C++. --write repairs what can be repaired.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasCommand, output, root, say } from './setup/run.mjs';

// Releases of clang-format differ in detail; this is Debian 12's.
const clangFormatMajor = '14';

function cppFiles() {
  return ['native', 'test/native', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((f) => /\.(cc|h)$/.test(f))
      .map((f) => join(folder, f)),
  );
}

function start(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function biome(write) {
  return start(process.execPath, [
    join(root, 'node_modules/@biomejs/biome/bin/biome'),
    'check',
    '--error-on-warnings',
    ...(write ? ['--write'] : []),
  ]);
}

function clangFormat(write) {
  const version = hasCommand('clang-format')
    ? /version (\d+)/.exec(output('clang-format', ['--version']) ?? '')?.[1]
    : null;
  if (version !== clangFormatMajor) {
    say(`C++ files are not checked: clang-format ${clangFormatMajor} is needed, found ${version ?? 'none'}.`);
    return process.env.CI !== 'true';
  }
  return start('clang-format', [...(write ? ['-i'] : ['--dry-run', '--Werror']), ...cppFiles()]);
}

const write = process.argv.includes('--write');
const fine = [biome(write), clangFormat(write)];
process.exitCode = fine.every(Boolean) ? 0 : 1;
