// SPDX-License-Identifier: BSD-3-Clause
// Reads, and ends in one of many ways while the addon is at work. Usage: FILE MODE, or as a worker.

const { join } = require('node:path');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const addon = require('node-gyp-build')(join(__dirname, '..', '..'));
addon.init((code, message) => Object.assign(new Error(message), { code }));

const [file, mode] = isMainThread ? process.argv.slice(2) : workerData;

const axes = (...sizes) => sizes.map((n) => Float64Array.of(n));

/** Keeps the addon busy for as long as it lives. */
async function read() {
  const handle = await addon.open(file);
  for (;;) {
    const dest = new Float32Array(700 * 765);
    await Promise.all([
      handle.describe('', 9, 1e6),
      handle.read('X', '', axes(0, 0), axes(700, 765), dest, null),
      handle.readStrings('obs/index', '', axes(0), axes(700), 1e6, null),
    ]);
  }
}

const once = (worker, event) => new Promise((resolve) => worker.once(event, resolve));

async function workers(end) {
  for (let round = 0; round < 12; round++) {
    const crew = Array.from({ length: 3 }, () => new Worker(__filename, { workerData: [file, end] }));
    const ends = crew.map((w) => once(w, end === 'fall' ? 'error' : 'exit'));
    await Promise.all(crew.map((w) => once(w, 'message')));
    await new Promise((resolve) => setTimeout(resolve, round));
    if (end === 'stay') for (const worker of crew) worker.terminate();
    await Promise.all(ends);
  }
  console.log('done');
}

async function collect() {
  for (let i = 0; i < 300; i++) {
    await addon.open(file);
    if (i % 50 === 49) {
      global.gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  console.log(require('node:fs').readdirSync('/proc/self/fd').length);
}

/** What a child process sees of the file while it is open here. */
async function child() {
  const handle = await addon.open(file);
  const seen = require('node:child_process').execFileSync('sh', ['-c', 'ls -l /proc/$$/fd'], { encoding: 'utf8' });
  console.log(seen.includes('pbmc68k') ? 'inherited' : 'not inherited');
  await handle.close();
}

async function write() {
  const out = await addon.create(file);
  await out.createArray('a', ['float64'], [], [], [1e6], null, null, []);
  out.write('a', '', [0], [1e6], new Float64Array(1e6)).catch(() => {});
  setImmediate(() => process.exit(5));
}

const modes = {
  once: async () => {
    await (await addon.open(file)).describe('', 9, 1e6);
    console.log('done');
  },
  exit: () => {
    read();
    setTimeout(() => process.exit(7), 60);
  },
  throw: () => {
    read();
    setTimeout(() => {
      throw new Error('on purpose');
    }, 60);
  },
  'workers-terminate': () => workers('stay'),
  'workers-exit': () => workers('leave'),
  'workers-throw': () => workers('fall'),
  collect,
  child,
  write,
};

if (isMainThread) {
  modes[mode]();
} else {
  read();
  setTimeout(() => {
    parentPort.postMessage('at work');
    if (mode === 'leave') setTimeout(() => process.exit(), 5);
    if (mode === 'fall') {
      setTimeout(() => {
        throw new Error('on purpose');
      }, 1);
    }
  }, 5);
}
