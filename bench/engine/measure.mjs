// SPDX-License-Identifier: BSD-3-Clause

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const onLinux = process.platform === 'linux';

/** A field of /proc/self/status in bytes; null where there is none. */
function memory(field) {
  if (!onLinux) return null;
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}

/** What the hypervisor gave to other machines, of all processors since the system began, in ticks of 10 ms; 0 where nobody counts. */
function stolen() {
  return onLinux ? Number(/^cpu +(?:\d+ +){7}(\d+)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0) : 0;
}

/** Waits that are worth asking whether the processor was there at all, in ms; and after how many rounds it is asked anyway. */
const [long, often] = [10, 16];

/**
 * Longest time the event loop did not come round, the beginning and the end of the watch included, in ms; and the longest during
 * which no processor was taken from this machine.
 */
function watchLoop() {
  const longest = { stallMs: 0, ownStallMs: 0 };
  let taken = stolen();
  let rounds = 0;
  let last = performance.now();
  const tick = () => {
    const wait = performance.now() - last;
    const before = taken;
    if (wait > long || rounds++ % often === 0) taken = stolen();
    longest.stallMs = Math.max(longest.stallMs, wait);
    if (taken === before) longest.ownStallMs = Math.max(longest.ownStallMs, wait);
    last = performance.now();
  };
  const timer = setInterval(tick, 1);
  return () => {
    tick();
    clearInterval(timer);
    return longest;
  };
}

/** Runs `work` once: wall and CPU time of the whole process, the most memory above what there was before, the longest stalls. */
export async function measure(work) {
  // Memory of array buffers is given back by a thread of its own.
  globalThis.gc();
  await sleep(20);
  globalThis.gc();
  await sleep(20);
  if (onLinux) writeFileSync('/proc/self/clear_refs', '5');
  const before = memory('VmRSS');
  const stop = watchLoop();
  try {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const result = await work();
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const peak = memory('VmHWM');
    return { result, ms, cpuMs: (user + system) / 1000, ...stop(), peak: peak && Math.max(0, peak - before) };
  } finally {
    stop();
  }
}
