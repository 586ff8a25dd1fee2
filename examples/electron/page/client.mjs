// SPDX-License-Identifier: BSD-3-Clause
//
// The page's end of the protocol (protocol.js tells what is said).

/** Calls of the host over a bridge with `send(message)` and `listen(callback)`. */
export class Client {
  #bridge;
  #calls = new Map();
  #next = 1;

  constructor(bridge) {
    this.#bridge = bridge;
    bridge.listen((message) => this.#receive(message));
  }

  /**
   * Calls the host. Resolves to `{ value, bytes }`, `bytes` being what it sent along, or null.
   *
   * @param options.signal - gives up; the host stops, too
   */
  call(name, args = {}, { signal, onProgress } = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => this.#bridge.send({ id, cancel: true }));
      this.#calls.set(id, { resolve, reject, onProgress, bytes: null });
      this.#bridge.send({ id, call: name, args });
    });
  }

  #receive({ id, piece, bytes, progress, value, error }) {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    if (piece !== undefined) {
      call.bytes ??= new Uint8Array(piece.total);
      call.bytes.set(bytes, piece.at);
      this.#bridge.send({ id, credit: 1 });
    } else if (progress !== undefined) call.onProgress?.(progress);
    else {
      this.#calls.delete(id);
      if (error === undefined) call.resolve({ value, bytes: call.bytes });
      else call.reject(Object.assign(new Error(error.message), error));
    }
  }
}
