// SPDX-License-Identifier: BSD-3-Clause

import { isVector } from '../arrays/arrow';
import { isTypedArray } from '../arrays/dtype';
import { copyHints, hintFor, setHint } from '../elements/hints';
import { isColumn } from '../frame/column-from';
import { isDataFrame } from '../frame/data-frame';
import { isPlainObject } from '../plain-object';
import { isMap } from './mapping';
import type { Uns } from './types';

/**
 * Copies of `uns`. Containers (objects, Maps, lists, frames, whole AnnData) are told from arrays: a view copies the
 * containers only, so that nothing put into them reaches the object it is a view of.
 *
 * @module
 */

/** What becomes of the arrays in the containers. */
type Arrays = 'shared' | 'copied';

/** What AnnData can do, as far as it matters here. */
interface AnnDataLike {
  subset(rows: null): AnnDataLike;
  copy(): AnnDataLike;
}

/** Containers made here: nobody else has them, so they may be changed in place. */
const own = new WeakSet<object>();

/** A copy of `uns` at every depth that remembers how its values were stored. */
export function copyUns(uns: Uns, arrays: Arrays): Uns {
  return copyValue(uns, arrays, new Map()) as Uns;
}

/**
 * Copies the arrays in a `uns` whose containers were copied before, and what has been put into them since. The
 * containers themselves stay the same objects.
 */
export function ownArrays(uns: Uns): void {
  deepen(uns, new Map());
}

function deepen(container: unknown, seen: Map<unknown, unknown>): unknown {
  if (typeof container !== 'object' || container === null || !own.has(container)) {
    return copyValue(container, 'copied', seen);
  }
  if (seen.has(container)) return container;
  seen.set(container, container);
  if (isMap(container)) {
    const map = container as Map<unknown, unknown>;
    for (const [key, value] of map) map.set(key, deepen(value, seen));
    return container;
  }
  const record = container as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const value = record[key];
    const hint = hintFor(record, key, value);
    record[key] = deepen(value, seen);
    if (hint !== undefined) setHint(record, key, record[key], hint);
  }
  return container;
}

/** `seen` keeps what is in several places one thing, and ends cycles. */
function copyValue(value: unknown, arrays: Arrays, seen: Map<unknown, unknown>): unknown {
  if (typeof value !== 'object' || value === null || isVector(value) || isColumn(value)) return value;
  if (!seen.has(value)) seen.set(value, copyObject(value, arrays, seen));
  return seen.get(value);
}

function copyObject(value: object, arrays: Arrays, seen: Map<unknown, unknown>): unknown {
  if (Array.isArray(value))
    return filled(value, [] as unknown[], seen, (list) => {
      for (const item of value) list.push(copyValue(item, arrays, seen));
    });
  if (isPlainObject(value))
    return filled(value, Object.create(null) as Uns, seen, (record) => {
      for (const key of Object.keys(value)) record[key] = copyValue((value as Uns)[key], arrays, seen);
      copyHints(value, record, (from) => seen.get(from) ?? from);
    });
  if (isDataFrame(value)) return value.copy();
  if (isAnnDataLike(value)) return arrays === 'shared' ? value.subset(null) : value.copy();
  if (isMap(value))
    return filled(value, new Map<unknown, unknown>(), seen, (map) => {
      for (const [key, item] of value as ReadonlyMap<unknown, unknown>) map.set(key, copyValue(item, arrays, seen));
    });
  if (arrays === 'shared') return value;
  if (isTypedArray(value)) return value.slice();
  return 'copy' in value && typeof value.copy === 'function' ? (value.copy() as unknown) : value;
}

/** Registers a container before what is in it is copied. */
function filled<T extends object>(source: object, copy: T, seen: Map<unknown, unknown>, fill: (copy: T) => void): T {
  seen.set(source, copy);
  own.add(copy);
  fill(copy);
  return copy;
}

function isAnnDataLike(value: object): value is AnnDataLike {
  return Symbol.for('anndata.AnnData') in value;
}
