// SPDX-License-Identifier: BSD-3-Clause
//
// Observations appended to backed objects, beside Python's concat of the same files in memory.

import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AnnData,
  type AnnDataError,
  type AppendOptions,
  CsrMatrix,
  categorical,
  DenseArray,
  type MatrixHandle,
  readH5ad,
  slice,
} from '../../lib';
import { Random } from '../interop/random';
import { temporaryFolder } from '../support/bad-files';
import { describeWithPython, runPython } from '../support/python';
import { seed } from '../support/random-suite';
import { example, type Kind } from './matrices';

const [nObs, nVars] = [300, 60];
const maxMemory = 2 ** 20;
const folder = temporaryFolder('append');
let count = 0;

beforeAll(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (name: string): string => join(folder, `${name}-${count++}.h5ad`);

async function stored(adata: AnnData): Promise<string> {
  const path = pathOf('stored');
  await adata.writeH5ad(path, { compression: 'gzip', chunkBytes: 2 ** 13 });
  return path;
}

/** Python's option of the same meaning. */
function inPython({ indexUnique, fillValue, ...options }: AppendOptions): string {
  const named = { ...options, index_unique: indexUnique, fill_value: fillValue };
  return JSON.stringify(Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)));
}

/** An object with some other columns, layers, types and orders. */
function another(random: Random, X: Kind, height: number): AnnData {
  const adata = example(random, X, [height, nVars], 'new', 'float32');
  adata.obs.setColumn('kind', categorical(random.list(height, () => random.pick(['T', 'mast', 'B']))));
  adata.obs.set('extra', new Int32Array(height));
  adata.layers.delete('wide');
  adata.layers.set('rows', adata.layers.get('columns') as CsrMatrix);
  adata.layers.set('only', new DenseArray(new Float32Array(height * nVars), [height, nVars]));
  adata.obsm.set('X_pca', new DenseArray(new Float32Array(height * 30).fill(2), [height, 30]));
  return adata;
}

type Matrix = CsrMatrix | DenseArray;

/** Python makes float64 of dense arrays in outer joins (D9). */
function sameValues(ours: Matrix, theirs: Matrix): boolean {
  const dense = [ours, theirs].map((each) => ('nnz' in each ? each.toDense() : each));
  return String(ours.shape) === String(theirs.shape) && String(dense[0]!.toNested()) === String(dense[1]!.toNested());
}

const shuffled = (random: Random, length: number): number[] =>
  random
    .list(length, () => random.next())
    .map((key, i) => [key, i] as const)
    .sort(([a], [b]) => a - b)
    .map(([, i]) => i);

describeWithPython(`appended observations (ANNDATA_SEED=${seed})`, () => {
  const pairs: [string, string, boolean][] = [];

  afterAll(async () => {
    const { stdout } = await runPython('test/backed/python/same_values.py', [], { input: JSON.stringify(pairs) });
    expect(JSON.parse(stdout)).toEqual([]);
  });

  test.each<[Kind, Kind, AppendOptions]>([
    ['csr', 'csr', {}],
    ['csr', 'dense', { indexUnique: '-', keys: ['a', 'b'], label: 'batch' }],
    ['csc', 'csr', { join: 'outer' }],
    ['csc', 'csc', { join: 'inner' }],
    ['dense', 'dense', {}],
    ['dense', 'dense', { join: 'outer', fillValue: 3 }],
    ['dense', 'csc', { join: 'outer' }],
  ])(
    '%s and %s, %j: what concat makes of them',
    async (X, Y, options) => {
      const random = new Random(seed);
      const first = example(random, X, [nObs, nVars], 'cell', 'float32');
      // Twice true is true, until it becomes a number.
      first.layers.set('rows', (first.layers.get('rows') as CsrMatrix).sumDuplicates());
      const original = await stored(first);
      const more = another(random, Y, 120)
        .subset(null, options.join === undefined ? shuffled(random, nVars) : slice(5, null))
        .copy();
      const [path, expected, elsewhere] = [pathOf('appended'), pathOf('expected'), pathOf('elsewhere')];
      copyFileSync(original, path);
      await runPython('test/backed/python/concat_pair.py', [expected, inPython(options), original, await stored(more)]);
      const before = readFileSync(path);
      const isWider = options.join === 'outer';
      const adata = await readH5ad(path, { backed: 'r+' });
      const view = adata.subset([0, 1]);
      await adata.append(more, options);
      expect([adata.nObs, adata.X?.isLoaded, view.nObs]).toEqual([nObs + 120, false, 2]);
      const theirs = await readH5ad(expected);
      const [rows, columns] = [
        random.list(60, () => random.below(nObs + 120)),
        random.list(20, () => random.below(adata.nVars)),
      ];
      for (const [byRow, byColumn] of [
        [null, null],
        [rows, null],
        [null, columns],
        [rows, columns],
        [[], null],
        [[nObs], [1]],
      ] as const) {
        const [ours, memory] = [adata, theirs].map((each) => each.subset(byRow, byColumn));
        const found = (await (ours!.X as unknown as MatrixHandle).read()) as Matrix;
        expect([byRow, byColumn, sameValues(found, memory!.X as Matrix)]).toEqual([byRow, byColumn, true]);
      }
      await adata.writeH5ad(elsewhere, { maxMemory, compression: 'gzip' });
      expect(readFileSync(path).equals(before)).toBe(true);
      await adata.commit({ maxMemory });
      expect(sameValues((await adata.X?.read()) as Matrix, theirs.X as Matrix)).toBe(true);
      expect((await adata.raw?.X?.read())?.equals(theirs.raw?.X)).toBe(true);
      await adata.close();
      pairs.push([expected, path, isWider], [expected, elsewhere, isWider]);
    },
    60_000,
  );

  test('twice, with values set between, to a backed object, and to what was committed', async () => {
    const random = new Random(seed + 1);
    const parts = [50, 40, 30].map((height, i) => example(random, 'csr', [height, nVars], `part ${i}`));
    const files: string[] = [];
    for (const part of parts) files.push(await stored(part));
    const path = pathOf('twice');
    copyFileSync(files[0]!, path);
    const adata = await readH5ad(path, { backed: 'r+' });
    const other = await readH5ad(files[1]!, { backed: 'r' });
    adata.X?.setValues([0], null, 5);
    await adata.append(other);
    adata.X?.setValues([49, 50], [3], 6);
    await adata.append(parts[2]!);
    adata.X?.setValues([119], [4], 7);
    await adata.commit();
    await other.close();
    for (const [rows, columns, value] of [
      [[0], null, 5],
      [[49, 50], [3], 6],
      [[119], [4], 7],
    ] as const) {
      const part = await adata.X!.subset(rows, columns).read();
      expect((part as CsrMatrix).toDense().toNested()).toEqual(
        rows.map(() => Array.from({ length: columns?.length ?? nVars }, () => value)),
      );
    }
    await adata.append(parts[1]!, { indexUnique: '-' });
    expect((await adata.X!.subset([0, 120]).read()).shape).toEqual([2, nVars]);
    await adata.commit();
    await adata.close();
    const expected = pathOf('expected');
    await runPython('test/backed/python/concat_pair.py', [expected, '{}', ...files]);
    const edited = (await readH5ad(expected)).subset(slice(1, 49)).copy();
    const ours = (await readH5ad(path)).subset(slice(1, 49)).copy();
    expect(ours.X?.equals(edited.X)).toBe(true);
    expect([...ours.obsNames].slice(0, 2)).toEqual(['part 0 1-0', 'part 0 2-0']);
  }, 60_000);
});

