// SPDX-License-Identifier: BSD-3-Clause

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { AnnData, CsrMatrix, concat, DataFrame, DenseArray, readH5ad, writeH5ad } from '../../lib';
import { differences } from '../../lib/inspect/compare';
import { openHdf5 } from '../../lib/storage/hdf5';
import { unpack } from '../support/bad-files';
import { anndata, buildCommand, fixtures, main } from '../support/command';

const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-tables-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function out(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await anndata(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('tree', () => {
  test('every object with type, shape, storage', async () => {
    const lines = (await out('tree', pbmc)).split('\n');
    expect(lines[0]).toBe('/  anndata');
    expect(lines[1]).toBe('├─ X  float32  700 × 765  chunks 44×96  gzip 4  874 KiB  array');
    expect(lines.some((line) => line.includes('codes  int8  700'))).toBe(true);
  });

  test('--attrs, a key, --depth', async () => {
    expect(await out('tree', pbmc, 'obs/phase', '--attrs')).toContain('@encoding-type = "categorical"');
    expect(await out('tree', pbmc, '--depth', '1')).not.toContain('G2M_score');
  });

  test('--json is the same, nested', async () => {
    const { schema, tree } = JSON.parse(await out('tree', pbmc, '--json'));
    expect(schema).toBe(1);
    const X = tree.children.find(({ key }: { key: string }) => key === 'X');
    expect(X).toMatchObject({
      kind: 'array',
      dtype: 'float32',
      shape: [700, 765],
      chunks: [44, 96],
      layout: 'chunked',
    });
    expect(X.filters[0]).toMatchObject({ id: 1, available: true });
    expect(X.attrs['encoding-type']).toBe('array');
  });
});

describe('head', () => {
  test('rows of obs; --json tells how many there are', async () => {
    const text = await out('head', pbmc, '-n', '2');
    expect(text).toMatch(/^index +bulk_labels +n_genes/);
    expect(text.trim().split('\n').length).toBe(4);
    expect(text).toContain('… 698 more rows');
    const document = JSON.parse(await out('head', pbmc, '--rows', '2', '--json'));
    expect(document).toMatchObject({ schema: 1, key: 'obs', of: 700 });
    expect(document.rows[1].slice(0, 3)).toEqual(['AAATTCGATGCACA-1', 'Dendritic', 1080]);
  });

  test.each([
    ['X', 'HES4'],
    ['raw/X', 'HES4'],
    ['obsm/X_umap', '0'],
    ['obsp/none', null],
  ])('%s', async (key, column) => {
    if (column === null) {
      const { code, stderr } = await anndata(['head', pbmc, key]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/there is no obsp\/none.*\[ERR_NAME\]/),
      });
      return;
    }
    const { columns, rows } = JSON.parse(await out('head', pbmc, key, '-n', '3', '--columns', '2', '--json'));
    expect(columns.slice(0, 2)).toEqual(['name', column]);
    const adata = await readH5ad(pbmc);
    const matrix = key === 'X' ? adata.X : key === 'raw/X' ? adata.raw?.X : adata.obsm.get('X_umap');
    const cell = (matrix as DenseArray).get(2, 1) as number;
    expect((matrix as DenseArray).dtype === 'float32' ? Math.fround(rows[2][2]) : rows[2][2]).toBe(cell);
  });

  test('--columns of a frame; the last row is one', async () => {
    const text = await out('head', pbmc, '-n', '699', '--columns', '2');
    expect(text.split('\n')[0]).toMatch(/^index +bulk_labels +n_genes$/);
    expect(text).toMatch(/… 1 more row\n$/);
  });

  test('a table fits the terminal', async () => {
    const wide = new DataFrame({
      index: ['a'],
      columns: { 長い名前: Float64Array.of(1.5), ['x'.repeat(60)]: ['y'.repeat(90)], z: [1] },
    });
    const file = join(folder, 'wide.h5ad');
    await writeH5ad(file, new AnnData({ obs: wide }));
    const script = `process.stdout.columns = 40; process.argv.splice(1, 0, process.execPath); process.argv[1] = ${JSON.stringify(main)}; require(${JSON.stringify(main)});`;
    const { stdout } = spawnSync(process.execPath, ['-e', script, '--', 'head', file], { encoding: 'utf8' });
    expect(stdout).toContain('… 2 more columns');
    expect(stdout).toContain('長い名前');
  });
});

