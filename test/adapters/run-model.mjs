// SPDX-License-Identifier: BSD-3-Clause
//
// Prints the probabilities the model of examples/onnx gives every fifth cell of a file, with the built package: the WebAssembly of ONNX
// Runtime cannot be loaded inside of jest.
//
// node run-model.mjs FILE.h5ad 'options of AnnLoader as JSON'

import { readFile } from 'node:fs/promises';
import { AnnLoader, readH5ad } from 'anndata';
import { toOrtTensors } from 'anndata/onnx';
import * as ort from 'onnxruntime-web';

const [file, options] = process.argv.slice(2);
const model = await readFile(new URL('../../examples/onnx/bulk_labels.onnx', import.meta.url));
const session = await ort.InferenceSession.create(model);
const cells = await readH5ad(file, { backed: 'r' });
const heldOut = cells.subset(Array.from({ length: Math.ceil(cells.nObs / 5) }, (_, i) => 5 * i));
const found = [];
for await (const batch of new AnnLoader(heldOut, JSON.parse(options))) {
  const { probabilities } = await session.run(await toOrtTensors(batch, ort, { genes: 'X' }));
  found.push(...probabilities.data);
}
console.log(JSON.stringify(found));
await cells.close();
