// SPDX-License-Identifier: BSD-3-Clause

import type { AttrValue, GroupNode, StorageNode } from '../../lib/storage/storage';
import { array, group, strings } from './fake-storage';

const spec = (type: string, version: string) => ({ 'encoding-type': type, 'encoding-version': version });
const attributes = { dense: spec('array', '0.2.0'), text: spec('string-array', '0.2.0') };

export const dense = (values: Float32Array | Int8Array | Float64Array, shape = [values.length]) =>
  array(values, { shape, attributes: attributes.dense });

export const text = (values: string[]) => strings(values, { attributes: attributes.text });

export const dict = (children: Record<string, StorageNode> = {}) => group(spec('dict', '0.1.0'), children);

/** A sparse matrix; `parts` replaces some of its children. */
export function sparse(
  shape: [number, number],
  indptr: number[],
  indices: number[],
  options: { format?: 'csr' | 'csc'; values?: number } = {},
): GroupNode {
  const { format = 'csr', values = indices.length } = options;
  return group(
    { ...spec(`${format}_matrix`, '0.1.0'), shape: BigInt64Array.from(shape, BigInt) },
    {
      data: array(new Float32Array(values).fill(1)),
      indices: array(Int32Array.from(indices)),
      indptr: array(Int32Array.from(indptr)),
    },
  );
}

export function categorical(
  codes: number[],
  categories: string[],
  attrs: Record<string, AttrValue> = { ordered: false },
): GroupNode {
  return group(
    { ...spec('categorical', '0.2.0'), ...attrs },
    { codes: dense(Int8Array.from(codes)), categories: text(categories) },
  );
}

export function frame(
  names: string[],
  columns: Record<string, StorageNode> = {},
  attrs: Record<string, AttrValue> = {},
): GroupNode {
  return group(
    { ...spec('dataframe', '0.2.0'), _index: '_index', 'column-order': Object.keys(columns), ...attrs },
    { _index: text(names), ...columns },
  );
}

/** A valid AnnData of 3 rows and 2 columns; `members` replaces or adds. */
export function anndata(members: Record<string, StorageNode> = {}): GroupNode {
  return group(spec('anndata', '0.1.0'), {
    X: sparse([3, 2], [0, 1, 1, 3], [1, 0, 1]),
    obs: frame(['a', 'b', 'c'], {
      kind: categorical([0, -1, 1], ['x', 'y']),
      score: dense(new Float64Array([1, 2, 3])),
    }),
    var: frame(['g', 'h']),
    layers: dict({ raw: dense(new Float32Array(6), [3, 2]) }),
    obsm: dict({ pca: dense(new Float32Array(12), [3, 4]) }),
    varm: dict(),
    obsp: dict({ graph: sparse([3, 3], [0, 0, 0, 0], []) }),
    varp: dict(),
    uns: dict({ note: text(['hello']) }),
    ...members,
  });
}
