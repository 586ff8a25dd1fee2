// SPDX-License-Identifier: BSD-3-Clause

/** How many numbers of an ascending list are not above `value`. */
export function upperBound(numbers: ArrayLike<number>, value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
