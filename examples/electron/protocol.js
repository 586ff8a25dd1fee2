// SPDX-License-Identifier: BSD-3-Clause
//
// What page and host say to each other, over anything that carries messages in order: calls, their answers, progress, large arrays
// in pieces with flow control, and "never mind". Messages are plain objects; `bytes` is the only binary member.
//
//   page → host   {id, call, args}   {id, credit: 1}   {id, cancel: true}
//   host → page   {id, piece, bytes}   {id, progress}   {id, value} or {id, error}: the last one of a call

/** Bytes of a piece: enough to be quick, few enough that neither side is busy for long. */
const pieceBytes = 8 * 2 ** 20;
/** Pieces on their way at most. */
const credits = 2;

/** An error in the words of the library: plain enough to travel. */
function plainError(error) {
  const { name, code, message, file, key } = error;
  return { name, code: code ?? null, message: String(message ?? error), file: file ?? null, key: key ?? null };
}

/**
 * Answers calls.
 *
 * @param handlers - call → async function of (args, {signal, onProgress, send}); `send(bytes)` passes a large array on
 * @param post - sends a message to the page
 * @returns what to do with each message that comes
 */
function serve(handlers, post) {
  const running = new Map();
  return async function receive(message) {
    const { id, call, args } = message;
    const known = running.get(id);
    if (message.cancel) return known?.controller.abort();
    if (message.credit) return known?.allow();
    const task = taskOf(id, post);
    running.set(id, task);
    try {
      if (!Object.hasOwn(handlers, call)) throw new Error(`there is no call ${call}`);
      const { signal } = task.controller;
      const onProgress = ({ done, total }) => post({ id, progress: { done, total } });
      post({ id, value: await handlers[call](args, { signal, onProgress, send: task.send }) });
    } catch (error) {
      post({ id, error: plainError(error) });
    } finally {
      running.delete(id);
    }
  };
}

function taskOf(id, post) {
  const controller = new AbortController();
  let left = credits;
  let wake = () => undefined;
  const allow = () => {
    left++;
    wake();
  };
  controller.signal.addEventListener('abort', () => wake());
  /** Sends the bytes of a typed array, as fast as they are taken. */
  const send = async (array) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      while (left === 0 && !controller.signal.aborted) await new Promise((resolve) => (wake = resolve));
      controller.signal.throwIfAborted();
      left--;
      // A copy: what is sent must not show the rest of its buffer.
      post({ id, piece: { at, total: bytes.length }, bytes: bytes.slice(at, at + pieceBytes) });
    }
  };
  return { controller, allow, send };
}

module.exports = { serve, plainError, pieceBytes, credits };
