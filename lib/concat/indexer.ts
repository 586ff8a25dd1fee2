// SPDX-License-Identifier: BSD-3-Clause

import type { Matrix } from '../arrays/matrix';

/** One of the arrays that are put together, and where it lies in the result. */
export interface Block {
  /** Null where an object has none. */
  readonly array: Matrix | null;
  readonly rows: Indexer;
  readonly columns: Indexer;
  /** Where it begins in the result. */
  readonly row: number;
  readonly column: number;
}

/** Where the rows (or columns) of one array go in another. */
export interface Indexer {
  /** Length of the array they come from. */
  readonly oldLength: number;
  /** Length of the array they go to. */
  readonly newLength: number;
  /** Old → new place, −1 for what is left out; null when every place stays. */
  readonly toNew: Int32Array | null;
  /** New → old place, −1 for what is missing; null when every place stays. */
  readonly toOld: Int32Array | null;
  /** Whether a new place has nothing to take. */
  readonly hasMissing: boolean;
}

/** Everything stays where it is. */
export function same(length: number): Indexer {
  return { oldLength: length, newLength: length, toNew: null, toOld: null, hasMissing: false };
}

/**
 * From a list of distinct numbers to their places.
 *
 * @param places - number → place among `newLength`, −1 for none
 */
export function indexer(old: Int32Array, places: Int32Array, newLength: number): Indexer {
  const toNew = new Int32Array(old.length);
  const toOld = new Int32Array(newLength).fill(-1);
  for (let from = 0; from < old.length; from++) {
    const to = places[old[from]!]!;
    toNew[from] = to;
    if (to >= 0) toOld[to] = from;
  }
  const stays = old.length === newLength && toNew.every((to, from) => to === from);
  return stays ? same(old.length) : { oldLength: old.length, newLength, toNew, toOld, hasMissing: toOld.includes(-1) };
}

/** Cuts to, or pads to, a length. */
export function resized(oldLength: number, newLength: number): Indexer {
  if (oldLength === newLength) return same(oldLength);
  const place = (from: number, to: number): Int32Array =>
    Int32Array.from({ length: from }, (_, i) => (i < to ? i : -1));
  return {
    oldLength,
    newLength,
    toNew: place(oldLength, newLength),
    toOld: place(newLength, oldLength),
    hasMissing: newLength > oldLength,
  };
}

/** New places that have nothing to take. */
export function missingPlaces({ toOld }: Indexer): Int32Array {
  if (toOld === null) return new Int32Array();
  const places: number[] = [];
  toOld.forEach((from, to) => {
    if (from < 0) places.push(to);
  });
  return Int32Array.from(places);
}

/** What to read of an axis, along which lie rows, say, for some of its new places, and where that goes. */
export function rowsOf({ toOld }: Indexer, places: Iterable<number>): { read: Int32Array; indexer: Indexer } {
  if (toOld === null) {
    const read = Int32Array.from(places);
    return { read, indexer: same(read.length) };
  }
  const olds = Int32Array.from(places, (place) => toOld[place]!);
  const read = olds.filter((old) => old >= 0);
  const hasMissing = read.length < olds.length;
  if (!hasMissing) return { read, indexer: same(read.length) };
  const toNew = new Int32Array(read.length);
  let next = 0;
  const toRead = olds.map((old, place) => {
    if (old < 0) return -1;
    toNew[next] = place;
    return next++;
  });
  return { read, indexer: { oldLength: read.length, newLength: olds.length, toNew, toOld: toRead, hasMissing } };
}
