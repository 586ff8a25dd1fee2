// SPDX-License-Identifier: BSD-3-Clause
//
// What the page and the host say to each other, over any channel that copies messages and keeps their order. Both ends
// import this module; it knows neither Electron nor files.
//
//   page → host                            host → page
//   call      id, method, params           progress  id, done, total
//   cancel    id                           array     id, name, type, length     announces an array
//   credit    id                           piece     id, bytes                  the next bytes of that array
//                                          result    id, value                  the last message of a call
//                                          error     id, error                  the same, when it failed
//
// Arrays go as copies: Electron's ports lose or refuse messages that transfer memory. So that neither side holds more than
// a few copies, they go in pieces, and the host sends another one only when the page has taken one (`credit`).

/** Bytes of a piece; a single message stays far below what Chromium's channels take. */
export const pieceBytes = 8 * 2 ** 20;

/** Pieces of one call that may be under way before the page has taken the first. */
export const piecesAhead = 2;

/** Among the numbers of colours that `colour` gives: a cell without a value. */
export const missing = 0xffff;

/** Numbers are coloured in so many steps, from the least (0) to the greatest. */
export const scaleSteps = 256;

const arrayTypes = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array };

/** Arrays of a result may not take more than this: an ArrayBuffer of that size can be made in every process. */
const largestArray = 2 ** 31;

/** What went wrong at the other end. `code`, `file` and `key` are those of anndata's errors; null where there are none. */
export class RemoteError extends Error {
  constructor({ name, message, code, file, key }) {
    super(message);
    this.name = name;
    this.code = code;
    this.file = file;
    this.key = key;
  }
}

/** An error as it is sent: only text, no objects whose class is unknown on the other side. */
export function describeError(error) {
  const text = (value) => (typeof value === 'string' ? value : null);
  // Not `instanceof`: a DOMException is no Error everywhere.
  if (typeof error !== 'object' || error === null) {
    return { name: 'Error', message: String(error), code: null, file: null, key: null };
  }
  const { name, message, file, key } = error;
  // An AbortError is a DOMException, whose code is a number.
  const code = name === 'AbortError' ? 'ERR_ABORTED' : text(error.code);
  return {
    name: text(name) ?? 'Error',
    message: text(error.reason) ?? String(message),
    code,
    file: text(file),
    key: text(key),
  };
}

/** An error the host makes itself, in the form of anndata's. */
export function hostError(code, message, details = {}) {
  return Object.assign(new Error(message), { name: 'HostError', code, ...details });
}

/** Waits until the page can take another piece. */
class Credits {
  #left = piecesAhead;
  #wake = null;

  add() {
    // More than there can be under way means nothing; it must not open the gate for good.
    this.#left = Math.min(this.#left + 1, piecesAhead);
    this.#wake?.();
  }

  async take(signal) {
    signal.throwIfAborted();
    if (this.#left === 0) {
      await new Promise((resolve, reject) => {
        const stop = () => reject(signal.reason);
        signal.addEventListener('abort', stop, { once: true });
        this.#wake = () => {
          signal.removeEventListener('abort', stop);
          this.#wake = null;
          resolve();
        };
      });
    }
    this.#left--;
  }
}

/**
 * The host's end. A method gets `(params, { signal, onProgress })` and returns `{ value, arrays }`, both of which may be left
 * out; `arrays` are typed arrays by name.
 */
export class Server {
  #post;
  #methods;
  #running = new Map();

  constructor(post, methods) {
    this.#post = post;
    this.#methods = methods;
  }

  receive(message) {
    const call = this.#running.get(message?.id);
    if (message?.kind === 'call') this.#start(message, call);
    else if (message?.kind === 'cancel')
      call?.controller.abort(new DOMException('The call was cancelled', 'AbortError'));
    else if (message?.kind === 'credit') call?.credits.add();
  }

  /** Ends all calls. Resolves when each has cleaned up after itself. */
  async close() {
    const calls = [...this.#running.values()];
    for (const { controller } of calls) controller.abort(hostError('ERR_CLOSED', 'the window was closed'));
    await Promise.all(calls.map(({ done }) => done));
  }

  #start({ id, method, params }, running) {
    if (running !== undefined) return; // an id is used once; the first call has it
    const call = { controller: new AbortController(), credits: new Credits(), done: null };
    this.#running.set(id, call);
    call.done = this.#answer(id, method, params, call).finally(() => this.#running.delete(id));
  }

