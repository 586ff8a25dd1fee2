// SPDX-License-Identifier: BSD-3-Clause
//
// Trains a softmax classifier with TensorFlow.js to tell the type of a cell (`bulk_labels`, 10 types) from 765 genes, with batches that are
// read from the file, and says how many of the cells it has never seen it gets right.
//
// node examples/train-tensorflow.mjs [file.h5ad]

import * as tf from '@tensorflow/tfjs';
import { AnnLoader, readH5ad } from 'anndata';
import { toTfDataset } from 'anndata/tensorflow';

const label = 'bulk_labels';
const [file = 'test/fixtures/pbmc68k_reduced.h5ad'] = process.argv.slice(2);
await tf.setBackend('cpu');

const cells = await readH5ad(file, { backed: 'r' });
const all = Array.from({ length: cells.nObs }, (_, i) => i);
const trainCells = cells.subset(all.filter((i) => i % 5 !== 0));
const heldOutCells = cells.subset(all.filter((i) => i % 5 === 0));

const training = new AnnLoader(trainCells, { batchSize: 32, shuffle: 'random', seed: 1, obs: [label] });
const heldOut = new AnnLoader(heldOutCells, { batchSize: 70, obs: [label] });
const classes = await training.classes(label);

// Losses of TensorFlow.js take labels as float32.
const options = { ys: `obs/${label}`, columnDType: 'float32' };
const softmax = { inputShape: [training.nVars], units: classes.length, activation: 'softmax' };
const model = tf.sequential({ layers: [tf.layers.dense({ ...softmax, kernelInitializer: 'zeros' })] });
model.compile({ optimizer: tf.train.sgd(0.1), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

const started = performance.now();
const { history } = await model.fitDataset(toTfDataset(training, tf, options), { epochs: 10, verbose: 0 });
const seconds = (performance.now() - started) / 1000;
const [loss, accuracy] = await model.evaluateDataset(toTfDataset(heldOut, tf, options), {});
const number = async (scalar) => (await scalar.data())[0].toFixed(3);

console.log(`trained on ${training.nObs} cells of ${classes.length} types: 10 epochs in ${seconds.toFixed(1)} s`);
console.log(`training accuracy: ${history.acc.at(-1).toFixed(3)}`);
console.log(`held-out loss: ${await number(loss)}`);
console.log(`held-out accuracy: ${await number(accuracy)} (${heldOut.nObs} cells)`);
await cells.close();
