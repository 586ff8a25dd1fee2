// SPDX-License-Identifier: BSD-3-Clause
//
// Matrices that change their format while they are written: what comes out is compared, by Python, with what the same matrix, turned in
// memory first, gives.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnnData,
  type CscMatrix,
  CsrMatrix,
  concat,
  concatOnDisk,
  type DenseArray,
  readH5ad,
  slice,
} from '../../lib';
import { example, type Kind } from '../backed/matrices';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { comparePairs, summary } from '../support/compare';
import { describeWithPython } from '../support/python';
import { seed } from '../support/random-suite';

/** The least there is: matrices of several blocks, which go through the scratch file. */
const maxMemory = 2 ** 20;
const kinds: Kind[] = ['csr', 'csc', 'dense'];

type Matrix = CsrMatrix | CscMatrix | DenseArray;

function turned(matrix: Matrix, format: Kind): Matrix {
  if ('nnz' in matrix)
    return { csr: () => matrix.toCsr(), csc: () => matrix.toCsc(), dense: () => matrix.toDense() }[format]();
  if (format === 'dense') return matrix;
  const rows = CsrMatrix.fromDense(matrix);
  return format === 'csr' ? rows : rows.toCsc();
}

describeWithPython(`matrices in other formats (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('formats');

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(kinds)('%s as each other, from a file, of a view, and from memory', async (kind) => {
    const random = new Random(seed);
    const source = join(folder, `${kind}.h5ad`);
    const original = example(random, kind, [300, 150], 'cell', 'float32');
    original.layers.delete('counts');
    await original.writeH5ad(source, { compression: 'gzip', chunkBytes: 2 ** 14 });
    const backed = await readH5ad(source, { backed: 'r' });
    const rows = random.list(150, () => random.below(300));
    const views: Record<string, <T extends AnnData | AnnData<'backed'>>(adata: T) => T> = {
      whole: (adata) => adata,
      some: (adata) => adata.subset(rows, slice(1, 140, 3)) as typeof adata,
    };
    const pairs: [string, string][] = [];
    for (const format of kinds.filter((each) => each !== kind)) {
      for (const [name, view] of Object.entries(views)) {
        const [expected, ...made] = ['expected', 'backed', 'memory'].map((how) =>
          join(folder, `${kind} ${format} ${name} ${how}.h5ad`),
        ) as [string, string, string];
        const memory = view(await readH5ad(source)).copy();
        await view(backed).writeH5ad(made[0], { formats: { X: format }, maxMemory });
        await memory.writeH5ad(made[1] as string, { formats: { X: format } });
        memory.X = turned(memory.X as Matrix, format);
        await memory.writeH5ad(expected);
        pairs.push([expected, made[0]], [expected, made[1] as string]);
      }
    }
    await backed.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(summary(await comparePairs(pairs, folder, { objectsOnly: true }))).toBe(summary([]));
  });

  test('what is no format, or has none, is refused', async () => {
    const adata = example(new Random(seed), 'csr', [3, 4]);
    const path = join(folder, 'refused.h5ad');
    for (const formats of [{ X: 'coo' }, { obs: 'csr' }, { 'layers/none': 'csr' }]) {
      await expect(adata.writeH5ad(path, { formats: formats as never })).rejects.toMatchObject({
        code: 'ERR_ARGUMENT',
      });
    }
  });

  test.each(['inner', 'outer'] as const)('objects of all formats joined on disk in many blocks (%s)', async (how) => {
    const random = new Random(seed);
    const parts = kinds.map((kind, i) => example(random, kind, [250 + i, 120 + 3 * i], `cell${i}`, 'float32'));
    parts.forEach((part) => void part.layers.delete('counts'));
    const paths = parts.map((_, i) => join(folder, `part ${i}.h5ad`));
    for (const [i, part] of parts.entries())
      await part.writeH5ad(paths[i]!, { compression: 'gzip', chunkBytes: 2 ** 14 });
    const pairs: [string, string][] = [];
    for (const axis of ['obs', 'var'] as const) {
      const options = { axis, join: how, merge: 'unique', unsMerge: 'first', label: 'part', pairwise: true } as const;
      const [expected, made] = ['memory', 'disk'].map((name) => join(folder, `${name} ${axis} ${how}.h5ad`)) as [
        string,
        string,
      ];
      const read = await Promise.all(paths.map((path) => readH5ad(path)));
      await concat(read, options).writeH5ad(expected);
      await concatOnDisk(paths, made, { ...options, maxMemory });
      pairs.push([expected, made]);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(summary(await comparePairs(pairs, folder))).toBe(summary([]));
  });
});
