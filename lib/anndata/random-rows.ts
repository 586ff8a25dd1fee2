// SPDX-License-Identifier: BSD-3-Clause

/** How rows are drawn. */
export interface DrawOptions {
  /** Whether a row may come more than once (default). */
  replace?: boolean;
  /** The same seed draws the same rows, on every machine; without, they differ each time. Not the rows NumPy draws. */
  seed?: number;
}

/** `count` random rows out of `length`; without replacement in random order. */
export function drawRows(length: number, count: number, { replace = true, seed }: DrawOptions): Float64Array {
  const random = seed === undefined ? Math.random : generator(seed);
  const below = (n: number): number => Math.floor(random() * n);
  if (replace) return Float64Array.from({ length: count }, () => below(length));
  // A shuffle of all rows that is stopped after `count`, and remembers only what it moved.
  const moved = new Map<number, number>();
  return Float64Array.from({ length: count }, (_, i) => {
    const at = i + below(length - i);
    const row = moved.get(at) ?? at;
    moved.set(at, moved.get(i) ?? i);
    return row;
  });
}

/** Numbers from 0 up to 1 of 53 bits, from a counter that is mixed by multiplications and shifts. */
function generator(seed: number): () => number {
  let counter = Math.floor(seed) >>> 0;
  const next = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = counter;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
