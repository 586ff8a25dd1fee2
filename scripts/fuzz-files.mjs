// SPDX-License-Identifier: BSD-3-Clause
//
// Changes a few bytes of valid files and reads all of them, in processes of their own, and counts how many processes
// did not survive. What did it is kept for a look.
//
//   node scripts/fuzz-files.mjs SECONDS FOLDER FILE...
//
// With ANNDATA_PREBUILD=build/hdf5-2.2 it is the addon with an HDF5 of its own (build-native.mjs --hdf5=source).

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const nasty = [0, 1, 127, 128, 254, 255];
const arrays = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
  longdouble: Float64Array,
};

/** A small generator with a seed, so that a crash can be repeated. */
function generator(seed) {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function changed(source, random) {
  const bytes = Buffer.from(source);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(2) === 0 ? random(bytes.length) : random(Math.min(bytes.length, 8192));
    const ways = [() => bytes[at] ^ (1 << random(8)), () => nasty[random(nasty.length)], () => random(256)];
    bytes[at] = ways[random(ways.length)]();
  }
  return bytes;
}

async function readAll(file, node, key) {
  for (const child of node.children ?? []) await readAll(file, child, key === '' ? child.name : `${key}/${child.name}`);
  const { shape, type } = node;
  const n = shape?.reduce((product, length) => product * length, 1);
  if (node.kind !== 'array' || n === undefined || !(n < 1e6)) return;
  const start = shape.map(() => 0);
  await refusable(async () => {
    if (type.kind === 'string') await file.readStrings(key, '', start, shape, 1e8);
    else if (type.dtype in arrays) await file.read(key, '', start, shape, new arrays[type.dtype](n));
  });
}

/** Errors of ours are what should happen. */
async function refusable(work) {
  try {
    await work();
  } catch (error) {
    if (!String(error.code).startsWith('ERR_')) throw error;
  }
}

async function child(seed, seconds, folder, files) {
  const addon = createRequire(import.meta.url)('node-gyp-build')(root);
  addon.init((code, message) => Object.assign(new Error(message), { code }));
  const sources = files.map((name) => readFileSync(name));
  const random = generator(seed);
  const end = Date.now() + seconds * 1000;
  for (let runs = 1; Date.now() < end; runs++) {
    writeFileSync(join(folder, 'now.h5'), changed(sources[random(sources.length)], random));
    writeFileSync(join(folder, 'runs'), String(runs));
    await refusable(async () => {
      const file = await addon.open(join(folder, 'now.h5'));
      await refusable(async () => readAll(file, await file.describe('', 65, 100_000), ''));
      await file.close();
    });
  }
}

function parent(seconds, folder, files) {
  mkdirSync(folder, { recursive: true });
  const end = Date.now() + seconds * 1000;
  let [runs, crashes] = [0, 0];
  for (let seed = 1; Date.now() < end; seed++) {
    const left = Math.min(20, (end - Date.now()) / 1000);
    const { status, signal } = spawnSync(process.execPath, [self, 'child', seed * 7919, left, folder, ...files], {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: 60_000,
    });
    if (existsSync(join(folder, 'runs'))) runs += Number(readFileSync(join(folder, 'runs'), 'utf8'));
    if (status === 0) continue;
    crashes++;
    copyFileSync(join(folder, 'now.h5'), join(folder, `crash-${seed}.h5`));
    console.log(`seed ${seed}: ${signal ?? `exit code ${status}`}`);
  }
  console.log(`${runs} files read, ${crashes} processes lost`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'child') await child(Number(rest[0]), Number(rest[1]), rest[2], rest.slice(3));
else parent(Number(first), rest[0], rest.slice(1));
