// SPDX-License-Identifier: BSD-3-Clause

import { isVector } from '../arrays/arrow';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { isHandle } from '../backed';
import { copyHints } from '../elements/hints';
import type { DataFrame } from '../frame/data-frame';
import { warn } from '../warnings';
import type { AlignedParent, Axis } from './aligned-mapping';
import { dims } from './aligned-mapping';
import { matrixFromFrame } from './frame-to-matrix';
import { entriesOf, isMapping } from './mapping';
import type { Mapping, Matrix, Uns } from './types';
import { isMatrix } from './validate';

/**
 * Where older versions of anndata kept things, and where they belong now. What is taken out of `uns` is taken out of
 * a copy: the caller's object stays as it is.
 *
 * @module
 */

const graphKeys = ['distances', 'connectivities'] as const;

/** Graphs of observations that lie in `uns.neighbors`, and `uns` without them. Graphs of another size stay. */
export function takeGraphs(uns: Uns, parent: AlignedParent): { uns: Uns; graphs: Map<string, Matrix> } {
  const graphs = new Map<string, Matrix>();
  const neighbors = ownValue(uns, 'neighbors');
  if (!isMapping(neighbors)) return { uns, graphs };
  const members = new Map(entriesOf(neighbors as Mapping<unknown>));
  for (const key of graphKeys) {
    const graph = members.get(key);
    if (!isMatrix(graph) || graph.shape.length !== 2) continue;
    if (graph.shape.some((n) => n !== parent.shape[0])) continue;
    warn('FutureWarning', `moving uns.neighbors.${key} to obsp: this is where such graphs belong now`);
    graphs.set(key, graph);
  }
  if (graphs.size === 0) return { uns, graphs };
  const rest = without(neighbors as object, members, [...graphs.keys()]);
  const changed = without(uns, new Map(Object.entries(uns)), []);
  changed['neighbors'] = rest;
  return { uns: changed, graphs };
}

/** Names of the lists of columns that belong together, oldest spelling last. */
const multicolKeys = [
  ['obs_keys_multicol', 'smp_keys_multicol', '_obs_keys_multicol', '_smp_keys_multicol'],
  ['var_keys_multicol', '_var_keys_multicol'],
] as const;

/**
 * Columns that `uns` says belong together, as an array for each group; they are removed from `frame`. Columns belong
 * to a group when their name begins with it.
 */
export function takeMulticolumns(
  uns: Uns,
  frame: DataFrame,
  axis: Axis,
): { uns: Uns; arrays: Map<string, DenseArray> } {
  const arrays = new Map<string, DenseArray>();
  const listKey = multicolKeys[axis].find((key) => ownValue(uns, key) !== undefined);
  // What old versions left as such a list was small and is read at once; a handle is something else of that name.
  if (listKey === undefined || isHandle(uns[listKey])) return { uns, arrays };
  for (const group of textsOf(uns[listKey])) {
    const columns = frame.columns.filter((name) => name.startsWith(group));
    arrays.set(group, matrixFromFrame(frame, `${dims[axis]}m/${group}`, columns));
    for (const name of columns) frame.delete(name);
  }
  return { uns: without(uns, new Map(Object.entries(uns)), [listKey]), arrays };
}

function ownValue(record: Uns, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A copy without some keys that remembers how the others were stored. */
function without(source: object, members: ReadonlyMap<string, unknown>, keys: readonly string[]): Uns {
  const copy = Object.create(null) as Uns;
  for (const [key, value] of members) {
    if (!keys.includes(key)) copy[key] = value;
  }
  copyHints(source, copy);
  return copy;
}

function textsOf(list: unknown): string[] {
  const values = isDenseArray(list) ? list.data : list;
  if (!Array.isArray(values) && !isVector(values)) return [];
  return Array.from(values as Iterable<unknown>).filter((name) => typeof name === 'string');
}
