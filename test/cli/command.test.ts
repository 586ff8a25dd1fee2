// SPDX-License-Identifier: BSD-3-Clause

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anndata, buildCommand, fixtures, main } from '../support/command';

const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('--version and --help answer on stdout', async () => {
  const version = await anndata(['--version']);
  expect(version).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const help = await anndata(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const word of ['info', 'convert', 'validate', 'concat', 'subset', 'split', 'stats', 'Exit codes'])
    expect(help.stdout).toContain(word);
});

test.each([
  [[], 'Usage'],
  [['frobnicate'], 'unknown command'],
  [['info'], 'missing required argument'],
  [['info', pbmc, '--frob'], 'unknown option'],
  [['info', pbmc, pbmc], 'too many arguments'],
  [['convert', pbmc, 'x.h5ad', '--compression', 'rar'], 'Allowed choices are gzip, lzf, zstd, none'],
  [['convert', pbmc, 'x.h5ad', '--compression', 'gzip', '--level', '10'], 'levels 0 to 9'],
  [['convert', pbmc, 'x.h5ad', '--compression', 'lzf', '--level', '1'], 'no meaning'],
])('%j is a usage error', async (args, message) => {
  const { code, stdout, stderr } = await anndata(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

describe.each(['info', 'validate'])('bad input to %s', (command) => {
  const bad = (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test.each([
    ['a missing file', () => join(folder, 'nothing.h5ad'), 'ERR_FILE_NOT_FOUND', 1],
    ['a directory', () => folder, 'ERR_IO', 1],
    ['a device that never ends', () => '/dev/zero', 'ERR_IO', 1],
  ])('%s', async (_, path, error, exit) => {
    const { code, stdout, stderr } = await anndata([command, path()]);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^anndata: error: .*\\[${error}\\]\\n$`));
  });

  test.each([
    ['an empty file', () => bad('empty.h5ad', '')],
    ['a text file', () => bad('text.h5ad', 'cell,gene\n1,2\n')],
    ['a cut file', () => bad('cut.h5ad', require('node:fs').readFileSync(pbmc).subarray(0, 5000))],
  ])('%s is no valid AnnData', async (_, path) => {
    const { code } = await anndata([command, path()]);
    expect(code).toBe(3);
  });
});

test('with --json an error is a document on stdout, too', async () => {
  const file = join(folder, 'nothing.h5ad');
  const { code, stdout, stderr } = await anndata(['info', file, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    schema: 1,
    error: { code: 'ERR_FILE_NOT_FOUND', message: expect.any(String), key: null, file },
  });
  expect(stderr).toMatch(/^anndata: error: /);
});

describe('info', () => {
  test('tells everything about the real file', async () => {
    const { code, stdout, stderr } = await anndata(['info', pbmc, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const summary = JSON.parse(stdout);
    summary.file = 'pbmc68k_reduced.h5ad';
    expect(summary.shape).toEqual([700, 765]);
    expect(summary).toMatchSnapshot();
  });

  test.each(['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4'])('reads the archive %s', async (version) => {
    const { code, stdout, stderr } = await anndata(['info', join('test/fixtures/archives', version, 'adata.h5ad')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  test('prints no escape sequences into a pipe, colours on request, none with NO_COLOR', async () => {
    expect((await anndata(['info', pbmc])).stdout).not.toContain('\x1b');
    expect((await anndata(['info', pbmc], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\x1b[1m');
    expect((await anndata(['info', pbmc], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain('\x1b');
  });

  test('ends quietly when the reader goes away', async () => {
    const { code, stderr } = await anndata(['info', pbmc], { started: (child) => child.stdout?.destroy() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.each([[['--help']], [['--version']], [['info', pbmc]], [['info', pbmc, '--json']]])(
    '%j never loads Arrow',
    async (args) => {
      const hook = join(folder, 'loaded.cjs');
      writeFileSync(
        hook,
        "process.on('exit', () => require('node:fs').writeSync(2, JSON.stringify(Object.keys(require.cache))));",
      );
      const { code, stderr } = await anndata(args, { node: ['--require', hook] });
      expect(code).toBe(0);
      const modules = JSON.parse(stderr) as string[];
      expect(modules).toContain(main);
      expect(modules.filter((path) => /apache-arrow|flatbuffers|cli-progress/.test(path))).toEqual([]);
      // Help needs no addon, and no command.
      const isHelp = args[0]?.startsWith('--') === true;
      expect(modules.some((path) => /\.node$|cli.(info|get|diff|writing)\.js$/.test(path))).toBe(!isHelp);
    },
  );

  test('start-up time is shown beside that of node alone', async () => {
    const time = async (run: () => Promise<unknown>) => {
      const times: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        const start = performance.now();
        await run();
        times.push(performance.now() - start);
      }
      return Math.min(...times).toFixed(0);
    };
    const bare = join(folder, 'empty.cjs');
    writeFileSync(bare, '');
    const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
    const node = await time(async () => spawnSync(process.execPath, [bare]));
    const help = await time(() => anndata(['--help']));
    const info = await time(() => anndata(['info', pbmc]));
    process.stdout.write(`start-up: node ${node} ms, anndata --help ${help} ms, anndata info ${info} ms\n`);
    expect(Number(node)).toBeGreaterThan(0);
  });
});

describe('convert', () => {
  test.each(['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4'])('brings the archive %s up to date', async (version) => {
    const output = join(folder, `${version}.h5ad`);
    const { code, stdout, stderr } = await anndata([
      'convert',
      join(fixtures, 'archives', version, 'adata.h5ad'),
      output,
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).not.toContain('error');
    const report = JSON.parse((await anndata(['validate', output, '--json'])).stdout);
    expect(report).toMatchObject({ valid: true, findings: [] });
  });

  test.each([
    ['gzip', '9', { codec: 'gzip', level: 9 }],
    ['zstd', '5', { codec: 'zstd', level: 5 }],
    ['lzf', undefined, { codec: 'lzf', level: null }],
    ['none', undefined, null],
  ])('--compression %s --level %s', async (codec, level, expected) => {
    const output = join(folder, `${codec}.h5ad`);
    const args = ['convert', pbmc, output, '--compression', codec, ...(level === undefined ? [] : ['--level', level])];
    expect(await anndata(args)).toMatchObject({ code: 0 });
    const { elements } = JSON.parse((await anndata(['info', output, '--json'])).stdout);
    expect(elements.find(({ key }: { key: string }) => key === 'X').compression).toEqual(expected);
  });

  test('replaces nothing without --force, even the input itself with it', async () => {
    const file = join(folder, 'self.h5ad');
    expect((await anndata(['convert', pbmc, file])).code).toBe(0);
    const refused = await anndata(['convert', pbmc, file]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--force');
    expect((await anndata(['convert', file, file, '--force'])).code).toBe(0);
    expect((await anndata(['validate', file])).code).toBe(0);
  });

  test('leaves nothing behind when it fails', async () => {
    const empty = mkdtempSync(join(folder, 'fail-'));
    const text = join(folder, 'no.h5ad');
    writeFileSync(text, 'no');
    expect((await anndata(['convert', text, join(empty, 'out.h5ad')])).code).toBe(3);
    expect((await anndata(['convert', pbmc, join(empty, 'no', 'such', 'folder.h5ad')])).code).toBe(1);
    expect(readdirSync(empty)).toEqual([]);
  });

  test('SIGINT ends it with 130 and leaves nothing behind', async () => {
    const empty = mkdtempSync(join(folder, 'interrupt-'));
    const preload = join(folder, 'interrupt.cjs');
    // The signal comes when the temporary file is there: the earliest moment at which something could be left.
    writeFileSync(
      preload,
      `const fs = require('node:fs');
       const timer = setInterval(() => { if (fs.readdirSync(${JSON.stringify(empty)}).length > 0) { clearInterval(timer); process.kill(process.pid, 'SIGINT'); } }, 0);
       timer.unref();`,
    );
    const args = ['convert', pbmc, join(empty, 'out.h5ad'), '--compression', 'gzip', '--level', '9'];
    const { code, stderr } = await anndata(args, { node: ['--require', preload] });
    expect(stderr).toContain('anndata: interrupted');
    expect(code).toBe(130);
    expect(readdirSync(empty)).toEqual([]);
  });
});

describe('validate', () => {
  test.each([
    'pbmc68k_reduced.h5ad',
    'archives/v0.5.0/adata.h5ad',
    'archives/v0.7.0/adata.h5ad',
    'archives/v0.7.8/adata.h5ad',
    'archives/v0.11.4/adata.h5ad',
  ])('%s is valid', async (name) => {
    const { code, stdout } = await anndata(['validate', join(fixtures, name), '--json']);
    const report = JSON.parse(stdout);
    expect(report.findings.filter(({ severity }: { severity: string }) => severity !== 'note')).toEqual([]);
    expect({ code, valid: report.valid }).toEqual({ code: 0, valid: true });
  });

  test('keeps its exit code when the reader goes away', async () => {
    const text = join(folder, 'text2.h5ad');
    writeFileSync(text, 'no');
    const { code, stderr } = await anndata(['validate', text], { started: (child) => child.stdout?.destroy() });
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  });
});
