// SPDX-License-Identifier: BSD-3-Clause

import { indexArray } from '../../arrays/axis-index';
import type { IndexArray } from '../../arrays/dtype';
import { joinArrays } from '../../arrays/join-arrays';
import { runNow, type Steps } from '../../arrays/sparse/passes';
import { upperBound } from '../../arrays/upper-bound';
import { type Random, shuffleSteps } from './random';

/** The rows of an epoch, one after the other. Any part of it can be asked for. */
export interface RowOrder {
  readonly length: number;
  /** Rows at the places [from, to), in memory the caller may change. */
  rows(from: number, to: number): IndexArray;
}

/** Rows as they lie. */
export function inOrder(length: number): RowOrder {
  return { length, rows: (from, to) => counted(from, to, length) };
}

/** An order that is there already. */
export function listed(rows: IndexArray): RowOrder {
  return { length: rows.length, rows: (from, to) => rows.slice(from, to) };
}

/** All rows in random order; takes 4 bytes of memory a row (8 past 2³¹). */
export function* permuted(length: number, random: Random): Steps<RowOrder> {
  const rows = counted(0, length, length);
  yield* shuffleSteps(rows, random);
  return listed(rows);
}

/**
 * Blocks of neighbouring rows in random order, rows of a block as they lie. Takes memory for the blocks only.
 *
 * @param bounds - where each block begins, and the end of the last: ascending, from 0
 */
export function* permutedBlocks(bounds: IndexArray, random: Random): Steps<RowOrder> {
  const count = bounds.length - 1;
  const length = bounds[count]!;
  const blocks = counted(0, count, count);
  yield* shuffleSteps(blocks, random);
  const places = indexArray(count + 1, length);
  for (let i = 0; i < count; i++) places[i + 1] = places[i]! + bounds[blocks[i]! + 1]! - bounds[blocks[i]!]!;
  const rows = (from: number, to: number): IndexArray => {
    const taken = indexArray(to - from, length);
    let block = upperBound(places, from) - 1;
    for (let at = from; at < to; block++) {
      const end = Math.min(to, places[block + 1]!);
      const shift = bounds[blocks[block]!]! - places[block]!;
      for (; at < end; at++) taken[at - from] = at + shift;
    }
    return taken;
  };
  return { length, rows };
}

/** The places [from, to) of an order. */
export function part(order: RowOrder, from: number, to: number): RowOrder {
  return { length: to - from, rows: (first, end) => order.rows(from + first, from + end) };
}

/** An order whose windows of `size` rows are shuffled, each with a generator of its own, so that any window can be had alone. */
export function shuffledWindows(order: RowOrder, size: number, randomOf: (window: number) => Random): RowOrder {
  const { length } = order;
  const windowAt = (window: number): IndexArray => {
    const rows = order.rows(window * size, Math.min(length, (window + 1) * size));
    runNow(shuffleSteps(rows, randomOf(window)));
    return rows;
  };
  const rows = (from: number, to: number): IndexArray => {
    const parts: IndexArray[] = [];
    for (let at = from; at < to; ) {
      const start = at - (at % size);
      const end = Math.min(to, start + size);
      parts.push(windowAt(start / size).subarray(at - start, end - start));
      at = end;
    }
    return parts.length === 1 ? parts[0]! : joinArrays(parts.length === 0 ? [order.rows(from, from)] : parts);
  };
  return { length, rows };
}

function counted(from: number, to: number, length: number): IndexArray {
  const rows = indexArray(to - from, length);
  for (let i = 0; i < rows.length; i++) rows[i] = from + i;
  return rows;
}
