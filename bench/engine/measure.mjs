// SPDX-License-Identifier: BSD-3-Clause

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const onLinux = process.platform === 'linux';

/** A field of /proc/self/status in bytes; null where there is none. */
function memory(field) {
  if (!onLinux) return null;
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}

/** Longest time the event loop did not come round, the beginning and the end of the watch included, in ms. */
function watchLoop() {
  let last = performance.now();
  let longest = 0;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(tick, 1);
  return () => {
    tick();
    clearInterval(timer);
    return longest;
  };
}

/** Runs `work` once: wall and CPU time of the whole process, the most memory above what there was before, the longest stall. */
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
    return { result, ms, cpuMs: (user + system) / 1000, stallMs: stop(), peak: peak && Math.max(0, peak - before) };
  } finally {
    stop();
  }
}
