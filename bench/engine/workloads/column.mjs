// SPDX-License-Identifier: BSD-3-Clause
//
// One column of a table of many observations: a categorical, the names.

import { categoricalParts, textParts } from '../canonical.mjs';

export const cases = [
  {
    name: 'column-categorical',
    label: 'categorical column, 1 M',
    request: ({ input }) => ({ file: input('wide'), key: 'obs/group9' }),
    limit: ({ file }) => ['pread', file, 'obs/group9/codes'],
    h5wasm: true,
    floor: { ratio: 1 },
    aim: { ratio: 2 },
  },
  {
    name: 'column-names',
    label: 'string index, 1 M',
    request: ({ input }) => ({ file: input('wide'), key: 'obs/_index' }),
    noLimit: 'none: text has no payloads of its own',
    h5wasm: true,
    floor: { ratio: 5 },
    aim: { ratio: 15 },
  },
];

const isIndex = (key) => key === 'obs/_index';

export async function ours({ openBacked }, { file, key }) {
  const adata = await openBacked(file);
  const work = async () => {
    await adata.load([key]);
    return isIndex(key) ? adata.obs.index : adata.obs.get(key.slice('obs/'.length));
  };
  return { work, parts: isIndex(key) ? textParts : categoricalParts, close: () => adata.close() };
}

/** An array of JS strings, so all it can do: the same values, not the same kind of result. */
export function h5wasm({ hdf5 }, { file, key }) {
  const opened = new hdf5.File(file, 'r');
  const node = opened.get(key);
  const work = () =>
    isIndex(key) ? node.value : { codes: node.get('codes').value, categories: node.get('categories').value };
  return { work, parts: isIndex(key) ? plainTextParts : plainCategories, close: () => opened.close() };
}

function plainTextParts(texts) {
  const offsets = new Float64Array(texts.length + 1);
  texts.forEach((text, i) => {
    offsets[i + 1] = offsets[i] + Buffer.byteLength(text);
  });
  return { offsets, bytes: new Uint8Array(Buffer.from(texts.join(''))) };
}

const plainCategories = ({ codes, categories }) => ({ codes: Int32Array.from(codes), categories });
