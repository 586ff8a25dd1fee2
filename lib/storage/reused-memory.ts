// SPDX-License-Identifier: BSD-3-Clause

import type { TypedArray } from '../arrays/dtype';
import type { Room } from '../arrays/room';

/** More than is asked for: blocks differ a little in size. */
const spare = 1.125;

/** Memory that is used again for one block after the other: fresh pages would cost a third of the time of reading. */
export class ReusedMemory {
  readonly #free: ReusedRoom[] = [];

  /** @param takesAway - see {@link ReusedRoom} */
  constructor(private readonly takesAway = false) {}

  /** Room for a block; what was put there for an earlier one is gone. */
  lease(): ReusedRoom {
    const room = this.#free.pop() ?? new ReusedRoom(this.takesAway);
    room.renew();
    return room;
  }

  /** Tells that nobody looks at a block any more. */
  release(room: ReusedRoom): void {
    this.#free.push(room);
  }
}

/** Memory of rooms. */
const reused = new WeakSet<ArrayBufferLike>();

/** Whether memory belongs to a room: nobody changes it before the room is renewed. */
export function isReused(buffer: ArrayBufferLike): boolean {
  return reused.has(buffer);
}

/** Arrays of one block. Those of the next are asked for in the same order, and lie in the same memory. */
export class ReusedRoom implements Room {
  #buffers: ArrayBuffer[] = [];
  #taken = 0;

  /**
   * @param takesAway - whether `renew` takes the memory away from those who still look at an earlier block, for blocks that leave our hands.
   *   To V8 that is memory given back and asked for anew, so it collects garbage about once a block: a fifth of the time of a copy.
   */
  constructor(private readonly takesAway = false) {}

  take(kind: new (length: number) => TypedArray, length: number): TypedArray {
    const { BYTES_PER_ELEMENT } = kind as unknown as { BYTES_PER_ELEMENT: number };
    const bytes = length * BYTES_PER_ELEMENT;
    let buffer = this.#buffers[this.#taken];
    if (buffer === undefined || buffer.byteLength < bytes) {
      buffer = new ArrayBuffer(Math.ceil((bytes * spare) / 8) * 8);
      this.#buffers[this.#taken] = buffer;
      if (!this.takesAway) reused.add(buffer);
    }
    this.#taken++;
    return new (kind as unknown as new (buffer: ArrayBuffer, at: number, length: number) => TypedArray)(
      buffer,
      0,
      length,
    );
  }

  /** The next block begins. */
  renew(): void {
    if (this.takesAway) this.#buffers = this.#buffers.map(takenAway);
    this.#taken = 0;
  }
}

/**
 * The same memory as another buffer. Arrays over the old one become empty: who looks at a batch too late finds nothing, instead of
 * the numbers of another batch.
 */
export function takenAway(buffer: ArrayBuffer): ArrayBuffer {
  return structuredClone(buffer, { transfer: [buffer] });
}
