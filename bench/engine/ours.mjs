// SPDX-License-Identifier: BSD-3-Clause
//
// The process in which ours is measured: runs the workload it is asked for, once.

import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrayBytes, digest } from './canonical.mjs';
import { NotBuilt, serve } from './child.mjs';
import { measure } from './measure.mjs';

const api = createRequire(import.meta.url)('../../dist/index.js');

/** Opens a file backed; a build that cannot would read all of it. */
async function openBacked(file, load) {
  if (!(await knowsBacked())) throw new NotBuilt("readH5ad(path, { backed: 'r' })");
  return api.readH5ad(file, { backed: 'r', ...(load && { load }) });
}

let known;
function knowsBacked() {
  known ??= (async () => {
    const file = join(tmpdir(), `anndata-bench-probe-${process.pid}.h5ad`);
    try {
      await api.writeH5ad(file, new api.AnnData({ obs: new api.DataFrame({ index: ['a'] }) }));
      const adata = await api.readH5ad(file, { backed: 'r' });
      if (adata.isBacked) await adata.close();
      return adata.isBacked;
    } finally {
      rmSync(file, { force: true });
    }
  })();
  return known;
}

await serve(async ({ workload, request, check }) => {
  const { ours } = await import(`./workloads/${workload}.mjs`);
  await knowsBacked(); // whatever is loaded late is loaded, as Python's modules are
  const { work, parts, facts, close } = await ours({ api, openBacked, NotBuilt }, request);
  try {
    const { result, ...cost } = await measure(work);
    const answer = { ...cost, bytes: arrayBytes(result), ...(await facts?.(result)) };
    if (request.repeat !== undefined) for (const key of ['ms', 'cpuMs']) answer[key] /= request.repeat;
    if (check && parts !== undefined) answer.digest = digest(await parts(result));
    return answer;
  } finally {
    await close?.();
  }
});
