// SPDX-License-Identifier: BSD-3-Clause
//
// The addon and the C++ tests built with ASan and UBSan, and with TSan. Takes minutes: with CI=true or
// ANNDATA_SANITIZERS=1 only. ANNDATA_SANITIZERS=all also builds and runs the addon with TSan.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLifetimesFile } from '../process/lifetimes-file';

const root = join(__dirname, '..', '..');
const all = process.env.ANNDATA_SANITIZERS === 'all';
const wanted = all || process.env.CI === 'true' || process.env.ANNDATA_SANITIZERS === '1';
const suite = wanted && process.platform === 'linux' ? describe : describe.skip;

/** Path of a sanitizer's runtime, which must be there before Node's own libraries. */
function runtime(name: string): string {
  return execFileSync('c++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
}

function start(command: string, args: string[], env: Record<string, string> = {}) {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...env } } as const;
  return spawnSync(command, args, options);
}

function run(command: string, args: string[], env: Record<string, string> = {}): string {
  const { status, signal, stdout, stderr } = start(command, args, env);
  return status === 0 ? 'fine' : `${signal ?? status}\n${stdout}${stderr}`.slice(-20_000);
}

function build(...options: string[]): string {
  return run(process.execPath, ['scripts/build-native.mjs', ...options]);
}

/** Whatever a report of a sanitizer has a frame of ours in. */
const isOurs = (report: string) => report.includes('anndata.node');

const folder = mkdtempSync(join(tmpdir(), 'sanitizers-'));
const file = join(folder, 'a.h5');
if (wanted) beforeAll(() => writeLifetimesFile(file));
afterAll(() => rmSync(folder, { recursive: true }));

/** Node with this build of the addon, in the middle of reads: what it prints and what it complains about. */
function live(mode: string, kind: 'asan' | 'tsan', env: Record<string, string>) {
  const addon = join(root, 'build', kind, 'Release/anndata.node');
  const { stdout, stderr } = start(
    process.execPath,
    ['--expose-gc', 'test/process/hdf5-lifetimes.js', file, mode, addon],
    env,
  );
  return { stdout: stdout.trim(), stderr };
}

const lives = [
  ['workers', '100 workers are terminated'],
  ['copies', '40 workers are terminated while they copy'],
  ['collect', 'handles are collected'],
  ['close', 'files are closed'],
  ['abort', 'requests are stopped'],
] as const;

suite('with address and undefined-behaviour sanitizers [CI=true or ANNDATA_SANITIZERS=1]', () => {
  const env = {
    LD_PRELOAD: `${runtime('libasan.so')} ${runtime('libubsan.so')}`,
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  };
  test('everything builds', () => {
    expect(build('--sanitize')).toBe('fine');
    expect(existsSync(join(root, 'build/asan/Release/anndata.node'))).toBe(true);
  });

  test('the C++ tests run clean', () => {
    expect(run(join(root, 'build/asan/cmake/native_tests'), [])).toBe('fine');
  });

  test('every fixture goes through the addon and back clean', () => {
    const options = { ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1:allocator_may_return_null=1' };
    const addon = join(root, 'build/asan/Release/anndata.node');
    expect(run(process.execPath, ['test/sanitizers/round-trips.mjs', addon], { ...env, ...options })).toBe('fine');
  });

  // Nobody but Node can free what it keeps of a promise that was not settled when its worker ended: 8 bytes. What has
  // no frame of ours is Node's as well.
  test.each(lives)('%s: %s, clean and without leaks', (mode) => {
    const { stdout, stderr } = live(mode, 'asan', { ...env, ASAN_OPTIONS: 'detect_leaks=1' });
    const [first = '', ...leaks] = stderr.split(/^(?=\w+ leak of )/m);
    const ours = leaks.filter((leak) => isOurs(leak) && !leak.includes(' in napi_create_promise '));
    const other = first.replace(/=+\s+==\d+==ERROR: LeakSanitizer: detected memory leaks/, '').trim();
    expect({ stdout, other, ours }).toEqual({ stdout: expect.stringMatching(/^done/), other: '', ours: [] });
  });
});

suite('with the thread sanitizer [CI=true or ANNDATA_SANITIZERS=1]', () => {
  test('the C++ tests with many threads run clean', () => {
    expect(build('--threads', '--target=native_tests')).toBe('fine');
    const filter = '--gtest_filter=Lock*:Strand*:Files*:EngineThreads*:ForEach*:Parallel*:NameIndex*';
    expect(run(join(root, 'build/tsan/cmake/native_tests'), [filter])).toBe('fine');
  });
});

(all ? suite : describe.skip)('the addon with the thread sanitizer [ANNDATA_SANITIZERS=all]', () => {
  test('builds', () => {
    expect(build('--threads')).toBe('fine');
  });

  // Node's own reports are not ours to mend. It closes descriptors and we make some in ways TSan does not see, so it
  // takes one whose number is used again for the old one.
  test.each(lives)('%s: %s, without races', (mode) => {
    const { stdout, stderr } = live(mode, 'tsan', { LD_PRELOAD: runtime('libtsan.so') });
    const reports = stderr.split(/^=+$/m).filter(isOurs);
    const races = reports.filter((report) => !/Location is file descriptor \d+ created by .*\n.*\n.* uv_/.test(report));
    expect({ stdout, races }).toEqual({ stdout: expect.stringMatching(/^done/), races: [] });
  });
});