describe('appended observations', () => {
  const small = (names: string[], extra: object = {}): AnnData =>
    new AnnData({
      X: new CsrMatrix({
        shape: [1, names.length],
        data: new Float32Array(0),
        indices: new Int32Array(0),
        indptr: Int32Array.of(0, 0),
      }),
      var: { varNames: names },
      ...extra,
    });

  async function refused(adata: AnnData<'backed'>, other: unknown, options?: AppendOptions): Promise<AnnDataError> {
    return adata.append(other as AnnData, options).then(
      () => expect('nothing').toBe('an error'),
      (error) => error,
    ) as Promise<AnnDataError>;
  }

  test('names the variables that only one object has, and changes nothing', async () => {
    const adata = await readH5ad(await stored(small(['a', 'b', 'c'])), { backed: 'r' });
    const error = await refused(adata, small(['c', 'd', 'a']));
    expect(error).toMatchObject({ code: 'ERR_NAME', key: 'var' });
    expect(error.message).toContain('lacks the variables "b", and it alone has "d"; say join');
    expect([adata.nObs, adata.X?.shape]).toEqual([1, [1, 3]]);
    await adata.append(small(['c', 'd', 'a']), { join: 'inner' });
    expect([...adata.varNames]).toEqual(['a', 'c']);
    await adata.discard();
    await adata.load(['var']);
    expect([...adata.varNames]).toEqual(['a', 'b', 'c']);
    await adata.close();
  });

  test('refuses views, objects in memory, and what is no AnnData', async () => {
    const adata = await readH5ad(await stored(small(['a'])), { backed: 'r' });
    expect((await refused(adata.subset([0]), small(['a']))).message).toMatch(/a view has no file/);
    expect((await refused(adata, { X: null })).message).toMatch(/must be an AnnData/);
    expect((await refused(small(['a']) as never, small(['a']))).message).toMatch(/concat\(\) them/);
    await adata.close();
  });

  test('says what is dropped', async () => {
    const warnings: string[] = [];
    const spy = jest.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)));
    const adata = await readH5ad(await stored(small(['a'], { obsm: { one: new Float32Array(1) } })), { backed: 'r' });
    await adata.append(small(['a'], { obs: { obsNames: ['new'], n: [1] } }));
    expect(warnings.filter((text) => text.includes('appending drops'))).toHaveLength(1);
    expect(warnings.join()).toContain('appending drops "obs/n", "obsm/one"');
    spy.mockImplementation(() => undefined);
    await adata.close();
  });

  test('nothing to append, and to nothing', async () => {
    const path = await stored(small(['a', 'b']).subset([]).copy());
    const adata = await readH5ad(path, { backed: 'r+' });
    await adata.append(small(['a', 'b']).subset([]).copy());
    expect(adata.shape).toEqual([0, 2]);
    await adata.append(small(['b', 'a']));
    await adata.commit();
    expect(adata.shape).toEqual([1, 2]);
    expect((await adata.X?.read())?.shape).toEqual([1, 2]);
    await adata.close();
  });
});
