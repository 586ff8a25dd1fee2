// SPDX-License-Identifier: BSD-3-Clause
//
// What a backed object has, as a tree to show. Metadata only: no element is read.

import { isDataFrame } from 'anndata';
import { isBranch } from './elements.mjs';

/** Sections as Python prints them. A node is `{ name, key, detail, children }`; key is null for what cannot be shown. */
export function describeTree(adata) {
  const { X, obs, raw, uns } = adata;
  const sections = [
    X === null ? null : leaf('X', X, 'X'),
    section('layers', mappingNodes(adata.layers, 'layers')),
    frame('obs', obs),
    frame('var', adata.var),
    ...['obsm', 'varm', 'obsp', 'varp'].map((name) => section(name, mappingNodes(adata[name], name))),
    section('uns', unsNodes(uns, 'uns')),
    raw === null ? null : section('raw', [raw.X === null ? null : leaf('X', raw.X, 'raw/X')]),
  ];
  return sections.filter((each) => each !== null);
}

/** Keys of what can be plotted: dense arrays with two columns or more; UMAPs first. */
export function embeddings(adata) {
  const keys = [...adata.obsm]
    .filter(([, value]) => value.kind === 'matrix' && value.format === 'dense' && value.shape[1] >= 2)
    .map(([name]) => `obsm/${name}`);
  const rank = (key) => ['umap', 'tsne'].findIndex((word) => key.toLowerCase().includes(word)) >>> 0;
  return keys.sort((a, b) => rank(a) - rank(b));
}

function section(name, nodes) {
  const children = nodes.filter((each) => each !== null);
  return children.length === 0 ? null : { name, key: null, detail: `${children.length}`, children };
}

/** The table is shown as a whole; its columns say what they are. */
function frame(name, table) {
  const children = table.columns.map((column) => {
    const { encoding, dtype } = table.held(column);
    const detail = encoding === 'array' || encoding === 'string-array' ? dtype : encoding;
    return { name: column, key: `${name}/${column}`, detail, children: [] };
  });
  return { name, key: name, detail: table.shape.join(' × '), children };
}

function mappingNodes(mapping, prefix) {
  return [...mapping].filter(([name]) => name !== null).map(([name, value]) => leaf(name, value, `${prefix}/${name}`));
}

function unsNodes(values, prefix) {
  return Object.entries(values).map(([name, value]) => {
    const key = `${prefix}/${name}`;
    if (!isBranch(value)) return leaf(name, value, key);
    const children = unsNodes(value, key);
    return { name, key: null, detail: `${children.length}`, children };
  });
}

function leaf(name, value, key) {
  return { name, key, detail: detailOf(value), children: [] };
}

/** What is known of a handle, or of a value that is in memory, as parts of old files are. */
function detailOf(value) {
  if (isDataFrame(value)) return `table ${value.shape.join(' × ')}`;
  const words = [value?.format, value?.dtype, value?.shape?.join(' × ')];
  return words.filter((word) => typeof word === 'string' && word !== '' && word !== 'dense').join(' ');
}
