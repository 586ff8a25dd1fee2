// SPDX-License-Identifier: BSD-3-Clause
//
// Batches as tensors of ONNX Runtime, and a model that is run on them, beside scikit-learn.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { AnnData, AnnLoader, type AnnLoaderOptions, CsrMatrix, categorical, DenseArray } from '../../lib';
import { toOrtTensors } from '../../lib/adapters/onnx';
import { buildCommand, root } from '../support/command';
import { describeWithPython, runPython } from '../support/python';

const fixture = join(root, 'test/fixtures/pbmc68k_reduced.h5ad');

function cells(): AnnData {
  const genes = DenseArray.from(
    [
      [0, 1.5, 0],
      [2, 0, 0],
    ],
    'float32',
  );
  return new AnnData({ X: CsrMatrix.fromDense(genes), obs: { type: categorical(['b', 'a']), n: [2 ** 40, 7] } });
}

test.each([false, true])('tensors by the names of inputs, which outlive the batch (dense: %s)', async (dense) => {
  const loader = new AnnLoader(cells(), { batchSize: 1, obs: ['type', 'n'], dense });
  const feeds = [];
  for await (const batch of loader) {
    feeds.push(await toOrtTensors(batch, ort, { genes: 'X', types: 'obs/type', row: 'rows' }));
    feeds.push(await toOrtTensors(batch, ort, { types: 'obs/type' }, { columnDType: 'int64' }));
  }
  const plain = feeds.map((each) =>
    Object.entries(each).map(([name, { type, dims, data }]) => [name, type, dims, [...(data as Float32Array)]]),
  );
  const expected = (genes: number[], code: number, row: number): unknown[] => [
    [
      ['genes', 'float32', [1, 3], genes],
      ['types', 'int32', [1], [code]],
      ['row', 'int32', [1], [row]],
    ],
    [['types', 'int64', [1], [BigInt(code)]]],
  ];
  expect(plain).toEqual([...expected([0, 1.5, 0], 1, 0), ...expected([2, 0, 0], 0, 1)]);
});

test('refuses what is not ONNX Runtime, and memory that is too small', async () => {
  for await (const batch of new AnnLoader(cells())) {
    await expect(toOrtTensors(batch, {} as never, { genes: 'X' })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining('npm install onnxruntime-node or onnxruntime-web'),
    });
    await expect(toOrtTensors(batch, ort, { genes: 'X' }, { maxMemory: 11 })).rejects.toMatchObject({
      code: 'ERR_LIMIT',
    });
    await expect(toOrtTensors(batch, ort, { genes: 'Y' })).rejects.toMatchObject({ code: 'ERR_NAME' });
  }
});

describeWithPython('the model of examples/onnx', () => {
  let theirs: number[];

  beforeAll(async () => {
    buildCommand();
    const { stdout } = await runPython('test/adapters/python/probabilities.py', [fixture]);
    theirs = (JSON.parse(stdout) as number[][]).flat();
  });

  test.each<AnnLoaderOptions>([{ batchSize: 32 }, { batchSize: 9, dense: true }])(
    'gives the probabilities of scikit-learn (%j)',
    (options) => {
      const args = ['test/adapters/run-model.mjs', fixture, JSON.stringify(options)];
      const ours = JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })) as number[];
      expect(ours.length).toBe(theirs.length);
      expect(Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)))).toBeLessThan(1e-3);
    },
  );
});
