// SPDX-License-Identifier: BSD-3-Clause
//
// Selections of several files, in memory, backed and mixed, beside Python's AnnCollection.

import { AnnCollection, type AnnCollectionView, type AnnData, type AxisValue, type Matrix, readH5ad } from '../../lib';
import type { Vector } from '../../lib/arrays/arrow';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython } from '../support/python';
import { PythonServer } from '../support/python-server';
import { caseCount, seed } from '../support/random-suite';

interface Answer {
  shape: [number, number];
  varNames: string[];
  obsNames: string[];
  X: number[][];
  sparse: boolean;
  dtype: string;
  twice: number[][];
  obs: Record<string, unknown[]>;
  obsm: Record<string, number[][]>;
}

interface Question {
  joinObs: 'inner' | 'outer';
  joinVars: 'inner' | null;
  joinObsm: 'inner' | null;
  rows: number[];
  columns: number[] | null;
}

const kinds = [
  ['csr', 'csr', 'csr'],
  ['csr', 'csc', 'int'],
  ['dense', 'dense'],
  ['dense', 'float64', 'dense'],
  ['csr'],
];

function nested(matrix: Matrix): unknown {
  return ('toDense' in matrix ? matrix.toDense() : matrix).toNested();
}

function values(vector: Vector): unknown[] {
  return Array.from(vector, (value) =>
    typeof value === 'bigint' ? Number(value) : typeof value === 'number' && Number.isNaN(value) ? null : value,
  );
}

/** What a view gives, in the words of the Python script. */
async function answerOf(
  view: AnnCollectionView | AnnCollectionView<'backed'>,
  { obs: columns }: Answer,
): Promise<Answer> {
  const read = async <T>(value: unknown): Promise<T> =>
    typeof value === 'object' && value !== null && 'read' in value
      ? await (value as { read(): Promise<T> }).read()
      : (value as T);
  const X = await read<Matrix>(view.X);
  const obs: Record<string, unknown[]> = {};
  for (const key of view.obs.keys()) obs[key] = values(await view.obs.get(key));
  const obsm: Record<string, number[][]> = {};
  for (const key of view.obsm.keys())
    obsm[key] = nested((await read<AxisValue>(view.obsm.get(key))) as Matrix) as never;
  const frame = await view.obs.toFrame();
  expect(frame.columns.sort()).toEqual(Object.keys(columns).sort());
  return {
    shape: view.shape,
    varNames: [...view.varNames],
    obsNames: [...frame.index],
    X: nested(X) as number[][],
    sparse: 'toDense' in X,
    dtype: X.dtype,
    twice: nested(await read<Matrix>(view.layers.get('twice'))) as number[][],
    obs,
    obsm,
  };
}

describeWithPython(`AnnCollection as Python has it (ANNDATA_SEED=${seed})`, () => {
  const folder = temporaryFolder('collection');
  let server: PythonServer;

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    server = new PythonServer('test/loader/python/collection.py');
  });

  afterAll(() => server.close());

  test.each(kinds.map((each, i) => [each.join(', '), each, i] as const))('%s', async (_, each, which) => {
    const random = new Random(seed * kinds.length + which);
    for (let i = 0; i < caseCount(2); i++) {
      const shared = random.chance(0.3);
      const paths = await server.ask<string[]>({
        make: { folder, seed: random.below(1e6), kinds: each, shared },
      });
      const memory = await Promise.all(paths.map((path) => readH5ad(path)));
      const backed = await Promise.all(paths.map((path) => readH5ad(path, { backed: 'r' })));
      const mixed = backed.map((adata, k) => (k === 1 ? (memory[k] as AnnData) : adata));
      const nObs = memory.reduce((sum, adata) => sum + adata.nObs, 0);
      for (let k = 0; k < 4; k++) {
        const question: Question = {
          joinObs: random.pick(['inner', 'outer']),
          joinVars: shared ? random.pick(['inner', null]) : 'inner',
          joinObsm: each.length > 1 ? random.pick(['inner', null]) : 'inner',
          // Python repeats nothing where rows of several objects are out of order.
          rows: k % 2 === 0 ? chosen(random, nObs) : chosen(random, nObs).sort((a, b) => a - b),
          columns: null,
        };
        if (random.chance(0.5)) question.columns = random.list(2, () => random.below(7 - 2 * each.length));
        const { rows, columns, ...joins } = question;
        const expected = await server.ask<Answer>({ view: question });
        const options = { ...joins, label: 'file', indexUnique: '-' };
        for (const collection of [
          new AnnCollection(memory, options),
          await AnnCollection.open(backed, options),
          await AnnCollection.open(mixed, options),
        ]) {
          expect(collection.shape[0]).toBe(nObs);
          const view = collection.subset(rows, columns) as AnnCollectionView;
          const answer = await answerOf(view, expected);
          // Of several objects, Python's dtype is that of those that have rows in the selection.
          if (!isSettled(rows, memory)) answer.dtype = expected.dtype;
          expect({ question, ...answer }).toEqual({ question, ...expected });
        }
      }
      for (const adata of backed) await adata.close();
    }
  });
});

/** Whether rows are of one object, or of every one. */
function isSettled(rows: readonly number[], adatas: readonly AnnData[]): boolean {
  let start = 0;
  const touched = adatas.filter(({ nObs }) => {
    start += nObs;
    return rows.some((row) => row < start && row >= start - nObs);
  });
  return touched.length === 1 || touched.length === adatas.length;
}

/** Some rows, at least one, each once, in any order. */
function chosen(random: Random, length: number): number[] {
  const rows = Array.from({ length }, (_, i) => i);
  return rows
    .map((row) => [random.next(), row] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, 1 + random.below(length))
    .map(([, row]) => row);
}
