// SPDX-License-Identifier: BSD-3-Clause
//
// Prints the structure of a file and checksums of all numbers and texts in it, as an addon reads them:
// node print-file.js ADDON FILE

const { createHash } = require('node:crypto');
const { inspect } = require('node:util');

const [addon, path] = process.argv.slice(2);
const native = require(addon);
native.init((code, message) => Object.assign(new Error(message), { code }));

const arrays = {
  bool: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The same with a checksum in place of each array. */
function summed(value) {
  if (!ArrayBuffer.isView(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, summed(v)]));
  return `${value.constructor.name} ${createHash('sha256').update(value).digest('hex')}`;
}

async function values(file, { kind, shape, type }, key) {
  if (kind !== 'array' || !shape) return undefined;
  const starts = shape.map(() => Float64Array.of(0));
  const counts = shape.map((length) => Float64Array.of(length));
  if (type.kind === 'string') return summed(await file.readStrings(key, '', starts, counts, 1e9, null));
  if (!(type.dtype in arrays)) return undefined;
  const target = new arrays[type.dtype](shape.reduce((product, length) => product * length, 1));
  await file.read(key, '', starts, counts, target, null);
  return summed(target);
}

async function all(file, node, key) {
  const { children = [], ...rest } = node;
  console.log(inspect([key, rest, await values(file, node, key)], { depth: null, maxArrayLength: null }));
  for (const child of children) await all(file, child, key === '' ? child.name : `${key}/${child.name}`);
}

(async () => {
  const file = await native.open(path);
  await all(file, await file.describe('', 65, 100_000), '');
  await file.close();
})();
