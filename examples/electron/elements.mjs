// SPDX-License-Identifier: BSD-3-Clause
//
// Elements by the keys of the tree. They are looked for in the object and not in the file: old files have them elsewhere.

import { slice } from 'anndata';
import { hostError } from './protocol.mjs';

const mappings = ['layers', 'obsm', 'varm', 'obsp', 'varp'];

/** What is at a key such as `obsm/X_umap` or `uns/pca/variance`: a handle, or a value that is in memory. */
export function elementAt(adata, key) {
  const found = find(adata, String(key).split('/'));
  if (found !== undefined) return found;
  throw hostError('ERR_KEY_NOT_FOUND', 'there is nothing at that key', { file: adata.filename, key });
}

function find(adata, [head, ...rest]) {
  if (head === 'X' && rest.length === 0) return adata.X ?? undefined;
  if (head === 'raw' && rest.join() === 'X') return adata.raw?.X ?? undefined;
  if (mappings.includes(head)) return adata[head].get(rest.join('/'));
  if (head !== 'uns') return undefined;
  const step = (at, name) => (isBranch(at) && Object.hasOwn(at, name) ? at[name] : undefined);
  return rest.reduce(step, adata.uns);
}

/** Whether a value of uns has others below it. */
export function isBranch(value) {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The rows of a run of obs or var as a table with these columns (all of them by default); only chunks with such rows are read. */
export async function frameRows(adata, axis, [start, stop], names, options) {
  const rows = slice(start, stop);
  const view = axis === 'obs' ? adata.subset(rows) : adata.subset(null, rows);
  await view.load(names?.map((name) => `${axis}/${name}`) ?? [axis], options);
  return view[axis];
}

/** A whole column of obs. It stays in memory until the file is closed. */
export async function obsColumn(adata, name, options) {
  if (!adata.obs.has(name)) {
    const there = adata.obs.columns.join(', ');
    throw hostError('ERR_KEY_NOT_FOUND', `obs has no such column; it has: ${there}`, { key: `obs/${name}` });
  }
  await adata.load([`obs/${name}`], options);
  return adata.obs.column(name).values;
}
