// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));

function call(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? status}`);
}

/** The Python that has the other loaders: an environment of its own, made when it is not there. */
export function loaderPython(python, cache) {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const folder = join(cache, `loaders-${version}`);
  const own = join(folder, 'bin', 'python');
  if (existsSync(own)) return own;
  rmSync(`${folder}.part`, { recursive: true, force: true });
  console.log(`installing other loaders into ${folder}`);
  call(python, ['-m', 'venv', '--copies', `${folder}.part`]);
  call(join(`${folder}.part`, 'bin', 'python'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--only-binary=:all:',
    '-r',
    requirements,
  ]);
  renameSync(`${folder}.part`, folder);
  return own;
}

/** The same cells as annbatch wants them; made when they are not there. */
export async function annbatchForm(python, input, folder) {
  const path = join(folder, 'annbatch.zarr');
  if (existsSync(path)) return path;
  const part = join(folder, 'part.zarr');
  rmSync(part, { recursive: true, force: true });
  const { error } = await python.ask({ loader: 'convert', file: input, to: part });
  if (error !== undefined) throw new Error(error);
  renameSync(part, path);
  return path;
}

/** The same file as our zstd preset writes it. */
export async function zstdForm(input, folder) {
  const path = join(folder, 'csr-ours-zstd.h5ad');
  if (existsSync(path)) return path;
  const { readH5ad } = createRequire(import.meta.url)('../../dist/index.js');
  const adata = await readH5ad(input, { backed: 'r' });
  await adata.writeH5ad(path, { compression: 'zstd' });
  await adata.close();
  return path;
}
