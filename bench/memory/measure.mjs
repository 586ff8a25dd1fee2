// SPDX-License-Identifier: BSD-3-Clause

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '../twin.mjs';

setFlagsFromString('--expose-gc');
/** Frees what the last round left, as Python's `del` does. */
const collect = runInNewContext('gc');

const status = '/proc/self/status';

const kilobytes = (field) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(status, 'utf8'))[1]);

/** Bytes by which memory exceeded what was held at the start; NaN where the system does not tell. */
function watchMemory() {
  if (!existsSync(status)) return () => Number.NaN;
  writeFileSync('/proc/self/clear_refs', '5');
  const before = kilobytes('VmRSS');
  return () => (kilobytes('VmHWM') - before) * 1024;
}

/** The longest the event loop waits meanwhile, in milliseconds. */
async function watchLoop(work) {
  // A fresh one each time: it would count the time it was switched off.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 10));
  delay.reset();
  const result = await work();
  await new Promise((resolve) => setTimeout(resolve, 3));
  delay.disable();
  return { result, wait: delay.max / 1e6 };
}

async function once(work, argument) {
  const peakOf = watchMemory();
  const start = performance.now();
  const result = await work(argument);
  return { result, ms: performance.now() - start, peak: peakOf() };
}

function hashOf(arrays) {
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex');
}

const sizeOf = (arrays) => arrays.reduce((sum, array) => sum + array.byteLength, 0);

/**
 * Rounds of Python's way, ours at once, ours as a promise, and a bare copy of as many bytes as the result has, by two threads into
 * fresh pages. `arrays` of a task gives what makes up a result.
 */
export async function measure({ label, op, goal, prepare, now, soon, arrays }, twin, rounds) {
  const ms = { python: [], now: [], soon: [], limit: [] };
  const peaks = { python: 0, now: 0, soon: 0 };
  const hashes = new Set();
  const waits = { now: 0, soon: 0, idle: 0 };
  let bytes = 0;
  const ours = async (side, work) => {
    const argument = prepare?.();
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { result: made, wait } = await watchLoop(() => once(work, argument));
    waits[side] = Math.max(waits[side], wait);
    ms[side].push(made.ms);
    peaks[side] = Math.max(peaks[side], made.peak);
    if (ms[side].length > 1) return;
    hashes.add(hashOf(arrays(made.result)));
    bytes = sizeOf(arrays(made.result));
  };
  for (let round = 0; round < rounds; round++) {
    const { result: theirs, wait } = await watchLoop(() => twin.ask({ op, hash: round === 0 }));
    waits.idle = Math.max(waits.idle, wait);
    ms.python.push(theirs.ms);
    peaks.python = Math.max(peaks.python, theirs.peak);
    if (theirs.hash !== undefined) hashes.add(theirs.hash);
    await ours('now', now);
    if (soon !== undefined) await ours('soon', soon);
    ms.limit.push((await twin.ask({ op: 'copy', bytes })).ms);
  }
  const middle = Object.fromEntries(
    Object.entries(ms).map(([side, list]) => [side, list.length > 0 ? median(list) : null]),
  );
  return { label, goal, ms: middle, peaks, waits, bytes, same: hashes.size === 1 };
}
