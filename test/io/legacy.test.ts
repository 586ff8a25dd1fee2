// SPDX-License-Identifier: BSD-3-Clause

import { join } from 'node:path';
import type { AnnData } from '../../lib/anndata';
import type { Vector } from '../../lib/arrays/arrow';
import type { DenseArray } from '../../lib/arrays/dense-array';
import { dictionaryParts } from '../../lib/arrays/dictionary';
import type { CsrMatrix } from '../../lib/arrays/sparse-matrix';
import { type FileWarning, readElem, readH5ad } from '../../lib/io';
import { describeWithPython, runPython } from '../support/python';
import { fixtures, scratch } from './support';

const archive = (version: string) => join(fixtures, 'archives', version, 'adata.h5ad');

async function read(path: string): Promise<{ adata: AnnData; warnings: FileWarning[] }> {
  const warnings: FileWarning[] = [];
  const adata = await readH5ad(path, { onWarning: (warning) => warnings.push(warning) });
  return { adata, warnings };
}

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
type Dict = Record<string, unknown>;

describe('a file of 0.5', () => {
  let adata: AnnData;
  let warnings: FileWarning[];

  beforeAll(async () => {
    ({ adata, warnings } = await read(archive('v0.5.0')));
  });

  // The expected values stand in the README beside the file; they were read with Python.
  it('has its matrices', () => {
    const X = adata.X as DenseArray;
    expect(adata.shape).toEqual([700, 765]);
    expect(X.dtype).toBe('float32');
    expect(sum(X as Iterable<number>)).toBeCloseTo(-243.681, 2);
    const raw = adata.raw?.X as CsrMatrix;
    expect(raw.format).toBe('csr');
    expect([raw.shape, raw.nnz]).toEqual([[700, 765], 174_400]);
    expect(sum(raw.data as Float32Array)).toBeCloseTo(319_044.22, 0);
    expect(adata.raw?.var.columns).toEqual([]);
  });

  it('has its frames, with the categories that were kept in uns', () => {
    expect(adata.obs.columns).toEqual([
      'bulk_labels',
      'n_genes',
      'percent_mito',
      'n_counts',
      'S_score',
      'G2M_score',
      'phase',
      'louvain',
    ]);
    expect(adata.obs.indexName).toBe('index');
    expect([...adata.obsNames].slice(0, 2)).toEqual(['AAAGCCTGGCTAAC-1', 'AAATTCGATGCACA-1']);
    for (const [name, count] of [
      ['bulk_labels', 10],
      ['phase', 3],
      ['louvain', 11],
    ] as const) {
      const column = adata.obs.column(name);
      expect([column.encoding, column.ordered]).toEqual(['categorical', false]);
      expect(dictionaryParts(column.values as Vector).dictionary.length).toBe(count);
    }
    expect(Object.keys(adata.uns).filter((key) => key.endsWith('_categories'))).toEqual([]);
  });

  it('has its mappings', () => {
    const shapes = (mapping: Iterable<[string, unknown]>) =>
      Object.fromEntries([...mapping].map(([k, v]) => [k, [(v as DenseArray).dtype, ...(v as DenseArray).shape]]));
    expect(shapes(adata.obsm as never)).toEqual({ X_pca: ['float32', 700, 50], X_umap: ['float64', 700, 2] });
    expect(shapes(adata.varm as never)).toMatchObject({ PCs: [expect.anything(), 765, 50] });
    expect((adata.obsp.get('distances') as CsrMatrix).nnz).toBe(6300);
    expect((adata.obsp.get('connectivities') as CsrMatrix).nnz).toBe(9992);
  });

  it('tells lone strings from lists of one number', () => {
    const params = (adata.uns.neighbors as Dict).params as Dict;
    expect(params.method).toBe('umap');
    expect([...(params.n_neighbors as DenseArray)]).toEqual([10n]);
  });

  it('is reported as old once', () => {
    expect(warnings.filter(({ category }) => category === 'OldFormatWarning')).toHaveLength(1);
  });
});

describe.each([
  ['v0.7.0', 228, 285],
  ['v0.7.8', 239, 302],
])('a file of %s', (version, nnz, total) => {
  it('is read whole', async () => {
    const { adata, warnings } = await read(archive(version));
    const X = adata.X as CsrMatrix;
    expect([adata.shape, adata.raw?.shape]).toEqual([
      [30, 20],
      [30, 40],
    ]);
    expect([X.format, X.nnz, sum(X.data as Float32Array)]).toEqual(['csr', nnz, total]);
    expect(adata.obs.column('cat_ordered')).toMatchObject({ encoding: 'categorical', ordered: true });
    expect(adata.obs.column('obs_cat')).toMatchObject({ encoding: 'categorical', ordered: false });
    expect(warnings.filter(({ category }) => category === 'OldFormatWarning')).toHaveLength(1);
  });
});

describe('a file of 0.11', () => {
  it('has neither X nor columns, and nothing to report', async () => {
    const { adata, warnings } = await read(archive('v0.11.4'));
    expect([adata.shape, adata.X, adata.obs.columns]).toEqual([[10, 20], null, []]);
    expect(warnings).toEqual([]);
  });
});

describe('elements of old files', () => {
  it('are read one by one', async () => {
    const onWarning = () => undefined;
    const names = await readElem<Vector>(archive('v0.5.0'), 'uns/louvain_colors', { onWarning });
    expect(names.get(0)).toMatch(/^#[0-9a-f]{6}$/i);
    const obs = await readElem<{ nRows: number }>(archive('v0.7.8'), '/obs/', { onWarning });
    expect(obs.nRows).toBe(30);
  });
});

describeWithPython('old files, written again', () => {
  const folder = scratch();

  it('hold for Python the same object as before', async () => {
    const pairs: string[] = [];
    for (const version of ['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4']) {
      const copy = folder.path(`${version}.h5ad`);
      const { adata } = await read(archive(version));
      await adata.writeH5ad(copy);
      pairs.push(archive(version), copy);
    }
    const script = join('test', 'interop', 'python', 'compare.py');
    const { stdout, stderr } = await runPython(script, ['--objects-only', ...pairs]).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    expect(stderr).toContain('{"compared": 4}');
    const found = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { key?: string; what?: string; left?: string; right?: string })
      .filter(({ what }) => what !== undefined);
    // Fixed-width text and NumPy scalars have no place in today's format: Python's own copy differs in these, too.
    const unavoidable = found.filter(
      ({ left, right }) => /<U|numpy\./.test(left ?? '') && /object|builtins/.test(right ?? ''),
    );
    expect(found.filter((each) => !unavoidable.includes(each))).toEqual([]);
  });
});
