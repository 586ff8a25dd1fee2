// SPDX-License-Identifier: BSD-3-Clause

import { indexArray } from '../../arrays/axis-index';
import type { IndexArray } from '../../arrays/dtype';
import { pieceElements, type Steps } from '../../arrays/sparse/passes';
import { type Random, shuffleSteps } from './random';
import { listed, type RowOrder } from './row-order';

/** Classes of rows. */
export interface Classes {
  /** The class of each row; rows without one (−1) are a class of their own. */
  readonly codes: ArrayLike<number>;
  /** How many there are; codes lie below. */
  readonly count: number;
}

/**
 * How classes share a batch. `proportional`: as they share all rows, every row once an epoch. `equal`: as many rows of each class;
 * rows of small classes come again, not all rows of large ones come.
 */
export type Balance = 'proportional' | 'equal';

/**
 * Rows of an order, mixed so that every stretch holds the classes in proportion, or equally. Rows of one class stay in the order they
 * had. Takes 8 bytes of memory a row.
 */
export function* stratified(base: RowOrder, classes: Classes, balance: Balance, random: Random): Steps<RowOrder> {
  const groups = yield* groupsOf(base, classes);
  if (groups.length === 0) return base;
  return listed(yield* (balance === 'equal' ? takeInTurns : takeInProportion)(groups, base.length, random));
}

/** Rows of each class that has any. */
function* groupsOf(base: RowOrder, { codes, count }: Classes): Steps<IndexArray[]> {
  const sizes = new Float64Array(count + 1);
  for (let row = 0; row < base.length; row++) {
    const group = codes[row]! < 0 ? count : codes[row]!;
    sizes[group] = sizes[group]! + 1;
    if (row % pieceElements === 0) yield;
  }
  const groups = Array.from(sizes, (size) => indexArray(size, base.length));
  const filled = new Float64Array(count + 1);
  for (let from = 0; from < base.length; from += pieceElements) {
    const rows = base.rows(from, Math.min(base.length, from + pieceElements));
    for (const row of rows) {
      const group = codes[row]! < 0 ? count : codes[row]!;
      groups[group]![filled[group]!] = row;
      filled[group] = filled[group]! + 1;
    }
    yield;
  }
  return groups.filter((group) => group.length > 0);
}

/**
 * Each class spreads its rows evenly over the epoch, from a random start: the j-th of n lies at (j + u) / n. Rows are taken in the
 * order of these places.
 */
function* takeInProportion(groups: IndexArray[], length: number, random: Random): Steps<IndexArray> {
  const offsets = groups.map(() => random.unit());
  const taken = groups.map(() => 0);
  const placeOf = (group: number): number => (taken[group]! + offsets[group]!) / groups[group]!.length;
  const queue = new NextFirst(groups.map((_, group) => placeOf(group)));
  const rows = indexArray(length, length);
  for (let i = 0; i < length; i++) {
    const group = queue.first;
    rows[i] = groups[group]![taken[group]!++]!;
    queue.put(taken[group] === groups[group]!.length ? Number.POSITIVE_INFINITY : placeOf(group));
    if (i % pieceElements === 0) yield;
  }
  return rows;
}

/** One row of each class after the other, in another order of the classes each time. */
function* takeInTurns(groups: IndexArray[], length: number, random: Random): Steps<IndexArray> {
  const turn = Int32Array.from(groups.keys());
  const taken = groups.map(() => 0);
  const rows = indexArray(length, length);
  for (let i = 0; i < length; i++) {
    const at = i % turn.length;
    if (at === 0) yield* shuffleSteps(turn, random);
    const group = turn[at]!;
    const members = groups[group]!;
    // What begins again begins in another order.
    if (taken[group] === members.length) {
      yield* shuffleSteps(members, random);
      taken[group] = 0;
    }
    rows[i] = members[taken[group]!++]!;
    if (i % pieceElements === 0) yield;
  }
  return rows;
}

/** A heap of a few keys of which the smallest is looked at and replaced. */
class NextFirst {
  readonly #keys: number[];
  readonly #heap: number[];

  constructor(keys: number[]) {
    this.#keys = keys;
    this.#heap = [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!);
  }

  /** Which key is smallest. */
  get first(): number {
    return this.#heap[0]!;
  }

  /** Replaces it by a larger one. */
  put(key: number): void {
    const [heap, keys] = [this.#heap, this.#keys];
    const moved = heap[0]!;
    keys[moved] = key;
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && keys[heap[child + 1]!]! < keys[heap[child]!]!) child++;
      if (child >= heap.length || keys[heap[child]!]! >= key) {
        heap[at] = moved;
        return;
      }
      heap[at] = heap[child]!;
      at = child;
    }
  }
}
