// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Vector } from '../../lib/arrays/arrow';
import type { DenseArray } from '../../lib/arrays/dense-array';
import { dictionaryParts } from '../../lib/arrays/dictionary';
import type { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { readH5ad } from '../../lib/io';
import { temporaryFolder } from '../support/bad-files';
import { comparePairs, summary } from '../support/compare';
import { describeWithPython } from '../support/python';

const fixtures = join(__dirname, '..', 'fixtures');
const archives = ['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4'].map(
  (name) => [name, join(fixtures, 'archives', name, 'adata.h5ad')] as const,
);
const files = [...archives, ['pbmc68k_reduced', join(fixtures, 'pbmc68k_reduced.h5ad')] as const];
const hasH5diff = spawnSync('h5diff', ['--version']).status === 0;

async function rewrite(source: string, target: string): Promise<string> {
  const adata = await readH5ad(source);
  await adata.writeH5ad(target, { convertStringsToCategoricals: false });
  return target;
}

describeWithPython('files of earlier releases, rewritten', () => {
  const folder = temporaryFolder('archives');
  beforeAll(() => void jest.spyOn(process, 'emitWarning').mockImplementation(() => {}));

  test.each(files)(
    '%s gives Python the same object, without a warning',
    async (name, source) => {
      const target = await rewrite(source, join(folder, `${name}.h5ad`));
      const found = await comparePairs([[source, target]], folder, { objectsOnly: true, strictWarnings: true });
      if (found.length > 0) throw new Error(summary(found));
    },
    60_000,
  );
});

/** What the README beside the archives says Python reads; checked without Python, too. */
describe('files of earlier releases hold what they should', () => {
  const sum = (values: Iterable<number | bigint>) => [...values].reduce((a: number, b) => a + Number(b), 0);
  const silent = { onWarning: () => undefined };
  const archive = (name: string) => readH5ad(join(fixtures, 'archives', name, 'adata.h5ad'), silent);

  test('v0.5.0', async () => {
    const adata = await archive('v0.5.0');
    const X = adata.X as DenseArray;
    expect([X.dtype, ...X.shape]).toEqual(['float32', 700, 765]);
    expect(sum(X.data as Float32Array)).toBeCloseTo(-243.681, 3);
    const raw = adata.raw?.X as CsrMatrix;
    expect({ format: raw.format, shape: raw.shape, nnz: raw.nnz }).toEqual({
      format: 'csr',
      shape: [700, 765],
      nnz: 174400,
    });
    expect(sum(raw.data as Float32Array)).toBeCloseTo(319044.22, 1);
    expect(adata.raw?.var.columns).toEqual([]);
    const columns = 'bulk_labels n_genes percent_mito n_counts S_score G2M_score phase louvain';
    expect(adata.obs.columns).toEqual(columns.split(' '));
    for (const [name, n] of [
      ['bulk_labels', 10],
      ['phase', 3],
      ['louvain', 11],
    ] as const) {
      const column = adata.obs.column(name);
      expect([column.encoding, column.ordered]).toEqual(['categorical', false]);
      expect(dictionaryParts(column.values as Vector).dictionary.length).toBe(n);
    }
    expect(adata.obs.indexName).toBe('index');
    expect([...adata.obsNames].slice(0, 2)).toEqual(['AAAGCCTGGCTAAC-1', 'AAATTCGATGCACA-1']);
    const obsm = Object.fromEntries(
      [...adata.obsm].map(([key, value]) => [key, [(value as DenseArray).dtype, ...shapeOf(value)]]),
    );
    expect(obsm).toEqual({ X_pca: ['float32', 700, 50], X_umap: ['float64', 700, 2] });
    expect(shapeOf(adata.varm.get('PCs'))).toEqual([765, 50]);
    expect((adata.obsp.get('distances') as CsrMatrix).nnz).toBe(6300);
    expect((adata.obsp.get('connectivities') as CsrMatrix).nnz).toBe(9992);
    const { params } = adata.uns.neighbors as { params: { method: string; n_neighbors: DenseArray } };
    expect(params.method).toBe('umap');
    expect([[...params.n_neighbors.shape], ...params.n_neighbors].map(String)).toEqual(['1', '10']);
    expect(Object.keys(adata.uns).filter((key) => key.endsWith('_categories'))).toEqual([]);
  });

  test.each([
    ['v0.7.0', 228, 285],
    ['v0.7.8', 239, 302],
  ])('%s', async (name, nnz, total) => {
    const adata = await archive(name);
    const X = adata.X as CsrMatrix;
    expect([X.format, X.nnz, sum(X.data)]).toEqual(['csr', nnz, total]);
    expect([adata.shape, adata.raw?.shape]).toEqual([
      [30, 20],
      [30, 40],
    ]);
    expect([...adata.obsm.keys()].sort()).toEqual(['array', 'df', 'sparse']);
    expect([...adata.obsp.keys()].sort()).toEqual(['array', 'sparse']);
    expect([...adata.layers.keys()].filter((key) => key !== null).sort()).toEqual(['array', 'sparse']);
  });

  test('v0.11.4', async () => {
    const adata = await archive('v0.11.4');
    expect([adata.shape, adata.X, adata.obs.columns, adata.var.columns]).toEqual([[10, 20], null, [], []]);
  });
});

function shapeOf(value: unknown): number[] {
  return [...(value as DenseArray).shape];
}

describe('v0.11.4 rewritten', () => {
  const folder = temporaryFolder('h5diff');

  (hasH5diff ? test : test.skip)('h5diff finds no difference', async () => {
    const source = join(fixtures, 'archives', 'v0.11.4', 'adata.h5ad');
    const target = await rewrite(source, join(folder, 'v0.11.4.h5ad'));
    const { status, stdout } = spawnSync('h5diff', ['-c', source, target], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
