// SPDX-License-Identifier: BSD-3-Clause
//
// Batches as tensors of TensorFlow.js: what they hold, who disposes of them, what is refused.

import * as tf from '@tensorflow/tfjs';
import { type AnnBatch, AnnData, AnnLoader, CsrMatrix, categorical, DenseArray, readH5ad } from '../../lib';
import { toTfDataset, toTfTensors } from '../../lib/adapters/tensorflow';

const nObs = 10;
const genes = Array.from({ length: nObs }, (_, i) => [0, i, 0, i % 3, 0]);
const types = Array.from({ length: nObs }, (_, i) => 'abc'[i % 3] as string);

function cells(): AnnData {
  return new AnnData({
    X: CsrMatrix.fromDense(DenseArray.from(genes, 'float32')),
    layers: { dense: DenseArray.from(genes, 'float64'), counts: CsrMatrix.fromDense(DenseArray.from(genes, 'int16')) },
    obsm: {
      pca: DenseArray.from(
        genes.map((row) => row.slice(0, 2)),
        'float32',
      ),
    },
    obs: {
      type: categorical(types),
      n: Int32Array.from({ length: nObs }, (_, i) => 3 * i),
      share: Float64Array.from({ length: nObs }, (_, i) => i / 4),
      ok: types.map((type) => type === 'b'),
      id: BigInt64Array.from({ length: nObs }, (_, i) => BigInt(i)),
      large: BigInt64Array.from({ length: nObs }, () => 2n ** 40n),
    },
  });
}

const columns = ['type', 'n', 'share', 'ok', 'id', 'large'];
const everything = { batchSize: 4, layers: ['dense', 'counts'], obsm: ['pca'], obs: columns };

async function first(options = {}): Promise<AnnBatch> {
  for await (const batch of new AnnLoader(cells(), { ...everything, copy: true, ...options })) return batch;
  throw new Error('no batch');
}

beforeAll(async () => {
  // It advertises a faster backend otherwise.
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  await tf.setBackend('cpu');
});
afterAll(() => jest.restoreAllMocks());

test('every member of a batch becomes a tensor of its dtype and shape', async () => {
  const keys = { X: 'X', dense: 'layers/dense', counts: 'layers/counts', pca: 'obsm/pca', rows: 'rows' };
  const fromObs = { type: 'obs/type', n: 'obs/n', share: 'obs/share', ok: 'obs/ok', id: 'obs/id' };
  const tensors = await toTfTensors(await first(), tf, { ...keys, ...fromObs });
  const found = Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, [tensor.dtype, tensor.shape, tensor.arraySync()]]),
  );
  const four = genes.slice(0, 4);
  expect(found).toEqual({
    X: ['float32', [4, 5], four],
    dense: ['float32', [4, 5], four],
    counts: ['float32', [4, 5], four],
    pca: ['float32', [4, 2], four.map((row) => row.slice(0, 2))],
    rows: ['int32', [4], [0, 1, 2, 3]],
    type: ['int32', [4], [0, 1, 2, 0]],
    n: ['int32', [4], [0, 3, 6, 9]],
    share: ['float32', [4], [0, 0.25, 0.5, 0.75]],
    ok: ['int32', [4], [0, 1, 0, 0]],
    id: ['int32', [4], [0, 1, 2, 3]],
  });
  tf.dispose(tensors);
});

test('a key alone gives a tensor alone; columns as float32 when asked for', async () => {
  const tensor = await toTfTensors(await first(), tf, 'obs/type', { columnDType: 'float32' });
  expect([tensor.dtype, tensor.arraySync()]).toEqual(['float32', [0, 1, 2, 0]]);
  tensor.dispose();
});