  async #answer(id, method, params, { controller: { signal }, credits }) {
    try {
      if (!Object.hasOwn(this.#methods, method)) {
        const known = Object.keys(this.#methods).join(', ');
        throw hostError('ERR_ARGUMENT', `there is no method ${JSON.stringify(method)}; there are: ${known}`);
      }
      const onProgress = ({ done, total }) => this.#post({ kind: 'progress', id, done, total });
      const { value = null, arrays = {} } = (await this.#methods[method](params ?? {}, { signal, onProgress })) ?? {};
      for (const [name, array] of Object.entries(arrays)) await this.#send(id, name, array, credits, signal);
      this.#post({ kind: 'result', id, value });
    } catch (error) {
      this.#post({ kind: 'error', id, error: describeError(error) });
    }
  }

  async #send(id, name, array, credits, signal) {
    this.#post({ kind: 'array', id, name, type: array.constructor.name, length: array.length });
    for (let start = 0; start < array.byteLength; start += pieceBytes) {
      await credits.take(signal);
      const length = Math.min(pieceBytes, array.byteLength - start);
      // A copy: of a view, the whole memory behind it would be sent.
      this.#post({ kind: 'piece', id, bytes: new Uint8Array(array.buffer, array.byteOffset + start, length).slice() });
    }
  }
}

/** The page's end. */
export class Client {
  #post;
  #calls = new Map();
  #next = 1;
  #closed = null;

  constructor(post) {
    this.#post = post;
  }

  /**
   * Calls a method of the host. Resolves to `{ value, arrays }`.
   *
   * A cancelled call rejects with the reason of `signal` once the host has stopped and cleaned up; one that was done before
   * the host heard of it still resolves.
   */
  call(method, params = {}, { signal, onProgress } = {}) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#closed !== null) return Promise.reject(this.#closed);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const cancel = () => this.#post({ kind: 'cancel', id });
      const settle = (how) => (outcome) => {
        signal?.removeEventListener('abort', cancel);
        this.#calls.delete(id);
        how(outcome);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const call = { signal, onProgress, arrays: {}, filling: null, resolve: settle(resolve), reject: settle(reject) };
      this.#calls.set(id, call);
      this.#post({ kind: 'call', id, method, params });
    });
  }

  receive(message) {
    const call = this.#calls.get(message?.id);
    if (call === undefined) return;
    try {
      this.#take(call, message);
    } catch (error) {
      this.#post({ kind: 'cancel', id: message.id });
      call.reject(error);
    }
  }

  /** Rejects all calls, also later ones: the host is gone. */
  close(error) {
    this.#closed = error;
    for (const { reject } of this.#calls.values()) reject(error);
  }

  #take(call, message) {
    switch (message.kind) {
      case 'progress':
        call.onProgress?.({ done: message.done, total: message.total });
        break;
      case 'array':
        this.#announce(call, message);
        break;
      case 'piece':
        this.#fill(call, message);
        break;
      case 'result':
        checkFull(call);
        call.resolve({ value: message.value, arrays: call.arrays });
        break;
      case 'error': {
        const isCancelled = call.signal?.aborted && message.error.code === 'ERR_ABORTED';
        call.reject(isCancelled ? call.signal.reason : new RemoteError(message.error));
      }
    }
  }

  #announce(call, { name, type, length }) {
    checkFull(call);
    const known = Object.hasOwn(arrayTypes, type);
    const bytes = known ? length * arrayTypes[type].BYTES_PER_ELEMENT : Number.NaN;
    if (!Number.isSafeInteger(length) || !(bytes >= 0 && bytes <= largestArray)) {
      throw hostError('ERR_LIMIT', `an array of ${length} × ${type} was announced, which is not taken`);
    }
    const array = new arrayTypes[type](length);
    call.arrays[name] = array;
    call.filling = { bytes: new Uint8Array(array.buffer), filled: 0 };
  }

  #fill({ filling }, { id, bytes }) {
    if (filling === null || filling.filled + bytes.length > filling.bytes.length) {
      throw hostError('ERR_ARGUMENT', 'more bytes arrived than were announced');
    }
    filling.bytes.set(bytes, filling.filled);
    filling.filled += bytes.length;
    this.#post({ kind: 'credit', id });
  }
}

function checkFull({ filling }) {
  if (filling === null || filling.filled === filling.bytes.length) return;
  throw hostError('ERR_ARGUMENT', `${filling.filled} of ${filling.bytes.length} bytes arrived`);
}
