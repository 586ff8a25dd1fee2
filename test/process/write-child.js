// SPDX-License-Identifier: BSD-3-Clause
// Writes a large object to argv[2] with the built package. Prints "writing" once bytes are on their way.
const { join } = require('node:path');
const dist = join(__dirname, '..', '..', 'dist');
const { AnnData, DenseArray, writeH5ad } = require(join(dist, 'index.js'));

const [, , target, mebibytes = '64'] = process.argv;
const columns = 1024;
const rows = (Number(mebibytes) * 2 ** 20) / 4 / columns;
const X = new DenseArray(new Float32Array(rows * columns).fill(1), [rows, columns]);
let said = false;

writeH5ad(target, new AnnData({ X }), {
  onProgress: ({ done, total }) => {
    if (said || done < total / 10) return;
    said = true;
    process.stdout.write('writing\n');
  },
}).then(
  () => process.stdout.write('done\n'),
  (error) => {
    process.stdout.write(`${error.code} ${error.message}\n`);
    process.exitCode = 1;
  },
);
