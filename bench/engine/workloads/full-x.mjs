// SPDX-License-Identifier: BSD-3-Clause
//
// All of X, by the stored codec, and from files of our own presets against Python reading its own gzip file.

import { join } from 'node:path';
import { sparseParts } from '../canonical.mjs';

const parts = ['X/data', 'X/indices', 'X/indptr'];
const memoryMB = 64;

const stored = (codec, label, { floor, aim, h5wasm, kind = 'decode' }) => ({
  name: `full-${codec}`,
  label: `full X, ${label}`,
  request: ({ input }) => ({ file: input(`csr-${codec}`) }),
  limit: ({ file }) => [kind, file, ...parts],
  h5wasm,
  floor: { ...floor, memoryMB },
  aim: { ...aim, memoryMB },
});

const preset = (codec, label, floor, aim) => ({
  name: `full-our-${codec}`,
  label: `full X of a file by our ${label} preset, against Python's own gzip file`,
  request: ({ input }) => ({ file: input('csr-gzip') }),
  /** Ours reads what ours wrote. */
  async oursRequest({ scratch, input }, ask) {
    const out = join(scratch, `preset-${codec}.h5ad`);
    await ask('write', { file: input('csr-none'), out, compression: codec });
    return { file: out };
  },
  limit: ({ file }) => ['decode', file, ...parts],
  h5wasm: 'see full X, gzip',
  floor: { ...floor, memoryMB },
  aim: { ...aim, memoryMB },
});

export const cases = [
  stored('gzip', 'gzip', { floor: { ratio: 4.5, ofLimit: 0.8 }, aim: { ratio: 4.5, ofLimit: 0.9 }, h5wasm: true }),
  stored('lzf', 'lzf', { floor: { ratio: 2.5 }, aim: { ratio: 2.5, ofLimit: 0.85 }, h5wasm: 'no LZF' }),
  stored('zstd', 'zstd', { floor: { ratio: 2.5 }, aim: { ratio: 2.5, ofLimit: 0.85 }, h5wasm: 'no zstd' }),
  stored('none', 'uncompressed', { floor: { ratio: 1.3 }, aim: { ratio: 3 }, h5wasm: true, kind: 'pread' }),
  preset('gzip', 'default', { ratio: 7 }, { ratio: 9 }),
  preset('zstd', 'zstd', { ratio: 10 }, { ratio: 15 }),
];

export function ours({ api }, { file }) {
  return { work: () => api.readElem(file, 'X'), parts: sparseParts };
}

export function h5wasm({ hdf5 }, { file }) {
  const work = () => {
    const opened = new hdf5.File(file, 'r');
    try {
      const X = opened.get('X');
      const [data, indices, indptr] = ['data', 'indices', 'indptr'].map((part) => X.get(part).value);
      return { shape: Array.from(X.attrs.shape.value, Number), data, indices, indptr };
    } finally {
      opened.close();
    }
  };
  return { work, parts: sparseParts };
}
