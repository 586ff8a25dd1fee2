// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildCommand } from '../support/command';

interface Report {
  /** Bytes that the process grew by, at most. */
  peak: number;
  /** Bytes of the joined X. */
  result: number;
  shape: number[];
  stall: { wall: number; cpu: number };
}

function run(kind: string, how: string, way: string): Report {
  const args = ['--expose-gc', join(__dirname, 'memory-child.js'), kind, how, way];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Report;
}

beforeAll(buildCommand);

// Names, places of rows and what the collector has not taken yet. A second copy of X would be 64 MB (sparse) or 160 MB.
const extra = 44e6;

test.each([
  ['csr', 'inner', 'sync'],
  ['csr', 'outer', 'sync'],
  ['csr', 'outer', 'async'],
  ['dense', 'inner', 'sync'],
  ['dense', 'outer', 'sync'],
  ['dense', 'outer', 'async'],
  ['csc', 'outer', 'sync'],
])('%s, %s, %s: takes the result and little more', (kind, how, way) => {
  const { peak, result, shape } = run(kind, how, way);
  expect(shape).toEqual([200_000, how === 'inner' ? 197 : 203]);
  expect(result).toBeGreaterThan(60e6);
  expect(peak).toBeLessThan(result + extra);
});
