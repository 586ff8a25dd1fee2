// SPDX-License-Identifier: BSD-3-Clause

import type { IndexArray } from '../../arrays/dtype';
import { pieceElements, type Steps } from '../../arrays/sparse/passes';

/** Numbers of the xoshiro128** generator of Blackman and Vigna: the same ones for the same seed on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param state - four words, not all 0 */
  constructor([a, b, c, d]: readonly [number, number, number, number]) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  /** The generator of a seed and a path of numbers below it, such as an epoch: other paths, unrelated numbers. */
  static of(seed: number, ...path: readonly number[]): Random {
    let hash = 0x9e3779b9;
    const words: number[] = [seed, ...path].flatMap((n) => [n % 2 ** 32, Math.floor(n / 2 ** 32)]);
    for (const word of words) hash = mixed(Math.imul(hash, 0x01000193) + word);
    const state = Array.from({ length: 4 }, () => {
      hash = (hash + 0x9e3779b9) | 0;
      return mixed(hash);
    });
    // All zeros would stay zeros; the hash of four counters in a row is never that.
    return new Random(state as [number, number, number, number]);
  }

  /** 32 random bits. */
  bits(): number {
    const scaled = Math.imul(this.#b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** From 0 up to 1, in steps of 2⁻⁵³. */
  unit(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** A whole number from 0 up to `n`. */
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }
}

/** The finisher of MurmurHash3: every bit of the result depends on every bit of the word. */
function mixed(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Puts numbers into random order (Fisher and Yates), with pauses for the event loop. */
export function* shuffleSteps(numbers: IndexArray, random: Random): Steps<void> {
  for (let last = numbers.length - 1; last > 0; last--) {
    const at = random.below(last + 1);
    const number = numbers[at]!;
    numbers[at] = numbers[last]!;
    numbers[last] = number;
    if (last % pieceElements === 0) yield;
  }
}
