// SPDX-License-Identifier: BSD-3-Clause
//
// The example's host in a forked process, asked as the page asks it.

import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnnData, readH5ad } from '../../lib';
import { buildCommand, fixtures } from '../support/command';
import { type Answer, type Client, HostProcess, installApp } from '../support/electron-app';
import { manyCells } from '../support/many-cells';

const cells = 200_000;
const largeCells = 100_000;
let folder: string;
let app: string;
let host: HostProcess;
let client: Client;

beforeAll(async () => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'electron-host-'));
  await manyCells(cells).writeH5ad(join(folder, 'many.h5ad'), { compression: 'gzip' });
  // Takes some tenths of a second to export: time enough to be stopped.
  await manyCells(largeCells, 100).writeH5ad(join(folder, 'large.h5ad'), { compression: 'gzip' });
  copyFileSync(join(fixtures, 'pbmc68k_reduced.h5ad'), join(folder, 'pbmc.h5ad'));
  app = installApp(folder);
  host = new HostProcess(app);
  client = host.client();
});
afterAll(async () => {
  await host.quit();
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string, home = folder): Promise<Answer['value']> {
  const { token } = await host.grant(join(home, name), 'read');
  return (await client.call('open', { token })).value;
}

/** `done`, or the code of the error. */
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

const find = (nodes: Answer['value'][], name: string) => nodes.find((each) => each.name === name);

test('open tells what there is', async () => {
  const { file, name, shape, tree, embeddings, columns } = await open('pbmc.h5ad');
  expect([name, shape]).toEqual(['pbmc.h5ad', [700, 765]]);
  expect(tree.map((each: Answer['value']) => each.name)).toEqual([
    ...['X', 'obs', 'var', 'obsm', 'varm', 'obsp', 'uns', 'raw'],
  ]);
  expect(find(tree, 'X')).toEqual({ name: 'X', key: 'X', detail: 'float32 700 × 765', children: [] });
  expect(find(find(tree, 'obs').children, 'bulk_labels').detail).toBe('categorical');
  expect(find(find(tree, 'obs').children, 'percent_mito').detail).toMatch(/^float/);
  expect(find(find(tree, 'uns').children, 'pca')).toMatchObject({
    key: null,
    children: [{ name: 'variance', key: 'uns/pca/variance', detail: 'float32 50' }, { name: 'variance_ratio' }],
  });
  expect(find(tree, 'raw').children).toEqual([
    { name: 'X', key: 'raw/X', detail: 'csr float32 700 × 765', children: [] },
  ]);
  expect(embeddings).toEqual(['obsm/X_umap', 'obsm/X_pca']);
  expect(columns).toContain('louvain');
  await client.call('close', { file });
});

test('tables come as text, by rows', async () => {
  const { file } = await open('pbmc.h5ad');
  const table = (params: object) => client.call('table', { file, ...params });
  const { value } = await table({ axis: 'obs', start: 698, count: 50 });
  expect([value.total, value.rows.length, value.columns.slice(0, 3)]).toEqual([
    700,
    2,
    ['index', 'bulk_labels', 'n_genes'],
  ]);
  const whole = await readH5ad(join(folder, 'pbmc.h5ad'));
  expect(value.rows[1].slice(0, 3)).toEqual([
    whole.obsNames.get(699),
    whole.obs.get('bulk_labels').get(699),
    String(whole.obs.get('n_genes').get(699)),
  ]);
  expect((await table({ axis: 'var', start: 0, count: 3 })).value.rows.map(([name]: string[]) => name)).toEqual(
    [0, 1, 2].map((row) => whole.varNames.get(row)),
  );
  await expect(table({ axis: 'uns', start: 0, count: 3 })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  await expect(table({ axis: 'obs', start: 0, count: 1e9 })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  await client.call('close', { file });
});

test.each([
  'pbmc68k_reduced.h5ad',
  ...['v0.5.0', 'v0.7.0', 'v0.7.8', 'v0.11.4'].map((version) => `archives/${version}/adata.h5ad`),
])('every element that the tree of %s names can be shown', async (name) => {
  const { file, tree, columns, embeddings } = await open(name, fixtures);
  const keys: string[] = [];
  const walk = ({ key, children }: Answer['value']): void => {
    if (key !== null) keys.push(key);
    children.forEach(walk);
  };
  tree.forEach(walk);
  expect(keys.length).toBeGreaterThan(1);
  for (const key of keys) {
    const { value } = await client.call('preview', { file, key });
    expect([key, value.rows.length > 0 && value.rows.length <= 20]).toEqual([key, true]);
  }
  for (const column of columns) expect((await client.call('colour', { file, column })).arrays.codes).toBeDefined();
  for (const key of embeddings) expect((await client.call('embedding', { file, key })).arrays.xy).toBeDefined();
  await client.call('close', { file });
});

test('the beginning of an element is as it is stored', async () => {
  const { file } = await open('pbmc.h5ad');
  const preview = async (key: string) => (await client.call('preview', { file, key })).value;
  expect((await preview('uns/neighbors/params/method')).rows).toEqual([['umap']]);
  expect((await preview('uns/neighbors/params/n_neighbors')).rows).toEqual([['10']]);
  const whole = await readH5ad(join(folder, 'pbmc.h5ad'));
  const X = whole.raw!.X!.subset([3], [4, 5]);
  expect((await preview('raw/X')).rows[3].slice(4, 6)).toEqual([X.get(0, 0), X.get(0, 1)].map(String));
  expect((await preview('obs/louvain')).rows[19]).toEqual([whole.obs.get('louvain').get(19)]);
  expect((await preview('var')).rows[19][0]).toBe(whole.varNames.get(19));
  for (const key of ['uns/none', 'uns/pca/variance/more', 'obsm/none', 'raw/var', 'elsewhere', '']) {
    await expect(preview(key)).rejects.toMatchObject({ code: 'ERR_KEY_NOT_FOUND', key });
  }
  await client.call('close', { file });
});

test('embeddings and colours come as arrays', async () => {
  const { file } = await open('many.h5ad');
  const { value, arrays } = await client.call('embedding', { file, key: 'obsm/X_umap' });
  const { obsm } = await readH5ad(join(folder, 'many.h5ad'));
  expect(value).toEqual({ points: cells });
  expect(
    Buffer.compare(
      Buffer.from(arrays.xy!.buffer),
      Buffer.from((obsm.get('X_umap') as { data: Float32Array }).data.buffer),
    ),
  ).toBe(0);
  const cluster = await client.call('colour', { file, column: 'cluster' });
  expect(cluster.value).toEqual({
    kind: 'categories',
    categories: ['A', 'B', 'C', 'D'],
    colours: ['#e41a1c', '#377eb8', '#4daf4a', '#984ea3'],
  });
  expect([...cluster.arrays.codes!.subarray(0, 6)]).toEqual([0, 1, 2, 3, 0, 1]);
  const score = await client.call('colour', { file, column: 'score' });
  expect(score.value).toMatchObject({ kind: 'numbers', min: 0, max: cells - 1 });
  expect([score.arrays.codes![0], score.arrays.codes![cells / 2], score.arrays.codes![cells - 1]]).toEqual([
    0, 128, 255,
  ]);
  await expect(client.call('colour', { file, column: 'none' })).rejects.toMatchObject({ code: 'ERR_KEY_NOT_FOUND' });
  await client.call('close', { file });
});

test('float64, missing values and codes: what cannot be drawn as it is', async () => {
  const { file } = await open('pbmc.h5ad');
  const { arrays } = await client.call('embedding', { file, key: 'obsm/X_pca', axes: [2, 0] });
  const pca = (await readH5ad(join(folder, 'pbmc.h5ad'))).obsm.get('X_pca') as unknown as AnnData['X'];
  expect(arrays.xy).toBeInstanceOf(Float32Array);
  expect([...arrays.xy!.subarray(0, 4)]).toEqual(
    [pca!.get(0, 2), pca!.get(0, 0), pca!.get(1, 2), pca!.get(1, 0)].map((each) => Math.fround(Number(each))),
  );
  await expect(client.call('embedding', { file, key: 'uns/pca' })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  await client.call('close', { file });
});

test('a selection is exported, and our reader finds its rows', async () => {
  const { file } = await open('many.h5ad');
  const { token } = await host.grant(join(folder, 'part.h5ad'), 'write');
  const chosen = Uint8Array.from({ length: cells }, (_, i) => (i % 4 === 2 ? 1 : 0));
  const heard: number[] = [];
  const onProgress = ({ done, total }: { done: number; total: number }) => heard.push(done / total);
  const { value } = await client.call('export', { file, token, chosen }, { onProgress });
  expect(value).toEqual({ rows: cells / 4, name: 'part.h5ad', bytes: statSync(join(folder, 'part.h5ad')).size });
  expect(heard.length).toBeGreaterThan(0);
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  const part = await readH5ad(join(folder, 'part.h5ad'));
  expect(part.shape).toEqual([cells / 4, 8]);
  expect([...new Set(part.obs.get('cluster'))]).toEqual(['C']);
  expect([part.obsNames.get(0), part.obsNames.get(cells / 4 - 1)]).toEqual(['cell 2', `cell ${cells - 2}`]);
  await client.call('close', { file });
});

test('a cancelled export leaves nothing behind, and the next one works', async () => {
  const { file } = await open('large.h5ad');
  const before = readdirSync(folder).sort();
  const { token } = await host.grant(join(folder, 'cancelled.h5ad'), 'write');
  const chosen = new Uint8Array(largeCells).fill(1);
  const controller = new AbortController();
  const how = { signal: controller.signal, onProgress: () => controller.abort() };
  const error = await client.call('export', { file, token, chosen }, how).catch((each: unknown) => each);
  expect(error).toBe(controller.signal.reason);
  expect(readdirSync(folder).sort()).toEqual(before);
  chosen.fill(0, 10);
  expect((await client.call('export', { file, token, chosen })).value.rows).toBe(10);
  expect((await readH5ad(join(folder, 'cancelled.h5ad'))).nObs).toBe(10);
  await client.call('close', { file });
});

test('a selection that does not fit is refused, and nothing is written', async () => {
  const { file } = await open('pbmc.h5ad');
  const { token } = await host.grant(join(folder, 'refused.h5ad'), 'write');
  for (const chosen of [new Uint8Array(699).fill(1), new Uint8Array(700), [1, 2], undefined]) {
    await expect(client.call('export', { file, token, chosen })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  }
  // The file itself is not a target.
  const own = await host.grant(join(folder, 'pbmc.h5ad'), 'write');
  const all = new Uint8Array(700).fill(1);
  await expect(client.call('export', { file, token: own.token, chosen: all })).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
  });
  expect(readdirSync(folder)).not.toContain('refused.h5ad');
  await client.call('close', { file });
});

test('closing a file ends what is read from it', async () => {
  const { file } = await open('large.h5ad');
  const { token } = await host.grant(join(folder, 'closed.h5ad'), 'write');
  const calls = [
    client.call('export', { file, token, chosen: new Uint8Array(largeCells).fill(1) }),
    client.call('embedding', { file, key: 'obsm/X_umap' }),
    client.call('table', { file, axis: 'obs', start: 0, count: 50 }),
  ].map((call) => outcomeOf(call));
  await client.call('close', { file });
  const [exported, ...others] = await Promise.all(calls);
  expect(exported).toBe('ERR_CLOSED');
  for (const outcome of others) expect(['done', 'ERR_CLOSED']).toContain(outcome);
  expect(readdirSync(folder).filter((name) => name.includes('closed'))).toEqual([]);
  expect(await outcomeOf(client.call('table', { file, axis: 'obs', start: 0, count: 1 }))).toBe('ERR_CLOSED');
  expect(await outcomeOf(client.call('close', { file }))).toBe('ERR_CLOSED');
});

test.each([
  ['is not there', 'ERR_FILE_NOT_FOUND', () => undefined],
  ['is text', 'ERR_NOT_HDF5', (path: string) => writeFileSync(path, 'no file of this kind')],
  [
    'was cut off',
    'ERR_HDF5',
    (path: string) => {
      copyFileSync(join(folder, 'pbmc.h5ad'), path);
      truncateSync(path, 100_000);
    },
  ],
])('a file that %s is a typed error with its path', async (what, code, make) => {
  const name = `bad ${what}.h5ad`;
  make(join(folder, name));
  await expect(open(name)).rejects.toMatchObject({ code, file: join(folder, name) });
});

test('the page can only use what the user chose, for what it was chosen for', async () => {
  await expect(client.call('open', { token: join(folder, 'pbmc.h5ad') })).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
  });
  const write = await host.grant(join(folder, 'many.h5ad'), 'write');
  await expect(client.call('open', { token: write.token })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  const { file } = await open('pbmc.h5ad');
  const read = await host.grant(join(folder, 'many.h5ad'), 'read');
  const chosen = new Uint8Array(700).fill(1);
  await expect(client.call('export', { file, token: read.token, chosen })).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
  });
  await client.call('close', { file });
});

