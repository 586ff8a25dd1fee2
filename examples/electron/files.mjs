// SPDX-License-Identifier: BSD-3-Clause
//
// What the page can ask of the host. Files are opened backed: what is read is what is asked for.

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { types } from 'node:util';
import { isHandle, mask, readH5ad, subsetToDisk } from 'anndata';
import { codesOf } from './codes.mjs';
import { describeTree, embeddings } from './describe.mjs';
import { elementAt, frameRows, obsColumn } from './elements.mjs';
import { previewOf, tableOf } from './preview.mjs';
import { hostError } from './protocol.mjs';

/** Rows of a table that are read at once. */
const longestTable = 1000;

/** Bytes of memory that what is shown may take. */
const maxBytes = 2 ** 30;

/** The files of one page. */
export class Files {
  #grants;
  #open = new Map();
  #next = 1;

  /** @param grants - what the user has chosen so far: `{ path, use }` by token, `use` being `read` or `write` */
  constructor(grants) {
    this.#grants = grants;
  }

  /** What the page may call. */
  methods = {
    open: (params, how) => this.#openFile(params, how),
    table: (params, how) => this.#with(params, how, readTable),
    preview: (params, how) => this.#with(params, how, readPreview),
    embedding: (params, how) => this.#with(params, how, readEmbedding),
    colour: (params, how) => this.#with(params, how, readColour),
    export: (params, how) => this.#with(params, how, (...of) => this.#export(...of)),
    close: ({ file }) => this.#closeFile(file),
  };

  /** Closes all files. */
  async close() {
    await Promise.all([...this.#open.keys()].map((file) => this.#closeFile(file)));
  }

  #pathFor(token, use) {
    const granted = this.#grants.get(token);
    if (granted?.use === use) return granted.path;
    throw hostError('ERR_ARGUMENT', `no file was chosen to ${use}; files are chosen in the system's own dialog`);
  }

  async #openFile({ token }, { signal }) {
    const path = this.#pathFor(token, 'read');
    const adata = await readH5ad(path, { backed: 'r', signal });
    const file = this.#next++;
    this.#open.set(file, { adata, closing: new AbortController() });
    const value = {
      file,
      name: basename(path),
      shape: adata.shape,
      tree: describeTree(adata),
      embeddings: embeddings(adata),
      columns: adata.obs.columns,
    };
    return { value };
  }

  /** Runs work on an open file; closing the file ends it. */
  #with({ file, ...params }, { signal, onProgress }, work) {
    const { adata, closing } = this.#opened(file);
    return work(adata, params, { signal: AbortSignal.any([signal, closing.signal]), onProgress });
  }

  #opened(file) {
    const opened = this.#open.get(file);
    if (opened === undefined) throw hostError('ERR_CLOSED', 'the file was closed; open it again');
    return opened;
  }

  async #closeFile(file) {
    const { adata, closing } = this.#opened(file);
    this.#open.delete(file);
    closing.abort(hostError('ERR_CLOSED', 'the file was closed meanwhile', { file: adata.filename }));
    await adata.close();
  }

  async #export(adata, { token, chosen }, how) {
    const path = this.#pathFor(token, 'write');
    const rows = checkedMask(chosen, adata.nObs);
    await subsetToDisk(adata.subset(mask(chosen)), path, { compression: 'gzip', ...how });
    return { value: { rows, name: basename(path), bytes: (await stat(path)).size } };
  }
}

function checkedMask(chosen, nObs) {
  if (!types.isUint8Array(chosen) || chosen.length !== nObs) {
    throw hostError('ERR_ARGUMENT', `a selection is a Uint8Array with one value for each of the ${nObs} cells`);
  }
  const rows = chosen.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  if (rows === 0) throw hostError('ERR_ARGUMENT', 'no cell is selected');
  return rows;
}

/** Some rows of obs or var, as text. */
async function readTable(adata, { axis, start, count }, { signal }) {
  if ((axis !== 'obs' && axis !== 'var') || !(count > 0 && count <= longestTable) || !(start >= 0)) {
    throw hostError('ERR_ARGUMENT', `a table is up to ${longestTable} rows of obs or var, from row 0 on`);
  }
  const total = axis === 'obs' ? adata.nObs : adata.nVars;
  const frame = await frameRows(adata, axis, [start, Math.min(start + count, total)], null, { signal });
  return { value: { ...tableOf(frame), total } };
}

async function readPreview(adata, { key }, { signal }) {
  return { value: await previewOf(adata, key, { signal, maxBytes }) };
}

/** Two columns of an array of obsm, as the page draws them: x and y of each cell in turn. */
async function readEmbedding(adata, { key, axes = [0, 1] }, { signal, onProgress }) {
  const array = elementAt(adata, key);
  if (!isHandle(array) || array.kind !== 'matrix')
    throw hostError('ERR_ARGUMENT', 'only arrays can be plotted', { key });
  const { data } = await array.subset(null, axes).read({ signal, onProgress, maxBytes });
  const xy = data instanceof Float32Array ? data : Float32Array.from(data, Number);
  return { value: { points: array.shape[0] }, arrays: { xy } };
}

/** A colour's number for each cell; see codes.mjs. */
async function readColour(adata, { column }, { signal }) {
  const values = await obsColumn(adata, column, { signal, maxBytes });
  const { codes, ...scale } = codesOf(values, column);
  return { value: { ...scale, colours: await storedColours(adata, column, scale, signal) }, arrays: { codes } };
}

/** The colours scanpy keeps for the categories of a column; null where there are none that fit. */
async function storedColours(adata, column, scale, signal) {
  const name = `${column}_colors`;
  if (scale.kind !== 'categories' || !Object.hasOwn(adata.uns, name)) return null;
  const stored = adata.uns[name];
  const colours = [...(isHandle(stored) ? await stored.read({ signal, maxBytes }) : stored)].map(String);
  const fit = colours.length >= scale.categories.length && colours.every((each) => /^#[0-9a-f]{6}/i.test(each));
  return fit ? colours.map((each) => each.slice(0, 7)) : null;
}
