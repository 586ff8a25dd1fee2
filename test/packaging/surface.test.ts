// SPDX-License-Identifier: BSD-3-Clause
//
// How others see the package: publint and are-the-types-wrong on the packed tarball, both module systems, two bundlers.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommand } from '../support/command';
import { packed } from '../support/packed';

const root = join(__dirname, '..', '..');
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-surface-'));
  // As if it were installed there.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/anndata'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module that prints JSON; imports are those of this project. */
function printed(source: string): unknown {
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', source], { cwd: root, encoding: 'utf8' }),
  );
}

test('publint finds nothing to say', () => {
  const tarball = packed(folder);
  const found = printed(`
    import { readFileSync } from 'node:fs';
    import { publint } from 'publint';
    const file = new Uint8Array(readFileSync(${JSON.stringify(tarball)}));
    const { messages } = await publint({ strict: true, pack: { tarball: file.buffer } });
    console.log(JSON.stringify(messages));
  `);
  expect(found).toEqual([]);
});

test('the types are right wherever the package is imported', () => {
  const tarball = packed(folder);
  const problems = printed(`
    import { readFileSync } from 'node:fs';
    import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
    const { problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(${JSON.stringify(tarball)}))));
    // Resolution as of Node 10 knows no subpaths; we ask for Node 20.
    console.log(JSON.stringify(problems.filter(({ resolutionKind }) => resolutionKind !== 'node10')));
  `);
  expect(problems).toEqual([]);
});

test('import and require give the same things, all of them', () => {
  const names = (entry: string) =>
    printed(`
      import * as module from '${entry}';
      import { createRequire } from 'node:module';
      const cjs = createRequire(${JSON.stringify(join(root, 'x.js'))})('${entry}');
      const same = Object.keys(module).every((name) => module[name] === cjs[name]);
      console.log(JSON.stringify({ same, esm: Object.keys(module), cjs: Object.keys(cjs).sort() }));
    `) as { same: boolean; esm: string[]; cjs: string[] };
  for (const entry of ['anndata', 'anndata/tensorflow', 'anndata/onnx']) {
    const { same, esm, cjs } = names(entry);
    expect({ entry, same, esm }).toEqual({ entry, same: true, esm: cjs });
    expect(esm.length).toBeGreaterThan(0);
  }
});

/** What a server of someone else's would be. */
const app = `
  import { readH5ad } from 'anndata';
  const adata = await readH5ad(process.argv[2], { backed: 'r' });
  console.log(JSON.stringify(adata.shape));
  await adata.close();
`;

function runsBundled(file: string): void {
  const fixture = join(root, 'test/fixtures/pbmc68k_reduced.h5ad');
  expect(readFileSync(file, 'utf8')).toContain('anndata');
  expect(JSON.parse(execFileSync(process.execPath, [file, fixture], { encoding: 'utf8' }))).toEqual([700, 765]);
}

test('esbuild, with the package left external', () => {
  const [source, out] = [join(folder, 'app.mjs'), join(folder, 'esbuild.mjs')];
  writeFileSync(source, app);
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/esbuild/bin/esbuild'),
      ...[source, '--bundle', '--platform=node', '--format=esm', '--external:anndata', `--outfile=${out}`],
    ],
    { stdio: 'pipe' },
  );
  runsBundled(out);
});

test('Vite, with the package left external', () => {
  writeFileSync(join(folder, 'app.mjs'), app);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const config = {
    root: folder,
    logLevel: 'error',
    build: { ssr: join(folder, 'app.mjs'), outDir: 'vite', target: 'node20' },
    ssr: { external: ['anndata'] },
  };
  printed(`
    import { build } from 'vite';
    await build(${JSON.stringify(config)});
    console.log('null');
  `);
  const out = join(folder, 'vite', existsSync(join(folder, 'vite/app.js')) ? 'app.js' : 'app.mjs');
  runsBundled(out);
});