test('after a reload, the old page takes only its own files with it', async () => {
  const own = new HostProcess(app);
  try {
    const { token } = await own.grant(join(folder, 'pbmc.h5ad'), 'read');
    const [before, after] = [own.client(), own.client()];
    const files = [await before.call('open', { token }), await after.call('open', { token })];
    own.disconnect(0);
    await own.grant(folder, 'read'); // the host has heard of it
    const rows = { axis: 'obs', start: 0, count: 1, file: files[1]!.value.file };
    expect((await after.call('table', rows)).value.rows.length).toBe(1);
  } finally {
    expect(await own.quit()).toBe(0);
  }
});

describe('the end', () => {
  let own: HostProcess;
  let at: string;
  let outcome: Promise<string>;

  /** Another host, in the middle of an export. */
  beforeEach(async () => {
    own = new HostProcess(app);
    at = mkdtempSync(join(folder, 'end-'));
    const end = own.client();
    const source = await own.grant(join(folder, 'large.h5ad'), 'read');
    const { file } = (await end.call('open', { token: source.token })).value;
    const { token } = await own.grant(join(at, 'out.h5ad'), 'write');
    const chosen = new Uint8Array(largeCells).fill(1);
    await new Promise<void>((onProgress) => {
      outcome = outcomeOf(end.call('export', { file, token, chosen }, { onProgress: () => onProgress() }));
    });
  });
  afterEach(() => own.child.kill());

  test('quitting ends the export, leaves nothing, and exits with 0', async () => {
    expect(await own.quit()).toBe(0);
    expect(readdirSync(at)).toEqual([]);
  });

  test('so does closing the window, after which the host can still be used', async () => {
    own.disconnect();
    expect(await outcome).toBe('ERR_CLOSED');
    expect(readdirSync(at)).toEqual([]);
    expect((await own.grant(at, 'read')).name).toMatch(/^end-/);
    expect(await own.quit()).toBe(0);
  });
});