describe('get', () => {
  test.each([
    ['tsv', 'index\tphase\nAAAGCCTGGCTAAC-1\tG1\n'],
    ['csv', 'index,phase\nAAAGCCTGGCTAAC-1,G1\n'],
    ['ndjson', '{"index":"AAAGCCTGGCTAAC-1","phase":"G1"}\n'],
  ])('a column as %s', async (format, start) => {
    const text = await out('get', pbmc, 'obs/phase', '--format', format);
    expect(text.startsWith(start)).toBe(true);
    expect(text.trim().split('\n').length).toBe(format === 'ndjson' ? 700 : 701);
  });

  test('a frame as Arrow', () => {
    const { stdout } = spawnSync(process.execPath, [main, 'get', pbmc, 'obs', '--format', 'arrow']);
    const table = tableFromIPC(stdout);
    expect([table.numRows, table.numCols]).toEqual([700, 9]);
    expect(String(table.getChild('phase')?.get(1))).toBe('S');
  });

  test('entries of a sparse matrix, and its cells when they are asked for', async () => {
    const raw = (await readH5ad(pbmc)).raw!;
    const entries = await out('get', pbmc, 'raw/X');
    expect(entries.trim().split('\n').length).toBe(1 + (raw.X as { nnz: number }).nnz);
    const cells = await out('get', pbmc, 'raw/X', '--dense', '--format', 'csv');
    expect(cells.split('\n')[1]!.split(',').length).toBe(766);
  });

  test('a csc matrix comes column by column, the same entries', async () => {
    const file = join(folder, 'csc.h5ad');
    const backed = await readH5ad(pbmc, { backed: 'r' });
    await writeH5ad(file, backed, { formats: { 'raw/X': 'csc' } });
    await backed.close();
    const [byRow, byColumn] = [await out('get', pbmc, 'raw/X'), await out('get', file, 'raw/X')];
    expect(byColumn.split('\n')[1]).not.toBe(byRow.split('\n')[1]);
    expect(byColumn.split('\n').sort()).toEqual(byRow.split('\n').sort());
  });

  describe('frames and arrays wherever they lie', () => {
    let file: string;
    beforeAll(async () => {
      file = join(folder, 'frames.h5ad');
      const index = ['a', 'b', 'c'];
      const adata = new AnnData({
        X: CsrMatrix.fromDense(new DenseArray(Float32Array.of(1, 0, 0, 2, 3, 0), [3, 2])),
        obs: new DataFrame({ index, columns: {} }),
        var: new DataFrame({ index: ['x', 'y'], columns: {} }),
      });
      adata.raw = adata;
      adata.obsm.set('frame', new DataFrame({ index, columns: { n: BigInt64Array.of(1n, 2n, 2n ** 53n + 1n) } }));
      adata.obsm.set(
        'cube',
        new DenseArray(
          Float64Array.from({ length: 12 }, (_, i) => i),
          [3, 2, 2],
        ),
      );
      adata.obsp.set('near', CsrMatrix.fromDense(new DenseArray(Float64Array.of(0, 1, 2, 0, 0, 0, 3, 0, 0), [3, 3])));
      adata.obsm.set(
        'flags',
        CsrMatrix.fromDense(new DenseArray(Uint8Array.of(0, 1, 1, 0, 0, 0), [3, 2], { dtype: 'bool' })),
      );
      const waves = new DenseArray(Float64Array.of(1, 2, 0, 0, 0, 0), [3, 1], { dtype: 'complex128' });
      adata.obsm.set('waves', waves);
      adata.obsm.set('rare', CsrMatrix.fromDense(waves));
      adata.uns.frame = new DataFrame({ index: ['r'], columns: { n: BigInt64Array.of(7n) } });
      adata.uns.list = new DenseArray(Float64Array.of(1, 2), [2]);
      await writeH5ad(file, adata);
    });

    test.each([
      [['obsm/frame'], 'name\tn\na\t1\nb\t2\nc\t9007199254740993\n'],
      [['obsm/frame/n', '--obs', 'c,a'], 'name\tn\nc\t9007199254740993\na\t1\n'],
      [['/obsm/frame/'], 'name\tn\na\t1\nb\t2\nc\t9007199254740993\n'],
      [['uns/frame', '--format', 'ndjson'], '{"name":"r","n":7}\n'],
      [['uns/list', '--format', 'csv'], 'name,0\n0,1\n1,2\n'],
      [['uns/list'], '[\n  1,\n  2\n]\n'],
      [['obsp/near', '--obs', 'c,a'], 'row\tcolumn\tvalue\nc\ta\t3\na\tc\t2\n'],
      [['obsm/flags'], 'row\tcolumn\tvalue\na\t1\ttrue\nb\t0\ttrue\n'],
      [['obsm/flags', '--dense'], 'name\t0\t1\na\tfalse\ttrue\nb\ttrue\tfalse\nc\tfalse\tfalse\n'],
      [['obsm/waves'], 'name\t0\na\t[1,2]\nb\t[0,0]\nc\t[0,0]\n'],
      [['obsm/rare'], 'row\tcolumn\tvalue\na\t0\t[1,2]\n'],
      [['raw/X', '--var', 'y'], 'row\tcolumn\tvalue\nb\ty\t2\n'],
      [['X', '--obs', 'b,a', '--dense'], 'name\tx\ty\nb\t0\t2\na\t1\t0\n'],
    ])('%j', async (args, text) => {
      expect(await out('get', file, ...args)).toBe(text);
    });

    test('as JSON, integers to the last digit', async () => {
      expect(await out('get', file, 'obsm/frame', '--json')).toContain('["c", 9007199254740993]');
      expect(JSON.parse(await out('get', file, 'obsm/cube', '--json')).value[2]).toEqual([
        [8, 9],
        [10, 11],
      ]);
      expect(JSON.parse(await out('get', file, 'uns'))).toEqual({ frame: [{ name: 'r', n: 7 }], list: [1, 2] });
    });

    test.each([
      [
        ['get', 'FILE', 'obsm'],
        1,
        'obsm is a group of elements: name one, such as obsm/cube; there are: cube, flags, frame, rare, waves',
      ],
      [['get', 'FILE', 'layers'], 1, 'layers is empty'],
      [['get', 'FILE', 'raw'], 1, 'there are: X, var, varm'],
      [['get', 'FILE', 'raw/X', '--var', 'z'], 1, '"z"'],
      [['get', 'FILE', 'obsm/frame/m'], 1, 'there is no obsm/frame/m; there are: n'],
      [['get', 'FILE', 'uns/nothing'], 1, 'there is no uns/nothing; there are: frame, list'],
      [['get', 'FILE', 'nothing'], 1, 'ERR_NAME'],
      [['head', 'FILE', 'layers/nothing'], 1, 'there is no layers/nothing ['],
      [['get', 'FILE', 'obs', '--var', 'x'], 2, 'obs has no variables: leave out --var'],
      [['get', 'FILE', 'obsm/frame', '--var', 'x'], 2, 'obsm/frame has no variables'],
      [['get', 'FILE', 'uns/frame', '--obs', 'a'], 2, 'uns/frame has no observations'],
      [['get', 'FILE', 'obsm/cube', '--format', 'tsv'], 2, 'is no table'],
      [['get', 'FILE', '/'], 2, 'name an element'],
      [['get', 'FILE', 'obs', '--force'], 2, '--force is for --output'],
    ])('%j is refused', async (args, exit, message) => {
      const { code, stdout, stderr } = await anndata(args.map((arg) => (arg === 'FILE' ? file : arg)));
      expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
      expect(stderr).toContain(message);
    });
  });

  test('memory is for blocks, not for the matrix', async () => {
    const file = join(folder, 'blocks.h5ad');
    const X = new DenseArray(new Float32Array(30e6).fill(1), [15_000, 2000]);
    await writeH5ad(file, new AnnData({ X }), { compression: 'gzip' });
    const preload = join(folder, 'peak.cjs');
    writeFileSync(
      preload,
      "process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS / 1024)));",
    );
    const peakOf = (...args: string[]): number => {
      const command = ['--require', preload, main, ...args];
      const { stderr, status } = spawnSync(process.execPath, command, {
        stdio: ['ignore', 'ignore', 'pipe'],
        encoding: 'utf8',
      });
      expect(status).toBe(0);
      return Number(stderr);
    };
    // 114 MiB in all.
    expect(peakOf('get', file, 'X') - peakOf('head', file, 'X')).toBeLessThan(64);
  });

  test('-o writes a file, complete or not at all', async () => {
    const home = mkdtempSync(join(folder, 'output-'));
    const output = join(home, 'obs.csv');
    expect(await out('get', pbmc, 'obs', '--format', 'csv', '-o', output)).toBe('');
    expect(readFileSync(output, 'utf8')).toBe(await out('get', pbmc, 'obs', '--format', 'csv'));
    const again = await anndata(['get', pbmc, 'obs', '-o', output]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('add --force')]);
    expect(await out('get', pbmc, 'obs', '--format', 'arrow', '--output', output, '--force')).toBe('');
    expect(tableFromIPC(readFileSync(output)).numRows).toBe(700);
    const itself = await anndata(['get', pbmc, 'obs', '-o', pbmc, '--force']);
    expect([itself.code, itself.stderr]).toEqual([1, expect.stringContaining('the output is the input')]);
    expect(readdirSync(home)).toEqual(['obs.csv']);
  });

  test('names from standard input; a part of both axes', () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [main, 'get', pbmc, 'X', '--obs', '-', '--var', 'SSU72,HES4'],
      {
        input: 'AAATTCGATGCACA-1\nAAAGCCTGGCTAAC-1\n',
        encoding: 'utf8',
      },
    );
    expect(status).toBe(0);
    expect(stdout).toBe('name\tSSU72\tHES4\nAAATTCGATGCACA-1\t0.795\t1.171\nAAAGCCTGGCTAAC-1\t-0.728\t-0.326\n');
  });

  test('what has no rows', async () => {
    expect(JSON.parse(await out('get', pbmc, 'uns/neighbors/params'))).toEqual({ method: 'umap', n_neighbors: [10] });
    expect(await out('get', pbmc, 'uns/neighbors/params/method')).toBe('umap\n');
    expect(JSON.parse(await out('get', pbmc, 'uns/neighbors/params/method', '--json'))).toMatchObject({
      schema: 1,
      value: 'umap',
    });
  });

  test.each([
    [['get', pbmc, 'X', '--format', 'arrow'], 2, 'Arrow holds frames'],
    [['get', pbmc, 'uns/pca', '--format', 'csv'], 2, 'is no table'],
    [['get', pbmc, 'obs/nothing'], 1, 'there is no obs/nothing; there are: bulk_labels'],
    [['get', pbmc, 'obs', '--obs', 'nobody'], 1, 'nobody'],
    [['get', pbmc, 'obs', '--obs', '-', '--var', '-'], 2, 'not both'],
    [['head', pbmc, 'uns/pca'], 2, 'has no rows'],
    [['head', pbmc, '-n', '0'], 2, '--rows takes a number'],
    [['tree', pbmc, '--depth', 'x'], 2, 'whole number'],
    [['tree', pbmc, 'no/such'], 1, 'no/such'],
  ])('%j is refused', async (args, exit, message) => {
    const { code, stdout, stderr } = await anndata(args as string[]);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('diff', () => {
  async function changed(name: string, change: (adata: AnnData) => void): Promise<string> {
    const adata = await readH5ad(pbmc);
    change(adata);
    const file = join(folder, name);
    await writeH5ad(file, adata, { compression: 'zstd' });
    return file;
  }

  test('the same values are the same, however they are stored', async () => {
    const file = await changed('same.h5ad', () => undefined);
    expect(readFileSync(file).equals(readFileSync(pbmc))).toBe(false);
    const { code, stdout } = await anndata(['diff', file, await changed('again.h5ad', () => undefined)]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/: the same\n$/) });
  });

  test('what was changed is named, with how many and by how much', async () => {
    const before = await changed('before.h5ad', () => undefined);
    const after = await changed('after.h5ad', (adata) => {
      ((adata.X as DenseArray).data as Float32Array)[5] = 100;
      adata.obs.set('new', new Float64Array(700));
      adata.obs.setValues('phase', [0], ['S']);
      adata.obsm.delete('X_umap');
    });
    const { code, stdout } = await anndata(['diff', before, after, '--json']);
    expect(code).toBe(1);
    const { same, differences } = JSON.parse(stdout) as { same: boolean; differences: Record<string, unknown>[] };
    expect(same).toBe(false);
    const by = new Map(differences.map((each) => [`${each.key} ${each.kind}`, each]));
    expect([...by.keys()].sort()).toEqual(
      [
        'X values',
        'obs attribute',
        'obs/new only in second',
        'obs/phase/codes values',
        'obsm/X_umap only in first',
      ].sort(),
    );
    expect(by.get('X values')).toMatchObject({ count: 1, second: 100 });
    const text = await anndata(['diff', before, after, '--key', 'X']);
    expect(text.stdout).toMatch(/^X {2}1 value: -?[\d.]+ ≠ 100, by 10\d at most\n.*: 1 difference\n$/);
    expect((await anndata(['diff', before, after, '--key', 'X', '--tolerance', '200'])).code).toBe(0);
  });

  test('NaN equals NaN, and nothing else', async () => {
    const make = async (name: string, values: number[]) => {
      const file = join(folder, name);
      await writeH5ad(file, new AnnData({ X: new DenseArray(Float64Array.from(values), [2, 2]) }));
      return file;
    };
    const [a, b, c] = [await make('a', [1, NaN, 3, 4]), await make('b', [1, NaN, 3, 4]), await make('c', [1, 2, 3, 4])];
    expect((await anndata(['diff', a, b])).code).toBe(0);
    expect((await anndata(['diff', a, c])).code).toBe(1);
  });

  test('what cannot be compared is told, and is 2', async () => {
    const file = unpack('bad', 'type_opaque.h5ad', folder);
    const { code, stdout } = await anndata(['diff', file, file]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^uns\/e {2}not compared: opaque bytes\n.*: no difference found, 1 not compared\n$/);
    expect(JSON.parse((await anndata(['diff', file, file, '--json'])).stdout)).toMatchObject({ same: false });
    // A difference beside it is one.
    expect((await anndata(['diff', file, pbmc])).code).toBe(1);
  });

  test('what goes wrong is 2', async () => {
    const text = join(folder, 'text.txt');
    writeFileSync(text, 'no HDF5');
    for (const args of [
      [pbmc, text],
      [pbmc, join(folder, 'nothing')],
      [pbmc, pbmc, '--tolerance', '-1'],
    ]) {
      const { code, stdout, stderr } = await anndata(['diff', ...args]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^anndata: error: .*\n$/);
    }
  });
});

