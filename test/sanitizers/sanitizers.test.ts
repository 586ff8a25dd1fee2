// SPDX-License-Identifier: BSD-3-Clause
//
// The addon and the C++ tests built with ASan and UBSan. Takes minutes: with CI=true or ANNDATA_SANITIZERS=1 only.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const wanted = process.env.CI === 'true' || process.env.ANNDATA_SANITIZERS === '1';
const suite = wanted && process.platform === 'linux' ? describe : describe.skip;

/** Path of a sanitizer's runtime, which must be there before Node's own libraries. */
function runtime(name: string): string {
  return execFileSync('c++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
}

function run(command: string, args: string[], env: Record<string, string> = {}): string {
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  return status === 0 ? 'fine' : `${signal ?? status}\n${stdout}${stderr}`.slice(-20_000);
}

suite('with address and undefined-behaviour sanitizers [CI=true or ANNDATA_SANITIZERS=1]', () => {
  test('everything builds', () => {
    expect(run(process.execPath, ['scripts/build-native.mjs', '--sanitize'])).toBe('fine');
    expect(existsSync(join(root, 'build/asan/Release/anndata.node'))).toBe(true);
  });

  test('the C++ tests run clean', () => {
    expect(run(join(root, 'build/asan/cmake/native_tests'), [])).toBe('fine');
  });

  test('every fixture goes through the addon and back clean', () => {
    const env = {
      LD_PRELOAD: `${runtime('libasan.so')} ${runtime('libubsan.so')}`,
      // Node frees little at exit, and its own stacks are not instrumented: leaks are looked for in the C++ tests.
      ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1:allocator_may_return_null=1',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    };
    const addon = join(root, 'build/asan/Release/anndata.node');
    expect(run(process.execPath, ['test/sanitizers/round-trips.mjs', addon], env)).toBe('fine');
  });
});
