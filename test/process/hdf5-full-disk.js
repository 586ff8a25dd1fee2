// SPDX-License-Identifier: BSD-3-Clause
// Writes until there is no room, gives up and looks at what is left. Usage: FILE MEBIBYTES

const { closeSync, openSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const addon = require('node-gyp-build')(join(__dirname, '..', '..'));
addon.init((code, message) => Object.assign(new Error(message), { code }));
const [file, mebibytes] = process.argv.slice(2);

async function fill(out) {
  const n = Number(mebibytes) * 2 ** 17;
  await out.createGroup('g', false);
  await out.createArray('a', ['float64'], [], [], [n], null, [2 ** 15], [1, 1, 1]);
  await out.createArray('b', ['string'], [], [], [1000], null, null, []);
  const data = Float64Array.from({ length: 2 ** 17 }, Math.random);
  for (let at = 0; at < n; at += data.length) await out.write('a', '', [at], [data.length], data);
  const bytes = Buffer.alloc(1000 * 100, 'x');
  const offsets = Int32Array.from({ length: 1001 }, (_, i) => i * 100);
  await out.writeStrings('b', '', [0], [1000], offsets, bytes);
}

async function main() {
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  const out = await addon.create(file);
  const result = {};
  await fill(out).catch((error) => Object.assign(result, { write: error.code, text: error.message }));
  await out.close().catch((error) => Object.assign(result, { close: error.code, closeText: error.message }));
  await out.abandon();
  result.leaked = descriptors() - before;
  // The library still works.
  const again = await addon.open(join(__dirname, '../fixtures/pbmc68k_reduced.h5ad'));
  await again.describe('', 9, 1e6);
  await again.close();
  closeSync(openSync(__filename, 'r'));
  console.log(JSON.stringify(result));
}

main();
