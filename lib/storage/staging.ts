// SPDX-License-Identifier: BSD-3-Clause

import { dtypeOf, dtypes, type NumericDType, type TypedArray } from '../arrays/dtype';
import { isReused } from './reused-memory';

/** Below this, memory is made anew each time. */
const smallest = 256 * 2 ** 10;
/** What a buffer has at least, so that pieces of nearly all arrays can follow each other in it. */
const usual = 4 * 2 ** 20;
/** Bytes kept for the next pieces. */
const kept = 4 * usual;

/**
 * Memory that belongs to us alone while it is on its way into a file. It is filled on the JS thread, read by the addon's
 * threads, and used again: fresh pages cost as much as the copy itself.
 */
export class Staging {
  readonly #free: ArrayBuffer[] = [];
  readonly #lent = new WeakSet<ArrayBufferLike>();

  /** Room for `length` elements; what is in it is left from before. */
  take(dtype: NumericDType, length: number): TypedArray {
    const { array, slots } = dtypes[dtype];
    const bytes = length * slots * bytesOf(array);
    const buffer = this.#bufferOf(bytes);
    this.#lent.add(buffer);
    return new (array as unknown as View)(buffer, 0, length * slots);
  }

  /** `array` itself when it was taken here or lies in a room, else a copy of it that was; with it, what gives the memory back. */
  own(array: TypedArray): { data: TypedArray; release: () => void } {
    if (isReused(array.buffer)) return { data: array, release: () => undefined };
    let data = array;
    if (!this.#lent.has(array.buffer)) {
      data = this.take(dtypeOf(array), array.length);
      data.set(array as never);
    }
    return { data, release: () => this.#giveBack(data.buffer as ArrayBuffer) };
  }

  #bufferOf(bytes: number): ArrayBuffer {
    if (bytes < smallest) return new ArrayBuffer(bytes);
    const found = this.#free.findIndex((buffer) => buffer.byteLength >= bytes);
    return found < 0 ? new ArrayBuffer(Math.max(bytes, usual)) : (this.#free.splice(found, 1)[0] as ArrayBuffer);
  }

  #giveBack(buffer: ArrayBuffer): void {
    // Once only: a second piece must not be lent the memory of a first.
    if (!this.#lent.delete(buffer) || buffer.byteLength < smallest) return;
    const held = this.#free.reduce((sum, free) => sum + free.byteLength, buffer.byteLength);
    if (held <= kept) this.#free.push(buffer);
  }
}

type View = new (buffer: ArrayBuffer, offset: number, length: number) => TypedArray;

function bytesOf(array: unknown): number {
  return (array as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
}
