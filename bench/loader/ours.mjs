// SPDX-License-Identifier: BSD-3-Clause
//
// The process in which ours is measured: loads what it is asked for, once.

import { createRequire } from 'node:module';
import { serve } from '../engine/child.mjs';

const { AnnLoader, readH5ad } = createRequire(import.meta.url)('../../dist/index.js');

serve(async ({ file, shuffle, batch, rows: most, seed, dense }) => {
  globalThis.gc?.();
  const adata = await readH5ad(file, { backed: 'r' });
  const loader = new AnnLoader(adata, { batchSize: batch, shuffle, seed, ...(dense && { dense }) });
  let [rows, nnz] = [0, 0];
  const cpu = process.cpuUsage();
  const start = performance.now();
  for await (const { X } of loader) {
    rows += X.shape[0];
    nnz += X.nnz ?? 0;
    if (rows >= most) break;
  }
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  await adata.close();
  return { ms, cpuMs: (user + system) / 1000, rows, nnz, peak: process.resourceUsage().maxRSS * 1024 };
});
