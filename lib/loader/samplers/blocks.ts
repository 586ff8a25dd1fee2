// SPDX-License-Identifier: BSD-3-Clause

import { indexArray } from '../../arrays/axis-index';
import type { IndexArray } from '../../arrays/dtype';

/** Where blocks of `size` rows begin, and where the last one ends. */
export function evenBlocks(length: number, size: number): IndexArray {
  const bounds = indexArray(Math.ceil(length / size) + 1, length);
  for (let i = 0; i < bounds.length; i++) bounds[i] = Math.min(length, i * size);
  return bounds;
}

/**
 * Where blocks begin that are made of whole chunks: as many as come closest to `size` rows.
 *
 * @param edges - rows at which chunks begin, ascending, 0 left out
 */
export function blocksOfChunks(edges: ArrayLike<number>, length: number, size: number): IndexArray {
  const bounds = indexArray(edges.length + 2, length);
  let count = 1;
  let start = 0;
  for (let i = 0; i <= edges.length; i++) {
    const edge = i < edges.length ? edges[i]! : length;
    const before = i > 0 ? edges[i - 1]! : 0;
    if (before > start && size - (before - start) < edge - start - size) {
      bounds[count++] = before;
      start = before;
    }
  }
  // What would be left at the end is no smaller than half a block.
  if (length > start) bounds[count++] = length;
  return bounds.slice(0, count);
}

/** Where blocks begin that are made of `chunks` chunks each. */
export function blocksOf(edges: ArrayLike<number>, length: number, chunks: number): IndexArray {
  const bounds = indexArray(Math.floor(edges.length / chunks) + 2, length);
  let count = 1;
  for (let i = chunks - 1; i < edges.length; i += chunks) bounds[count++] = edges[i]!;
  if (length > bounds[count - 1]!) bounds[count++] = length;
  return bounds.slice(0, count);
}

/** How rows are put into blocks. */
export interface BlockRules {
  /** Rows of a block, about; null takes `chunks` chunks. */
  readonly size: number | null;
  /** Chunks of a block. */
  readonly chunks: number;
}

/** Rows of a block where neither chunks nor anybody says how many. */
export const usualBlock = 64;

/**
 * Blocks of several objects, one below the other. None reaches from one object into the next.
 *
 * @param edges - for each object the rows at which chunks begin; null where there are none
 */
export function stackedBlocks(
  lengths: readonly number[],
  edges: readonly (ArrayLike<number> | null)[],
  { size, chunks }: BlockRules,
): IndexArray {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const parts = lengths.map((length, i) => {
    const own = edges[i] ?? null;
    if (own === null) return evenBlocks(length, size ?? usualBlock);
    return size === null ? blocksOf(own, length, chunks) : blocksOfChunks(own, length, size);
  });
  const bounds = indexArray(
    parts.reduce((sum, part) => sum + part.length - 1, 1),
    total,
  );
  let [count, before] = [1, 0];
  for (const [i, part] of parts.entries()) {
    for (let k = 1; k < part.length; k++) bounds[count++] = before + part[k]!;
    before += lengths[i]!;
  }
  return bounds;
}