describe('completion', () => {
  test('bash completes commands, options, values and files', async () => {
    const home = mkdtempSync(join(folder, 'completion-'));
    writeFileSync(join(home, 'my cells.h5ad'), '');
    const script = join(home, '.completion');
    writeFileSync(script, await out('completion', 'bash'));
    const ask = (...words: string[]): string[] => {
      const asking = `. "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _anndata; printf '%s\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', asking, script, 'anndata', ...words], {
        encoding: 'utf8',
        cwd: home,
      });
      expect(stderr).toBe('');
      return stdout.split('\n').filter((line) => line !== '');
    };
    const formats = ['tsv', 'csv', 'ndjson', 'json', 'arrow'];
    expect(ask('co')).toEqual(['convert', 'concat', 'completion']);
    expect(ask('get', '--form')).toEqual(['--format']);
    expect(ask('get', 'x', '--format', '')).toEqual(formats);
    // `--format=n`, as bash cuts it.
    expect(ask('get', 'x', '--format', '=')).toEqual(formats);
    expect(ask('get', 'x', '--format', '=', 'n')).toEqual(['ndjson']);
    expect(ask('completion', '')).toEqual(['bash', 'zsh', 'fish', '--json']);
    expect(ask('info', 'm')).toEqual(['my cells.h5ad']);
    expect(ask('diff', 'my cells.h5ad', 'm')).toEqual(['my cells.h5ad']);
  });

  const ifThere = (shell: string) => (spawnSync(shell, ['--version']).error === undefined ? test : test.skip);

  // What zsh would offer is drawn on a terminal only: that it can read the script is what is asked here.
  ifThere('zsh')('zsh reads its script', async () => {
    const { status, stderr } = spawnSync('zsh', ['-n', '-c', await out('completion', 'zsh')], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  ifThere('fish')('fish completes with its script', async () => {
    const asking = `${await out('completion', 'fish')}\ncomplete -C 'anndata completion '`;
    const { status, stdout } = spawnSync('fish', ['--no-config', '-c', asking], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'bash\nfish\nzsh\n' });
  });

  test.each(['zsh', 'fish'])('%s has every command', async (shell) => {
    const script = await out('completion', shell);
    const { stdout } = await anndata(['--help']);
    const commands = [...stdout.matchAll(/^ {2}(\w+) .*(?:<|\[)/gm)].map(([, name]) => name as string);
    expect(commands.length).toBeGreaterThanOrEqual(12);
    for (const command of commands.filter((name) => name !== 'help')) expect(script).toContain(command);
  });
});

describe('interruption and readers that leave', () => {
  let large: string;
  beforeAll(async () => {
    const adata = await readH5ad(pbmc);
    large = join(folder, 'large.h5ad');
    await writeH5ad(
      large,
      concat(
        Array.from({ length: 30 }, () => adata),
        { indexUnique: '-' },
      ),
    );
  });

  test.each([
    ['get', ['get', 'FILE', 'X']],
    ['get obs', ['get', 'FILE', 'obs']],
    ['tree', ['tree', pbmc]],
    ['head', ['head', 'FILE', 'X', '-n', '2000']],
    ['diff', ['diff', 'FILE', 'FILE']],
  ])('%s | head -n 1', (_, args) => {
    const words = (args as string[]).map((word) => (word === 'FILE' ? large : word));
    const command = `"${process.execPath}" "${main}" ${words.map((word) => `"${word}"`).join(' ')} | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n').at(-1)).toBe('0');
  });

  test('get stops at Ctrl-C with 130', async () => {
    const { code, stderr } = await anndata(['get', large, 'X'], {
      started: (child) => {
        child.stdout?.once('data', () => child.kill('SIGINT'));
      },
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'anndata: interrupted\n' });
  });

  test('get -o leaves nothing behind at Ctrl-C', async () => {
    const home = mkdtempSync(join(folder, 'interrupt-'));
    const { code, stderr } = await anndata(['get', large, 'X', '-o', join(home, 'X.tsv')], {
      started: (child) => {
        const watch = setInterval(() => {
          if (readdirSync(home).length === 0) return;
          clearInterval(watch);
          child.kill('SIGINT');
        }, 5);
        child.once('exit', () => clearInterval(watch));
      },
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'anndata: interrupted\n' });
    expect(readdirSync(home)).toEqual([]);
  });

  test('diff stops at its signal', async () => {
    const storage = await openHdf5(large);
    const node = await storage.describe('X');
    const controller = new AbortController();
    const onBytes = () => controller.abort(new Error('enough'));
    const comparing = differences({ storage, node }, { storage, node }, { signal: controller.signal, onBytes });
    await expect(comparing.next()).rejects.toThrow('enough');
    await storage.close();
  });
});
