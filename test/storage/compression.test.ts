// SPDX-License-Identifier: BSD-3-Clause

import { pipelineFor } from '../../lib/storage/compression';
import type { Compression } from '../../lib/storage/storage';

const n = 2 ** 16;
/** A generator of numbers in [0, 1) that is the same every time. */
function random(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
const next = random();
/** Few whole values that come again and again, with bytes that say nothing. */
const levels = Float32Array.from({ length: 300 }, () => Math.log1p(next() * 1e4));
const repeating = Float32Array.from({ length: n }, () => levels[Math.floor(next() ** 6 * 300)]!);
const continuous = Float32Array.from({ length: n }, () => next() * 4 - 2);
/** The upper bytes alike, the lower ones not. */
const narrow = Float64Array.from({ length: n }, () => 1 + next() / 1e3);

const shuffles = (codec: Compression['codec'], dtype: 'float32' | 'float64', sample?: Float32Array | Float64Array) =>
  pipelineFor({ codec }, { kind: 'numeric', dtype }, sample).shuffle;

test('floats are shuffled where a sample of them says that it pays', () => {
  expect(shuffles('gzip', 'float32', repeating)).toBe(false);
  expect(shuffles('zstd', 'float32', repeating)).toBe(false);
  expect(shuffles('zstd', 'float32', continuous)).toBe(true);
  expect(shuffles('gzip', 'float64', narrow)).toBe(true);
  expect(shuffles('lzf', 'float64', narrow)).toBe(false);
});

test('without a sample, or with one of another width, they are not', () => {
  expect(shuffles('zstd', 'float32')).toBe(false);
  expect(pipelineFor({ codec: 'gzip' }, { kind: 'numeric', dtype: 'float16' }, continuous).shuffle).toBe(false);
});

test('what the caller says goes', () => {
  const type = { kind: 'numeric', dtype: 'float32' } as const;
  expect(pipelineFor({ codec: 'gzip', shuffle: true }, type, repeating).shuffle).toBe(true);
  expect(pipelineFor({ codec: 'zstd', shuffle: false }, type, continuous).shuffle).toBe(false);
});

test('integers of more than a byte are', () => {
  expect(pipelineFor({ codec: 'gzip' }, { kind: 'numeric', dtype: 'int32' }).shuffle).toBe(true);
  expect(pipelineFor({ codec: 'gzip' }, { kind: 'numeric', dtype: 'uint8' }).shuffle).toBe(false);
});
