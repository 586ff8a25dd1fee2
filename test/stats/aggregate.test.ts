// SPDX-License-Identifier: BSD-3-Clause

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AnnData, categorical, type DataFrame, type DenseArray, readH5ad } from '../../lib';
import type { NumericDType } from '../../lib/arrays/dtype';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { seed } from '../support/random-suite';
import { differences, type PythonColumn, randomDense, withStoredZeros } from './support';

const of = ['sum', 'mean', 'var', 'count_nonzero'] as const;

interface Answer {
  names: string[];
  vars: string[];
  var: string[];
  obs: Record<string, string[]>;
  categories: Record<string, string[]>;
  layers: Record<string, PythonColumn>;
}

/** Observations of several kinds, some of them unknown; a category nobody has. */
function example(random: Random, dtype: NumericDType): AnnData {
  const shape: [number, number] = [3000, 40];
  const dense = randomDense(random, shape, dtype);
  const rows = withStoredZeros(random, dense);
  const kinds = random.list(shape[0], () => (random.chance(0.1) ? null : random.pick(['T', 'B', 'NK'])));
  const adata = new AnnData({
    X: rows,
    layers: { columns: rows.toCsc(), dense },
    obs: {
      kind: categorical(kinds, { categories: ['T', 'gone', 'NK', 'B'] }),
      day: Int32Array.from({ length: shape[0] }, () => random.pick([7, 14, 0])),
      sample: random.list(shape[0], () => random.pick(['x', 'a b', 'z'])),
    },
    var: { length: Float32Array.from({ length: shape[1] }, (_, i) => i) },
  });
  return adata;
}

const textsOf = (frame: DataFrame, name: string): string[] => Array.from(frame.get(name) as Iterable<unknown>, String);

describeWithPython(`groups of observations beside scanpy (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('aggregate');
  const file = join(folder, 'cells.h5ad');
  let python: PythonServer;

  beforeAll(() => {
    python = new PythonServer(join(__dirname, 'python', 'reference.py'));
  });
  afterAll(async () => {
    await python.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['float32', 'int32', 'float64'] as const)('%s', async (dtype) => {
    const adata = example(new Random(seed), dtype);
    await adata.writeH5ad(file, { compression: 'gzip', chunkBytes: 2 ** 12 });
    const backed = await readH5ad(file, { backed: 'r' });
    for (const by of [['kind'], ['day', 'sample', 'kind']]) {
      for (const layer of [null, 'columns', 'dense']) {
        const answer = await python.ask<Answer>({ file, by, funcs: of, layer, dof: 1 });
        const sources: [AnnData, number][] = [
          [adata, 2 ** 28],
          [backed as never, 3 * 2 ** 20],
        ];
        for (const [source, maxMemory] of sources) {
          const found = await source.aggregate(by, { of, layer, maxMemory });
          const what = { by, layer, isBacked: source.isBacked };
          expect({ what, names: [...found.obsNames] }).toEqual({ what, names: answer.names });
          expect([...found.varNames]).toEqual(answer.vars);
          expect(found.var.columns).toEqual(answer.var);
          expect(Object.fromEntries(found.obs.columns.map((name) => [name, textsOf(found.obs, name)]))).toEqual(
            answer.obs,
          );
          for (const name of by) {
            const categories = found.obs.column(name).categories?.values as Iterable<unknown>;
            expect(Array.from(categories, String)).toEqual(answer.categories[name]);
          }
          expect([...found.layers.keys()]).toEqual(of);
          for (const name of of) {
            const { data, dtype: type } = found.layers.get(name) as DenseArray;
            const wrong = differences(data as Iterable<unknown>, answer.layers[name]!.data, 100);
            expect({ what, name, wrong, type }).toEqual({
              what,
              name,
              wrong: [],
              type: {
                sum: dtype === 'int32' ? 'int64' : 'float64',
                count_nonzero: 'int32',
                mean: 'float64',
                var: 'float64',
              }[name],
            });
          }
        }
      }
    }
    await backed.close();
  });

  test('of a view, and of raw', async () => {
    const adata = example(new Random(seed + 1), 'float32');
    adata.raw = adata;
    await adata.writeH5ad(file);
    const view = adata.subset([5, 3, 2999, 3, 17], [4, 2]);
    const found = await view.aggregate('sample', { of: ['sum'] });
    const whole = await view.copy().aggregate('sample', { of: ['sum'] });
    expect((found.layers.get('sum') as DenseArray).toNested()).toEqual(
      (whole.layers.get('sum') as DenseArray).toNested(),
    );
    expect((await view.aggregate('sample', { useRaw: true })).shape[1]).toBe(40);
  });
});

describe('groups of observations', () => {
  const adata = example(new Random(3), 'float32');

  test('refusals say what was expected', async () => {
    await expect(adata.aggregate('none')).rejects.toMatchObject({ code: 'ERR_NAME' });
    await expect(adata.aggregate([])).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
    await expect(adata.aggregate('kind', { of: ['median' as 'sum'] })).rejects.toThrow('"count_nonzero"');
    await expect(adata.aggregate('kind', { maxMemory: 1000 })).rejects.toMatchObject({ code: 'ERR_LIMIT' });
    const { signal } = { signal: AbortSignal.abort(new Error('enough')) };
    await expect(adata.aggregate('kind', { signal })).rejects.toThrow('enough');
  });

  test('nobody is in no group', async () => {
    const none = await adata.subset([]).aggregate('sample');
    expect(none.shape).toEqual([0, 40]);
  });
});
