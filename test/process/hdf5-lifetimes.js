// SPDX-License-Identifier: BSD-3-Clause
// Ends, closes, aborts and forgets in the middle of reads. Usage: FILE MODE [ADDON], or as a worker; see
// hdf5-lifetimes.test.ts, which makes the file.

const { rmSync } = require('node:fs');
const { join } = require('node:path');
const { Worker, isMainThread, parentPort, threadId, workerData } = require('node:worker_threads');

const [file, mode, path] = isMainThread ? process.argv.slice(2) : workerData;
const addon = path ? require(path) : require('node-gyp-build')(join(__dirname, '..', '..'));
addon.init((code, message) => Object.assign(new Error(message), { code }));

const axes = (...sizes) => sizes.map((n) => Float64Array.of(n));
const [rows, texts, minor] = [400_000, 20_000, 1000];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One read of each kind: promises of what is right about it. */
function reads(handle, control = null) {
  const dest = new Float64Array(rows);
  const map = Int32Array.from({ length: minor }, (_, i) => (i % 3 === 0 ? i / 3 : -1));
  const codes = new Int32Array(rows);
  const room = (slots) => (found) => [new Int32Array(found), new Float64Array(slots * found)];
  const [positions, values] = [new Int32Array(rows), new Float64Array(rows)];
  return [
    handle.read('numbers', '', axes(0), axes(rows), dest, control).then(() => dest[rows - 1] === rows - 1),
    handle
      .readStrings('texts', '', axes(0), axes(texts), 1e8, control)
      .then(({ offsets }) => offsets.length === texts + 1),
    handle
      .gather('indices', 'numbers', axes(0), axes(rows), map, room(1), control)
      .then(({ indices, data }) => data.length === indices.length && data[1] === 3 && indices[1] === 1),
    handle
      .gather('indices', 'complex', axes(0), axes(rows), map, room(2), control)
      .then(({ indices, data }) => data.length === 2 * indices.length && data[2] === 3 && data[3] === -3),
    handle
      .readCodes('indices', axes(0), axes(rows), codes, control)
      .then(([least, greatest]) => least === 0 && greatest === minor - 1 && codes[rows - 1] === (rows - 1) % minor),
    handle
      .readRuns('indices', 'numbers', axes(0), axes(rows), minor, positions, values, control)
      .then((fits) => fits && positions[rows - 1] === (rows - 1) % minor && values[rows - 1] === rows - 1),
  ];
}

/** Keeps the addon busy for as long as it lives. */
async function busy() {
  const handle = await addon.open(file);
  if (!isMainThread) parentPort.postMessage('at work');
  for (;;) await Promise.all(reads(handle));
}

/** Copies to new files, whose source is now and then closed meanwhile. */
async function copy() {
  const target = `${file}-${threadId}`;
  parentPort.postMessage('at work');
  for (let i = 0; ; i++) {
    rmSync(target, { force: true });
    const [source, made] = await Promise.all([addon.open(file), addon.create(target)]);
    const copies = ['numbers', 'texts', 'complex'].map((key) => made.copyArray(source, key, key, null));
    if (i % 2 > 0) source.close();
    await Promise.allSettled(copies);
    await made.abandon();
    await source.close();
  }
}

async function workers(job = 'work', size = 10) {
  for (let round = 0; round < 10; round++) {
    const crew = Array.from({ length: size }, () => new Worker(__filename, { workerData: [file, job, path] }));
    const ends = crew.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    await Promise.all(crew.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
    await pause(round * 3);
    for (const worker of crew) worker.terminate();
    await Promise.all(ends);
  }
  console.log('done');
}

/** Handles nobody keeps, while their reads run. */
async function collect() {
  for (let i = 0; i < 15; i++) {
    const all = reads(await addon.open(file));
    global.gc();
    if (!(await Promise.all(all)).every(Boolean)) throw new Error('a wrong result');
    global.gc();
  }
  console.log('done');
}

/** What runs when a file is closed is finished first, what comes later is refused. */
async function close() {
  let finished = 0;
  for (let i = 0; i < 24; i++) {
    const handle = await addon.open(file);
    const before = reads(handle);
    if (i % 3 > 0) await pause(i % 7);
    const closing = handle.close();
    // Takes the number of the descriptor, was it given up too early.
    const other = await addon.open(__filename.replace('hdf5-lifetimes.js', '../fixtures/pbmc68k_reduced.h5ad'));
    const after = await Promise.allSettled(reads(handle));
    if (after.some(({ reason }) => reason?.code !== 'ERR_CLOSED')) throw new Error('a read after the end');
    if (!(await Promise.all(before)).every(Boolean)) throw new Error('a wrong result');
    await closing;
    await handle.close();
    await other.close();
    finished += before.length;
  }
  console.log(`done ${finished}`);
}

async function abort() {
  let stopped = 0;
  for (let i = 0; i < 30; i++) {
    const handle = await addon.open(file);
    const control = new Int32Array(2);
    const all = Promise.allSettled(reads(handle, control));
    if (i % 2 > 0) await pause(i % 9);
    Atomics.store(control, 0, 1);
    for (const { status, value, reason } of await all) {
      if (status === 'rejected' && reason.code !== 'ERR_ABORTED') throw reason;
      if (status === 'fulfilled' && !value) throw new Error('a wrong result');
      if (status === 'rejected') stopped++;
    }
    global.gc(); // what was being filled
    await handle.close();
  }
  console.log(stopped > 30 ? 'done' : `only ${stopped} were stopped`);
}

const modes = {
  workers: () => workers(),
  copies: () => workers('copy', 4),
  copy,
  collect,
  close,
  abort,
  work: busy,
  exit: () => {
    busy();
    setTimeout(() => process.exit(7), 150);
  },
};

modes[mode]();
