// SPDX-License-Identifier: BSD-3-Clause
//
// The commands that write files: what comes out is compared, by Python, with what the library or Python gives.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type AnnData, type MatrixHandle, readH5ad, slice, where, writeH5ad } from '../../lib';
import { maskOf } from '../../lib/cli/conditions';
import { anndata, buildCommand, fixtures, type Outcome } from '../support/command';
import { comparePairs, summary } from '../support/compare';
import { describeWithPython, runPython } from '../support/python';

const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
const archives = ['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4'].map((name) =>
  join(fixtures, 'archives', name, 'adata.h5ad'),
);
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-cli-writing-'));
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterAll(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const fresh = (): string => mkdtempSync(join(folder, 'case-'));
const fine = (outcome: Outcome): Outcome => {
  expect(outcome).toMatchObject({ code: 0, signal: null });
  return outcome;
};

/** The document of a command that succeeded. */
const told = async (args: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(fine(await anndata([...args, '--json'])).stdout);

describeWithPython('what is written', () => {
  const equal = async (pairs: [string, string][], options = {}): Promise<void> => {
    const differences = await comparePairs(pairs, folder, options);
    if (differences.length > 0) throw new Error(summary(differences));
  };

  /** The file that the library makes of the real one. */
  const expected = async (name: string, make: (adata: AnnData) => AnnData): Promise<string> => {
    const path = join(folder, name);
    await writeH5ad(path, make(await readH5ad(pbmc)).copy());
    return path;
  };

  test('convert gives for files of every age what reading and writing them in memory gives', async () => {
    const pairs: [string, string][] = [];
    for (const [i, input] of [...archives, pbmc].entries()) {
      const [whole, streamed] = [join(folder, `whole-${i}.h5ad`), join(folder, `streamed-${i}.h5ad`)];
      await writeH5ad(whole, await readH5ad(input));
      fine(await anndata(['convert', input, streamed, '--max-memory', '1M']));
      const [a, b] = [
        JSON.parse((await anndata(['info', whole, '--json'])).stdout),
        JSON.parse((await anndata(['info', streamed, '--json'])).stdout),
      ];
      expect(b.elements).toEqual(a.elements);
      pairs.push([whole, streamed]);
    }
    await equal(pairs, { strictWarnings: true });
  });

  test('convert --to, of X and of raw', async () => {
    const pairs: [string, string][] = [];
    for (const [from, to] of [
      ['csr', 'csc'],
      ['csc', 'dense'],
      ['dense', 'csr'],
    ] as const) {
      const [input, output, target] = ['from', 'out', 'target'].map((name) => join(folder, `${name}-${to}.h5ad`)) as [
        string,
        string,
        string,
      ];
      await writeH5ad(input, await readH5ad(pbmc), { formats: { X: from, 'raw/X': from }, compression: 'gzip' });
      const keys = ['--key', 'X', '--key', 'raw/X'];
      fine(await anndata(['convert', input, output, '--to', to, ...keys, '--max-memory', '1M']));
      const backed = await readH5ad(output, { backed: 'r' });
      for (const X of [backed.X, backed.raw!.X]) expect((X as unknown as MatrixHandle).format).toBe(to);
      await backed.close();
      await writeH5ad(target, await readH5ad(input), { formats: { X: to, 'raw/X': to } });
      pairs.push([target, output]);
    }
    await equal(pairs);
  });

  test('concat, with all its options, as Python does it', async () => {
    const home = fresh();
    const [a, b] = [join(home, 'a.h5ad'), join(home, 'b.h5ad')];
    const whole = await readH5ad(pbmc);
    whole.raw = null;
    await writeH5ad(a, whole.subset(slice(0, 300), slice(0, 500)));
    await writeH5ad(b, whole.subset(slice(200), slice(100)));
    const outer = [
      '--join',
      'outer',
      '--merge',
      'first',
      '--uns-merge',
      'unique',
      '--label',
      'sample',
      '--keys',
      'x,y',
    ];
    const args = [...outer, '--index-unique', '-', '--fill-value', '-1', '--pairwise'];
    const document = await told(['concat', a, b, '-o', join(home, 'outer.h5ad'), ...args]);
    expect(document).toEqual({
      schema: 1,
      file: join(home, 'outer.h5ad'),
      fileBytes: readFileSync(join(home, 'outer.h5ad')).length,
      shape: [800, 765],
      seconds: expect.any(Number),
    });
    fine(await anndata(['concat', a, b, '--output', join(home, 'inner.h5ad'), '--max-memory', '1M']));
    fine(
      await anndata([
        'concat',
        a,
        b,
        '-o',
        join(home, 'var.h5ad'),
        '--axis',
        'var',
        '--keys',
        'x,y',
        '--index-unique',
        '_',
      ]),
    );
    await runPython('test/cli/python/concat_cases.py', [a, b, home]);
    const names = ['outer', 'inner', 'var'];
    await equal(
      names.map((name) => [join(home, `${name}-python.h5ad`), join(home, `${name}.h5ad`)]),
      { objectsOnly: true },
    );
  });

  test('subset by names, conditions and positions', async () => {
    const home = fresh();
    const names = join(home, 'cells.txt');
    const { obsNames, varNames } = await readH5ad(pbmc);
    const cells = [600, 3, 77].map((i) => obsNames.get(i) as string);
    const genes = [5, 700, 2].map((i) => varNames.get(i) as string);
    writeFileSync(names, `${cells.join('\r\n')}\r\n\r\n`);
    const cases: [string[], (adata: AnnData) => AnnData][] = [
      [['--obs', `@${names}`, '--var', genes.join(',')], (adata) => adata.subset(cells, genes)],
      [['--where', 'bulk_labels=CD19+ B'], (adata) => adata.subset(where('bulk_labels', 'CD19+ B'))],
      [
        [
          '--where',
          'bulk_labels=CD19+ B',
          '--where',
          'bulk_labels==Dendritic',
          '--where',
          'n_genes>=1000',
          '--obs-slice',
          ':-5:2',
        ],
        (adata) =>
          adata
            .subset(where('bulk_labels', ['CD19+ B', 'Dendritic']))
            .subset(where('n_genes', (n: bigint) => n >= 1000n))
            .subset(slice(null, -5, 2)),
      ],
      [
        ['--var-where', 'highly_variable=true', '--var-slice', '-3:'],
        (adata) => adata.subset(null, where('highly_variable', true)).subset(null, slice(-3)),
      ],
      [['--obs-slice', '::-1'], (adata) => adata.subset(slice(null, null, -1))],
      [['--where', 'phase=none'], (adata) => adata.subset([])],
    ];
    const pairs: [string, string][] = [];
    for (const [i, [args, make]] of cases.entries()) {
      const output = join(home, `${i}.h5ad`);
      fine(await anndata(['subset', pbmc, output, ...args]));
      pairs.push([await expected(`subset-${i}.h5ad`, make), output]);
    }
    await equal(pairs);
  });

  test('conditions are those of pandas', async () => {
    const home = fresh();
    const input = join(home, 'in.h5ad');
    await runPython('test/cli/python/conditions.py', ['make', input]);
    const conditions = [
      'kind=a',
      'kind!=a',
      'text=x=y',
      'a=b=1',
      'f32=0.1',
      'f32!=0.1',
      'f32<0.1',
      'f32<=0.1',
      'f32=nan',
      'i64=9007199254740993',
      'i64>9007199254740992',
      'i64>2.5',
      'flag=True',
      'flag!=true',
      'nullable<3',
      'number>=2',
      'number!=2',
    ];
    const names: Record<string, string[]> = {};
    const backed = await readH5ad(input, { backed: 'r', load: ['obs/_index'] });
    for (const condition of conditions) {
      const passing = await maskOf(backed.obs, [condition], undefined);
      names[condition] = [...backed.obsNames].filter((_, row) => passing[row] === 1) as string[];
    }
    await backed.close();
    const { stdout } = await runPython('test/cli/python/conditions.py', ['names', input]);
    expect(names).toEqual(JSON.parse(stdout));
  });

  test('split gives a file for each value, and tells which', async () => {
    const home = join(fresh(), 'parts');
    const document = await told(['split', pbmc, home, '--by', 'bulk_labels', '--compression', 'gzip']);
    const files = document.files as { value: string; file: string; shape: number[]; fileBytes: number }[];
    expect(readdirSync(home).sort()).toEqual(files.map(({ file }) => basename(file)).sort());
    const pairs: [string, string][] = [];
    for (const [i, { value, file, shape }] of files.entries()) {
      const path = await expected(`split-${i}.h5ad`, (adata) => adata.subset(where('bulk_labels', value)));
      expect(shape).toEqual((await readH5ad(path)).shape);
      pairs.push([path, file]);
    }
    expect(pairs).toHaveLength(10);
    await equal(pairs, { objectsOnly: true });
    const table = fine(await anndata(['split', pbmc, home, '--by', 'phase'])).stdout;
    const counts = (await readH5ad(pbmc)).obs.groupBy('phase').indices;
    const lines = ['G1', 'G2M', 'S'].map(
      (phase) => `${phase.padEnd(3)}  ${`${counts.get(phase)!.length}`.padStart(3)}  ${join(home, `${phase}.h5ad`)}\n`,
    );
    expect(table).toBe(lines.join(''));
  });
});
