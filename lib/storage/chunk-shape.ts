// SPDX-License-Identifier: BSD-3-Clause

const smallest = 16 * 2 ** 10;
const largest = 2 ** 20;
/** Length given to an axis that has none yet. */
const growing = 1024;

/**
 * A chunk shape for an array of which no part is preferred: between 16 KiB and 1 MiB, growing slowly with the array, cut
 * evenly along all axes.
 */
export function chunkShape(shape: readonly number[], itemBytes: number): number[] {
  const chunks = shape.map((n) => (n === 0 ? growing : n));
  const total = bytesOf(chunks, itemBytes);
  const aim = Math.min(largest, Math.max(smallest, smallest * 2 ** Math.log10(total / 2 ** 20)));
  // Halving one axis after the other keeps the shape of the array in the chunk.
  for (let axis = 0; bytesOf(chunks, itemBytes) > aim && chunks.some((n) => n > 1); axis = (axis + 1) % chunks.length) {
    const bytes = bytesOf(chunks, itemBytes);
    if (bytes < 1.5 * aim && bytes <= largest) break;
    chunks[axis] = Math.ceil((chunks[axis] as number) / 2);
  }
  return chunks;
}

function bytesOf(shape: readonly number[], itemBytes: number): number {
  return shape.reduce((product, n) => product * n, itemBytes);
}
