// SPDX-License-Identifier: BSD-3-Clause
//
// Runs a trained model (examples/onnx/bulk_labels.onnx, made by make_model.py beside it) over the cells of a file with ONNX Runtime, and
// says how many of those it was not trained on it gets right. `onnxruntime-node` can take the place of `onnxruntime-web`.
//
// node examples/classify-onnx.mjs [file.h5ad]

import { readFile } from 'node:fs/promises';
import { AnnLoader, readH5ad } from 'anndata';
import { toOrtTensors } from 'anndata/onnx';
import * as ort from 'onnxruntime-web';

const label = 'bulk_labels';
const [file = 'test/fixtures/pbmc68k_reduced.h5ad'] = process.argv.slice(2);
const session = await ort.InferenceSession.create(await readFile(new URL('onnx/bulk_labels.onnx', import.meta.url)));

const cells = await readH5ad(file, { backed: 'r' });
const heldOut = cells.subset(Array.from({ length: Math.ceil(cells.nObs / 5) }, (_, i) => 5 * i));
const loader = new AnnLoader(heldOut, { batchSize: 32, obs: [label] });
const classes = await loader.classes(label);

let correct = 0;
const counts = new Map();
for await (const batch of loader) {
  const found = await session.run(await toOrtTensors(batch, ort, { genes: 'X' }));
  for (const [i, code] of found.label.data.entries()) {
    if (Number(code) === batch.obs[label][i]) correct++;
    const name = classes[Number(code)];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

for (const [name, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`${name}: ${count}`);
console.log(`held-out accuracy: ${(correct / heldOut.nObs).toFixed(3)} (${heldOut.nObs} cells)`);
await cells.close();
