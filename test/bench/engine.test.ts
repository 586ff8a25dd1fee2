// SPDX-License-Identifier: BSD-3-Clause
//
// The benchmark of files runs, at sizes that say nothing: it must not rot between the releases that need its figures.

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CsrMatrix, readElem } from '../../lib';
import { describeWithPython } from '../support/python';

const root = join(__dirname, '../..');
const run = promisify(execFile);

interface Side {
  problem?: { verdict: string } | null;
  ms: { median: number; low: number; high: number };
  all: number[];
}
interface Result {
  name: string;
  verdict: string;
  why: string;
  ratio?: number;
  size?: number;
  sides: Record<'python' | 'ours' | 'limit1' | 'limit2', Side>;
}

/** Runs a few lines in a process that can import the harness's modules. */
function inHarness(script: string): unknown {
  const args = ['--input-type=module', '-e', script];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: join(root, 'bench/engine'), encoding: 'utf8' }));
}

describeWithPython('npm run bench -- engine', () => {
  let folder: string;
  let report: { machine: Record<string, string>; results: Result[] };
  let docs: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anndata-test-bench-'));
    docs = join(folder, 'docs.md');
    writeFileSync(docs, '# Benchmarks\n\nBefore.\n');
    const only = 'full-gzip,full-none,full-our-gzip,rows-random,gene-csr,column,write-lzf';
    const options = { nnz: '3e3', rounds: '2', only, cache: folder, json: join(folder, 'report.json'), docs };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    await run(process.execPath, ['bench/run.mjs', 'engine', ...words], { cwd: root });
    report = JSON.parse(readFileSync(options.json, 'utf8'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const result = (name: string) => report.results.find((r) => r.name === name)!;
  const inputs = () => join(folder, readdirSync(folder).find((name) => name.startsWith('nnz-3000-'))!);

  test('whole reads are equal on both sides and have figures', () => {
    for (const name of ['full-gzip', 'full-none', 'full-our-gzip']) {
      const { verdict, ratio, sides } = result(name);
      expect(['aim', 'floor', 'below']).toContain(verdict);
      for (const side of ['python', 'ours', 'limit1', 'limit2'] as const) {
        expect(sides[side].all).toHaveLength(2);
        expect(Math.min(...sides[side].all)).toBeGreaterThan(0);
      }
      expect(ratio).toBeCloseTo(sides.python.ms.median / sides.ours.ms.median);
    }
  });

  test('a case has figures of ours or says why not', () => {
    for (const { verdict, why, ratio, sides } of report.results) {
      expect(sides.python.ms.median).toBeGreaterThan(0);
      if (verdict === 'not built') expect(why).not.toBe('');
      expect(ratio === undefined).toBe(verdict === 'not built');
      expect(sides.ours.ms === undefined).toBe(verdict === 'not built');
    }
  });

  test('what is written is compared in size, and nothing is left behind', () => {
    expect(result('write-lzf').size).toBeGreaterThan(0.3);
    expect(readdirSync(inputs()).sort()).toEqual([
      'csc-gzip.h5ad',
      'csr-gzip.h5ad',
      'csr-lzf.h5ad',
      'csr-none.h5ad',
      'csr-zstd.h5ad',
      'inputs.json',
      'wide.h5ad',
    ]);
  });

  test('the versions that decide are recorded', () => {
    expect(report.machine).toMatchObject({ anndata: '0.13.4', h5py: expect.any(String) });
    expect(report.machine['zlib of h5py']).toMatch(/^\d+\.\d+|built in/);
  });

  test('the table goes between its markers, again and again', () => {
    const once = readFileSync(docs, 'utf8');
    expect(once).toMatch(/^# Benchmarks\n\nBefore\.\n\n## Engine\n\n<!-- engine/);
    expect(once).toContain('| full X, gzip |');
    const place = "{ name: 'engine', heading: 'Engine' }";
    inHarness(`import { publish } from '../publish.mjs';
      publish(${JSON.stringify(docs)}, ${place}, 'new'); console.log('null')`);
    const again = readFileSync(docs, 'utf8');
    expect(again.match(/<!-- engine/g)).toHaveLength(2);
    expect(again).toMatch(/Before\.[\s\S]*-->\n\nnew\n\n<!--/);
  });

  test('the limits decode what is stored, whatever the codec', async () => {
    const words = (numbers: ArrayBufferView) =>
      new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.byteLength / 4);
    const { data, indices } = await readElem<CsrMatrix>(join(inputs(), 'csr-none.h5ad'), 'X');
    const expected = [...words(data), ...words(indices as Int32Array)].reduce((sum, word) => sum + BigInt(word), 0n);
    const file = (codec: string) => join(inputs(), `csr-${codec}.h5ad`);
    const parts = ['X/data', 'X/indices'];
    const requests = [
      ...['gzip', 'lzf', 'zstd', 'none'].map((codec) => ['decode', '2', file(codec), ...parts]),
      ['pread', '2', file('none'), ...parts],
      ['encode', '2', file('gzip'), join(folder, 'out'), ...parts],
    ];
    const input = `${requests.map((request) => request.join('\t')).join('\n')}\n`;
    const output = execFileSync(join(root, 'build/cmake/limits'), { input, encoding: 'utf8' });
    const answers = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ sum }) => sum)).toEqual(requests.map(() => String(expected)));
  });

  test('no time counts of results that differ from Python’s', () => {
    const script = `
      import { runCase } from './rounds.mjs';
      const side = (digest) => ({ close() {}, ask: async () => ({ ms: 1, cpuMs: 1, stallMs: 1, ownStallMs: 1, bytes: 0, peak: 0, digest }) });
      const test = { name: 't', label: 't', request: () => ({}), floor: {}, aim: {} };
      const all = [];
      for (const ours of ['a', 'b', undefined])
        all.push(await runCase('w', test, { python: side('a'), ours: side(ours) }, { rounds: 2 }));
      console.log(JSON.stringify(all.map(({ verdict, ratio }) => [verdict, ratio ?? null])));`;
    expect(inHarness(script)).toEqual([
      ['no goal', 1],
      ['differs', null],
      ['differs', null],
    ]);
  });

  test('a figure that is missing misses its goal', () => {
    const script = `
      import { judge } from './verdict.mjs';
      const goals = { floor: { ratio: 2, ofLimit: 0.5 }, aim: { ratio: 3 } };
      const ours = { ms: { median: 1 }, ownStallMs: 3 };
      const measured = [{ ratio: 3, ofLimit: 0.5 }, { ratio: 2, ofLimit: 0.6 }, { ratio: 9 }, { ratio: 1.9, ofLimit: 1 }];
      console.log(JSON.stringify(measured.map((m) => judge(goals, { ...m, ours }).verdict)));`;
    expect(inHarness(script)).toEqual(['aim', 'floor', 'below', 'below']);
  });
});