describe('a dataset', () => {
  const rowsOf = async (dataset: ReturnType<typeof toTfDataset<typeof tf>>): Promise<number[]> => {
    const found: number[] = [];
    await dataset.forEachAsync((value) => {
      found.push(...((value as tf.Tensor).arraySync() as number[]));
    });
    return found;
  };

  test.each([false, true])('yields every row once an epoch, in another order each time (dense: %s)', async (dense) => {
    const before = tf.memory().numTensors;
    const loader = new AnnLoader(cells(), { batchSize: 3, shuffle: 'random', seed: 5, dense });
    const dataset = toTfDataset(loader, tf, { xs: 'rows' });
    const epochs = [await rowsOf(dataset), await rowsOf(dataset)];
    for (const rows of epochs) expect(rows.toSorted((a, b) => a - b)).toEqual(genes.map((_, i) => i));
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(loader.epoch).toBe(2);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('holds tensors that later batches do not change: prefetched, and collected', async () => {
    const before = tf.memory().numTensors;
    for (const dense of [false, true]) {
      const loader = new AnnLoader(cells(), { batchSize: 3, windowSize: 3, dense, layers: ['dense'] });
      const dataset = toTfDataset(loader, tf, { xs: { X: 'X', dense: 'layers/dense' } }).prefetch(2);
      const list = (await dataset.toArray()) as { X: tf.Tensor2D; dense: tf.Tensor2D }[];
      expect(list.flatMap(({ X }) => X.arraySync())).toEqual(genes);
      expect(list.flatMap(({ dense }) => dense.arraySync())).toEqual(genes);
      tf.dispose(list);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('trains a model, and leaves no tensor behind', async () => {
    const loader = new AnnLoader(cells(), { batchSize: 3, shuffle: 'random', seed: 1, obs: ['type'] });
    const dataset = toTfDataset(loader, tf, { ys: 'obs/type', columnDType: 'float32' });
    const layer = tf.layers.dense({ inputShape: [5], units: 3, activation: 'softmax', kernelInitializer: 'zeros' });
    const model = tf.sequential({ layers: [layer] });
    model.compile({ optimizer: tf.train.sgd(0.05), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    await model.fitDataset(dataset, { epochs: 1, verbose: 0 });
    const before = tf.memory().numTensors;
    const { history } = await model.fitDataset(dataset, { epochs: 3, verbose: 0 });
    expect(tf.memory().numTensors).toBe(before);
    expect(history.loss!.at(-1)).toBeLessThan(history.loss![0] as number);
    model.dispose();
  });

  test('that is left early leaves the tensors to those who took them', async () => {
    const before = tf.memory().numTensors;
    const dataset = toTfDataset(new AnnLoader(cells(), { batchSize: 2 }), tf).take(2);
    await dataset.forEachAsync(() => undefined);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('that is left early lets the file be closed', async () => {
    const backed = await readH5ad('test/fixtures/pbmc68k_reduced.h5ad', { backed: 'r' });
    const loader = new AnnLoader(backed, { batchSize: 50, windowSize: 100 });
    await toTfDataset(loader, tf)
      .take(1)
      .forEachAsync(() => undefined);
    await backed.close();
    expect(loader.epoch).toBe(1);
  });

  test('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const loader = new AnnLoader(cells(), { batchSize: 2, signal: controller.signal });
    const reason = new Error('enough');
    const ended = toTfDataset(loader, tf).forEachAsync(() => controller.abort(reason));
    await expect(ended).rejects.toBe(reason);
    const none = new AbortController();
    none.abort();
    await expect(
      toTfDataset(new AnnLoader(cells()), tf, { signal: none.signal }).forEachAsync(() => undefined),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('refuses', () => {
  test.each([undefined, null, {}, { tensor: () => 0 }])('what is not TensorFlow.js: %p', async (module) => {
    const expected = { code: 'ERR_ARGUMENT', message: expect.stringContaining('npm install @tensorflow/tfjs') };
    expect(() => toTfDataset(new AnnLoader(cells()), module as never)).toThrow(expect.objectContaining(expected));
    await expect(toTfTensors(await first(), module as never, 'X')).rejects.toMatchObject(expected);
  });

  test('members a batch does not have, and tells those it has', async () => {
    const loader = new AnnLoader(cells(), { obs: ['type'] });
    const error = await toTfDataset(loader, tf, { ys: 'obs/louvain' })
      .forEachAsync(() => undefined)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_NAME' });
    expect((error as Error).message).toContain('has "X", "obs/type", "rows", not "obs/louvain"');
  });

  test('numbers that are none of the dtype', async () => {
    const batch = await first();
    await expect(toTfTensors(batch, tf, 'obs/large')).rejects.toMatchObject({ code: 'ERR_ARGUMENT', key: 'obs/large' });
    await expect(toTfTensors(batch, tf, 'obs/share', { columnDType: 'int32' })).rejects.toMatchObject({
      message: expect.stringMatching(/^0\.25 is no int32/),
    });
    await expect(toTfTensors(batch, tf, 'obs/n', { columnDType: 'int64' as never })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    });
  });

  test('batches larger than the memory, before a tensor is made', async () => {
    const before = tf.memory().numTensors;
    const batch = await first();
    const keys = { genes: 'X', labels: 'obs/type' };
    await expect(toTfTensors(batch, tf, keys, { maxMemory: 95 })).rejects.toMatchObject({
      code: 'ERR_LIMIT',
      key: 'obs/type',
    });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(await toTfTensors(batch, tf, keys, { maxMemory: 96 }));
    const X = { shape: [4, 2 ** 50], format: 'csr' };
    const wide = {
      ...batch,
      X: Object.create(batch.X, Object.fromEntries(Object.entries(X).map(([k, value]) => [k, { value }]))),
    };
    await expect(toTfTensors(wide, tf, 'X')).rejects.toMatchObject({ code: 'ERR_LIMIT', key: 'X' });
  });

  test.each([null, {}, { X: null }, [1]])('what is no batch: %p', async (value) => {
    await expect(toTfTensors(value as never, tf, 'X')).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining('convert'),
    });
  });

  test('batches whose memory went to a later one', async () => {
    const held: AnnBatch[] = [];
    for await (const batch of new AnnLoader(cells(), { batchSize: 2, dense: true })) held.push(batch);
    await expect(toTfTensors(held[0]!, tf, 'X')).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining('copy: true'),
    });
  });
});
