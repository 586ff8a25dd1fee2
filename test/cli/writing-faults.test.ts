// SPDX-License-Identifier: BSD-3-Clause
//
// The commands that write files, when something is wrong: exit codes, messages, and that nothing is left behind.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBytes } from '../../lib/cli/units';
import { anndata, buildCommand, fixtures } from '../support/command';

const pbmc = join(fixtures, 'pbmc68k_reduced.h5ad');
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-cli-faults-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A command of each kind that writes into a folder. */
const commands: [string, (home: string) => string[]][] = [
  ['convert', (home) => ['convert', pbmc, join(home, 'out.h5ad'), '--to', 'csc']],
  ['concat', (home) => ['concat', pbmc, pbmc, '-o', join(home, 'out.h5ad')]],
  ['subset', (home) => ['subset', pbmc, join(home, 'out.h5ad'), '--obs-slice', '::-1']],
  ['split', (home) => ['split', pbmc, join(home, 'parts'), '--by', 'phase']],
];
const codec = ['--compression', 'gzip', '--level', '9', '--max-memory', '1M'];

test.each([
  [['concat', pbmc], "required option '-o, --output <file>'"],
  [['concat', pbmc, pbmc, '-o', 'x', '--keys', 'a'], '2 files'],
  [['concat', pbmc, pbmc, '-o', 'x', '--keys', 'a,a'], 'a different name'],
  [['concat', pbmc, '-o', 'x', '--fill-value', 'much'], 'a number or nan'],
  [['concat', pbmc, '-o', 'x', '--join', 'left'], 'Allowed choices are inner, outer'],
  [['concat', pbmc, '-o', 'x', '--max-memory', '1K'], 'too little'],
  [['subset', pbmc, 'x', '--obs', '-', '--var', '-'], 'only one of'],
  [['subset', pbmc, 'x', '--obs', 'a,,b'], '@file or -'],
  [['subset', pbmc, 'x', '--obs-slice', '1'], 'start:stop'],
  [['subset', pbmc, 'x', '--var-slice', '1:2:0'], 'start:stop'],
  [['subset', pbmc, 'x', '--where', 'phase'], 'column=value'],
  [['subset', pbmc, 'x', '--where', '=G1'], 'column=value'],
  [['subset', pbmc, 'x', '--where', 'n_genes=many'], 'a number was expected'],
  [['subset', pbmc, 'x', '--where', 'phase<S'], 'only = and !='],
  [['subset', pbmc, 'x', '--var-where', 'highly_variable=maybe'], 'true or false'],
  [['convert', pbmc, 'x', '--key', 'X'], 'without --to'],
  [['convert', pbmc, 'x', '--to', 'coo'], 'Allowed choices are csr, csc, dense'],
  [['split', pbmc, 'x'], "required option '--by <column>'"],
])('%j is a usage error', async (args, message) => {
  const { code, stdout, stderr } = await anndata(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test.each([
  [['subset', pbmc, 'OUT', '--where', 'nothing=1'], 'ERR_NAME'],
  [['subset', pbmc, 'OUT', '--obs', 'nobody'], 'ERR_NAME'],
  [['subset', pbmc, 'OUT', '--obs', '@/dev/zero'], 'ERR_IO'],
  [['subset', pbmc, 'OUT', '--obs', `@${pbmc}`], 'ERR_ARGUMENT'],
  [['subset', pbmc, pbmc, '--force'], 'ERR_ARGUMENT'],
  [['concat', pbmc, '/dev/zero', '-o', 'OUT'], 'ERR_IO'],
  [['concat', pbmc, join(fixtures, 'none.h5ad'), '-o', 'OUT'], 'ERR_FILE_NOT_FOUND'],
  [['concat', pbmc, pbmc, '-o', pbmc, '--force'], 'ERR_ARGUMENT'],
  [['convert', pbmc, 'OUT', '--to', 'csr', '--key', 'layers/none'], 'ERR_ARGUMENT'],
  [['split', pbmc, 'OUT', '--by', 'nothing'], 'ERR_NAME'],
  [['split', pbmc, pbmc, '--by', 'phase'], 'ERR_IO'],
])('%j fails with %s, and leaves nothing', async (args, error) => {
  const home = mkdtempSync(join(folder, 'fail-'));
  const before = readFileSync(pbmc);
  const run = await anndata([...args.map((arg) => (arg === 'OUT' ? join(home, 'out') : arg)), '--json']);
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({ schema: 1, error: { code: error } });
  expect(readdirSync(home)).toEqual([]);
  expect(readFileSync(pbmc).equals(before)).toBe(true);
});

test.each(commands)('%s replaces nothing without --force', async (_, argsIn) => {
  const home = mkdtempSync(join(folder, 'force-'));
  expect((await anndata(argsIn(home))).code).toBe(0);
  const refused = await anndata(argsIn(home));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('--force');
  expect((await anndata([...argsIn(home), '--force'])).code).toBe(0);
});

test.each(commands)('SIGINT ends %s with 130 and leaves nothing behind', async (name, argsIn) => {
  const home = mkdtempSync(join(folder, 'interrupt-'));
  const preload = join(folder, `${name}.cjs`);
  // The signal comes when something is there: the earliest moment at which anything could be left.
  writeFileSync(
    preload,
    `const fs = require('node:fs');
     const timer = setInterval(() => { if (fs.readdirSync(${JSON.stringify(home)}).length > 0) { clearInterval(timer); process.kill(process.pid, 'SIGINT'); } }, 0);
     timer.unref();`,
  );
  const { code, stderr, stdout } = await anndata([...argsIn(home), ...codec, '--json'], {
    node: ['--require', preload],
  });
  expect(stderr).toContain('anndata: interrupted');
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(readdirSync(home)).toEqual([]);
});

test('names come from standard input', async () => {
  const output = join(folder, 'stdin.h5ad');
  const { code, stdout } = await anndata(['subset', pbmc, output, '--var', '-', '--json'], {
    started: (child) => child.stdin?.end('HES4\nTNFRSF4\n'),
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout).shape).toEqual([700, 2]);
});

test.each(commands)('%s ends quietly when the reader goes away', async (_, argsIn) => {
  const home = mkdtempSync(join(folder, 'pipe-'));
  const run = await anndata([...argsIn(home), '--json'], { started: (child) => child.stdout?.destroy() });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(home)).toHaveLength(1);
});

test.each([
  ['1048576', 2 ** 20],
  ['256M', 2 ** 28],
  ['256MiB', 2 ** 28],
  ['1.5G', 1.5 * 2 ** 30],
  ['2 gb', 2 ** 31],
  ['512k', 2 ** 19],
  ['1T', 2 ** 40],
])('%s is %d bytes', (text, bytes) => expect(parseBytes(text, '--max-memory')).toBe(bytes));

test.each(['', 'M', '-1M', '1X', '1e9', 'Infinity', '9999999P', '0x10'])('%j is no size', (text) => {
  expect(() => parseBytes(text, '--max-memory')).toThrow('--max-memory takes a size');
});
