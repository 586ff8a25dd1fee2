// SPDX-License-Identifier: BSD-3-Clause
//
// Every example in a doc comment of lib/ is run as it stands. Where a line ends in a comment that is a JS value, the
// line must give that value.

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { transformSync } from '@swc/core';
import * as anndata from '../../lib';

const { AnnData, AwkwardArray, categorical, CsrMatrix, DataFrame, DenseArray } = anndata;
const root = join(__dirname, '..', '..');

interface Example {
  name: string;
  file: string;
  code: string;
}

const examples = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap((path) => examplesOf(join(root, 'lib', path)));

function examplesOf(file: string): Example[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/^ *\* `{3}ts\n([\s\S]*?)^ *\* `{3}$/gm)].map(({ 1: block, index }) => ({
    name: `${relative(root, file)}:${source.slice(0, index).split('\n').length}`,
    file,
    code: (block as string).replaceAll(/^ *\* ?/gm, ''),
  }));
}

/** Names that examples use without making them. */
function prelude(code: string): Record<string, unknown> {
  const form = {
    class: 'RegularArray',
    size: 2,
    form_key: 'points',
    content: { class: 'NumpyArray', primitive: 'float64', inner_shape: [2], form_key: 'xy' },
  };
  const xy = new DenseArray(Float64Array.of(0.5, 1, 2, 3.5, 4, 5, 6, 7), [4, 2]);
  const adata = new AnnData({
    X: CsrMatrix.fromDense(
      DenseArray.from(
        [
          [0, 5, 1],
          [7, 0, 2],
        ],
        'float32',
      ),
    ),
    obs: { louvain: categorical(['B cells', 'T cells']), n_genes: [300, 200] },
    var: { varNames: ['CD3D', 'NKG7', 'CD8A'] },
    obsm: { contours: new AwkwardArray(form, 2, [['xy-data', xy]]) },
  });
  const obs = new DataFrame({
    index: ['a', 'b', 'c'],
    columns: {
      louvain: categorical(['B cells', 'NK cells', 'T cells']),
      phase: ['S', 'S', 'G1'],
      n_genes: [300, 200, 100],
    },
  });
  const matrix = CsrMatrix.fromDense(
    new DenseArray(
      Float64Array.from({ length: 18 }, (_, i) => i),
      [3, 6],
    ),
  );
  // Of other packages, loaded when an example names them.
  const peers = { tf: '@tensorflow/tfjs', ort: 'onnxruntime-web' };
  const loaded = Object.entries(peers).filter(([name]) => new RegExp(`\\b${name}\\b`).test(code));
  const modules = Object.fromEntries(loaded.map(([name, path]) => [name, require(path) as unknown]));
  return { adata, obs, matrix, bar: { update: () => undefined }, ...modules };
}

/** `call(…); // value` becomes a check of that value, where the comment is one. */
function withChecks(code: string): string {
  return code.replaceAll(/^( *)((?!const |let |await |if |\/\/)\S.*); \/\/ (.+)$/gm, (line, space, call, comment) =>
    isValue(comment as string) ? `${space}expect(plain(${call})).toEqual(plain(${comment}));` : (line as string),
  );
}

function isValue(text: string): boolean {
  try {
    new Function(`return (${text});`)();
    return true;
  } catch {
    return false;
  }
}

/** Without null prototypes, which `toEqual` does not mind but a reader would not write. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : value;
}

async function run({ code, file }: Example): Promise<void> {
  const own = require(file) as Record<string, unknown>;
  const scope: Record<string, unknown> = { ...own, ...anndata, ...prelude(code), expect, plain };
  const script = `async function example() {\n${withChecks(code)}\n}`;
  const { code: js } = transformSync(script, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } });
  const names = Object.keys(scope).filter(
    (name) => !new RegExp(`(const|let|import) [^=]*\\b${name}\\b[^=]*=`).test(code),
  );
  await (new Function(...names, `${js}\nreturn example();`)(...names.map((name) => scope[name])) as Promise<void>);
}

describe('examples in doc comments', () => {
  const home = process.cwd();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'examples-'));
    copyFileSync(join(root, 'test/fixtures/pbmc68k_reduced.h5ad'), join(folder, 'cells.h5ad'));
    process.chdir(folder);
    jest.spyOn(console, 'log').mockReturnValue(undefined);
    jest.spyOn(console, 'error').mockReturnValue(undefined);
    jest.spyOn(console, 'warn').mockReturnValue(undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(examples)('$name', run);

  test('are found, and wrong ones fail', async () => {
    expect(examples.length).toBeGreaterThan(12);
    const file = join(root, 'lib/version.ts');
    await expect(run({ name: '', file, code: 'DenseArray.from([1]).get(0); // 2' })).rejects.toThrow(/Expected/);
    await expect(run({ name: '', file, code: 'nothing();' })).rejects.toThrow(/not defined/);
  });
});
