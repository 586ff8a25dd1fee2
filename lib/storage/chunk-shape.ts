// SPDX-License-Identifier: BSD-3-Clause

const smallest = 16 * 2 ** 10;
const largest = 2 ** 20;
/** Few enough rows for those who want one, long enough to compress well; measured in docs/benchmarks.md. */
const usual = 256 * 2 ** 10;
/** Length given to an axis that has none yet. */
const growing = 1024;

/** Bytes a chunk is to hold, about; `h5py`: as many as h5py would take, 16 KiB to 1 MiB, growing slowly with the array. */
export type ChunkBytes = number | 'h5py';

/** A chunk shape for an array of which no part is preferred: the array is cut evenly along all axes. */
export function chunkShape(shape: readonly number[], itemBytes: number, bytes: ChunkBytes = usual): number[] {
  const chunks = shape.map((n) => (n === 0 ? growing : n));
  const aim = bytes === 'h5py' ? h5pyBytes(bytesOf(chunks, itemBytes)) : bytes;
  // Halving one axis after the other keeps the shape of the array in the chunk.
  for (let axis = 0; bytesOf(chunks, itemBytes) > aim && chunks.some((n) => n > 1); axis = (axis + 1) % chunks.length) {
    const now = bytesOf(chunks, itemBytes);
    if (now < 1.5 * aim && now <= largest) break;
    chunks[axis] = Math.ceil((chunks[axis] as number) / 2);
  }
  return chunks;
}

function h5pyBytes(total: number): number {
  return Math.min(largest, Math.max(smallest, smallest * 2 ** Math.log10(total / 2 ** 20)));
}

function bytesOf(shape: readonly number[], itemBytes: number): number {
  return shape.reduce((product, n) => product * n, itemBytes);
}
