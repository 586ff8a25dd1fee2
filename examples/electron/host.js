// SPDX-License-Identifier: BSD-3-Clause
//
// The process that has the addon. It opens files, answers the page, and may be killed at any moment without harm to a file.

const { AnnDataError, readH5ad, subsetToDisk } = require('anndata');
const { serve } = require('./protocol');

let opened = null;

function need() {
  if (opened === null) throw new AnnDataError('ERR_ARGUMENT', 'open a file first');
  return opened;
}

/** JSON of anything small in `uns`; of what is large only what it is. */
function outline(value) {
  if (value === null || typeof value !== 'object') return String(value);
  if (typeof value.read === 'function')
    return value.shape?.length ? `${value.key} [${value.shape.join(' × ')}]` : value.key;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, outline(member)]));
}

const handlers = {
  async open({ path }, { signal }) {
    const adata = await readH5ad(path, { backed: 'r', signal });
    await opened?.close();
    opened = adata;
    return {
      path,
      shape: adata.shape,
      obs: [...adata.obs.columns],
      var: [...adata.var.columns],
      obsm: [...adata.obsm.keys()].filter((name) => (adata.obsm.get(name).shape?.[1] ?? 0) >= 2),
      layers: [...adata.layers.keys()],
      uns: outline(adata.uns),
    };
  },

  /** The first two columns of an embedding, x and y by turns, as 32-bit floats. */
  async embedding({ name }, { signal, onProgress, send }) {
    const adata = need();
    const matrix = await adata.obsm.get(name).subset(null, [0, 1]).read({ signal, onProgress });
    const xy = Float32Array.from(matrix.toContiguous().data);
    await send(xy);
    return { points: xy.length / 2 };
  },

  /** A column of obs: codes of categories as 16-bit integers, -1 for none, or numbers as 32-bit floats. */
  async column({ name }, { signal, send }) {
    const adata = need();
    await adata.load([`obs/${name}`], { signal });
    const vector = adata.obs.get(name);
    const { categories } = adata.obs.column(name);
    if (categories != null) {
      const names = Array.from(categories.values, String);
      const place = new Map(names.map((text, code) => [text, code]));
      await send(Int16Array.from(vector, (value) => (value === null ? -1 : place.get(String(value)))));
      return { kind: 'categories', names };
    }
    const numbers = Float32Array.from(vector, (value) => (value === null ? Number.NaN : Number(value)));
    await send(numbers);
    return { kind: 'numbers' };
  },

  /** Some rows of obs or var, as objects of text. */
  async rows({ frame, from, count }, { signal }) {
    const adata = need();
    const length = frame === 'obs' ? adata.nObs : adata.nVars;
    const rows = Int32Array.from({ length: Math.max(0, Math.min(count, length - from)) }, (_, i) => from + i);
    const part = frame === 'obs' ? adata.subset(rows) : adata.subset(null, rows);
    await part.load([frame], { signal });
    const records = part[frame].toRecords({ index: 'name' });
    return {
      of: length,
      rows: records.map((record) =>
        Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value === null ? '' : String(value)])),
      ),
    };
  },

  /** Writes the cells at `rows` (32-bit integers) to a file, which is there when all of it is. */
  async exportSubset({ rows, path }, { signal, onProgress }) {
    const positions = new Int32Array(rows.buffer.slice(rows.byteOffset, rows.byteOffset + rows.byteLength));
    await subsetToDisk(need().subset(positions), path, { compression: 'zstd', signal, onProgress });
    return { cells: positions.length };
  },

  async close() {
    await opened?.close();
    opened = null;
  },
};

// In Electron the main process sends a port to the page first; under `child_process.fork` there is one already.
const { parentPort } = process;
if (parentPort) {
  parentPort.once('message', ({ ports: [port] }) => {
    const receive = serve(handlers, (message) => port.postMessage(message));
    port.on('message', ({ data }) => receive(data));
    port.start();
  });
}

module.exports = { handlers };
