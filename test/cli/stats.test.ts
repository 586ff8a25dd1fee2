// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnnData, DataFrame, DenseArray, readH5ad, writeH5ad } from '../../lib';
import { tableRows } from '../../lib/cli/stats-text';
import { textWidth } from '../../lib/cli/text-width';
import { anndata, buildCommand, fixtures } from '../support/command';
import { describeWithPython, runPython } from '../support/python';

const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
const columns = ['sum', 'mean', 'variance', 'nonzero', 'min', 'max'];
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-cli-stats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = Record<string, number | null> & { name: string };

/** The rows of `--json`. */
async function rowsOf(args: string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await anndata(['stats', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout).rows;
}

test('--json and --tsv carry what the library gives, to the bit', async () => {
  const frame = await (await readH5ad(pbmc)).stats('obs', { useRaw: true });
  const expected = frame
    .toRecords({ index: 'name' })
    .map((record) =>
      Object.fromEntries(Object.entries(record).map(([k, v]) => [k, typeof v === 'bigint' ? Number(v) : v])),
    );
  expect(await rowsOf([pbmc, '--axis', 'obs', '--raw', '--max-memory', '1M'])).toEqual(expected);
  const { stdout } = await anndata(['stats', pbmc, '--axis', 'obs', '--raw', '--tsv']);
  const [head, ...lines] = stdout.trimEnd().split('\n');
  expect(head).toBe(['name', ...columns].join('\t'));
  const read = lines.map((line) => {
    const [name, ...values] = line.split('\t');
    return { name, ...Object.fromEntries(values.map((value, i) => [columns[i], Number(value)])) };
  });
  expect(read).toEqual(expected);
});

test('--format', async () => {
  const lines = async (format: string) =>
    (await anndata(['stats', pbmc, '--raw', '--format', format])).stdout.split('\n');
  const [tsv, csv, ndjson] = [await lines('tsv'), await lines('csv'), await lines('ndjson')];
  expect(tsv.join('\n')).toBe((await anndata(['stats', pbmc, '--raw', '--tsv'])).stdout);
  expect(csv).toEqual(tsv.map((line) => line.replaceAll('\t', ',')));
  expect(JSON.parse(ndjson[0]!)).toEqual((await rowsOf([pbmc, '--raw']))[0]);
  const both = await anndata(['stats', pbmc, '--json', '--format', 'csv']);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('json and csv cannot both be asked for')]);
});

test('the document has all fields', async () => {
  const { stdout } = await anndata(['stats', pbmc, '--json', '--top', '2', '--by', 'variance']);
  const { rows, ...head } = JSON.parse(stdout);
  expect(head).toEqual({ schema: 1, file: pbmc, axis: 'var', key: 'X', shape: [700, 765], columns });
  const all = await rowsOf([pbmc]);
  expect(rows).toEqual(all.sort((a, b) => b.variance! - a.variance!).slice(0, 2));
});

test('what JSON has no number for is null; integers are exact; nothing has no least value', async () => {
  const odd = join(folder, 'odd.h5ad');
  const X = new DenseArray(BigInt64Array.of(9007199254740993n, 1n), [1, 2]);
  await writeH5ad(odd, new AnnData({ X, layers: { f: new DenseArray(Float32Array.of(Number.NaN, 1), [1, 2]) } }));
  const { stdout } = await anndata(['stats', odd, '--json']);
  expect(stdout).toContain('"sum": 9007199254740993,');
  expect((await rowsOf([odd, '--layer', 'f']))[0]).toMatchObject({ sum: null, mean: null, variance: null });
  const empty = join(folder, 'empty.h5ad');
  expect((await anndata(['subset', pbmc, empty, '--obs-slice', '0:0'])).code).toBe(0);
  expect((await rowsOf([empty])).length).toBe(765);
  expect((await anndata(['stats', empty])).code).toBe(0);
});

describeWithPython('beside NumPy', () => {
  test('of X and raw, both axes', async () => {
    const { stdout } = await runPython('test/cli/python/stats.py', [pbmc]);
    const python = JSON.parse(stdout) as Record<string, Record<string, number[]>>;
    for (const [what, args] of [
      ['var', []],
      ['obs', ['--axis', 'obs']],
      ['raw', ['--raw']],
    ] as const) {
      const rows = await rowsOf([pbmc, ...args]);
      for (const column of columns) {
        const values = python[what]![column]!;
        expect(values.length).toBe(rows.length);
        for (const [i, row] of rows.entries()) {
          const scale = Math.max(1, Math.abs(values[i]!));
          expect(Math.abs((row[column] as number) - values[i]!) / scale).toBeLessThan(1e-9);
        }
      }
    }
  });
});

test.each([30, 50, 80, 120])('a table fits a terminal of %d columns', (width) => {
  const names = Array.from({ length: 100 }, (_, i) => `基因-with-a-long-name-${i}\u001b[2J`);
  const numbers = { sum: new Float64Array(100).fill(1 / 3), mean: new Float64Array(100).fill(-1e-12 / 7) };
  const frame = new DataFrame({ columns: { ...numbers, variance: new Float64Array(100).fill(1e9 / 7) }, index: names });
  const head = { file: 'a', axis: 'var', key: 'X', shape: [3, 100] } as const;
  const lines = [...tableRows(frame, head, width)].join('').trimEnd().split('\n');
  expect(lines.at(-1)).toContain('60 more lines');
  expect(lines).toHaveLength(2 + 1 + 40 + 1);
  for (const line of lines.slice(0, -1)) expect(textWidth(line)).toBeLessThanOrEqual(width);
  expect(lines.join('')).not.toContain('\u001b');
  expect([...tableRows(frame, head, Number.POSITIVE_INFINITY)].join('').trimEnd().split('\n')).toHaveLength(103);
});

test.each([
  [['--top', '0'], 'number of lines'],
  [['--top', '2', '--by', 'median'], 'Allowed choices'],
  [['--json', '--tsv'], 'cannot both'],
  [['--raw', '--layer', 'x'], 'no layers'],
  [['--max-memory', 'lots'], 'a size such as'],
])('%j is a usage error', async (args, message) => {
  const { code, stderr } = await anndata(['stats', pbmc, ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('an unknown layer is an error, also in JSON', async () => {
  const { code, stdout } = await anndata(['stats', pbmc, '--layer', 'nothing', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, error: { code: 'ERR_NAME' } });
});

test.each([['--tsv'], ['--json']])('ends quietly when the reader of %s goes away', async (form) => {
  const run = await anndata(['stats', pbmc, '--axis', 'obs', form], { started: (child) => child.stdout?.destroy() });
  expect(run).toMatchObject({ code: 0, stderr: '' });
});
