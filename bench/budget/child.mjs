// SPDX-License-Identifier: BSD-3-Clause
//
// usage: node child.mjs TASK REQUEST    prints { ms, peak, stallMs }: time, most bytes above the start, longest wait of the event loop

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tasks } from './tasks.mjs';

const [name, request] = process.argv.slice(2);
const library = createRequire(import.meta.url)('../../dist');
new library.AnnData();
const memory = (field) =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
writeFileSync('/proc/self/clear_refs', '5');
const before = memory('VmRSS');
const start = performance.now();
let [last, stallMs] = [start, 0];
const timer = setInterval(() => {
  const now = performance.now();
  stallMs = Math.max(stallMs, now - last);
  last = now;
}, 1);
await tasks[name].run(library, JSON.parse(request));
clearInterval(timer);
console.log(JSON.stringify({ ms: performance.now() - start, peak: memory('VmHWM') - before, stallMs }));
