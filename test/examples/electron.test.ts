// SPDX-License-Identifier: BSD-3-Clause
//
// examples/electron without Electron, whose program cannot be had everywhere: the host under `child_process.fork`, the page in headless
// Chromium, the packing by @electron/asar.

import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnnData, DataFrame, DenseArray, readH5ad, writeH5ad } from '../../lib';
import { addonFile } from '../support/addon';
import { buildCommand } from '../support/command';
import { bridgeScript, servePage } from './electron-page';

const root = join(__dirname, '../..');
const pbmc = join(root, 'test/fixtures/pbmc68k_reduced.h5ad');
const { serve } = require('../../examples/electron/protocol.js');
let folder: string;

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), 'anndata-electron-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/anndata'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startHost(): ChildProcess {
  return fork(join(__dirname, 'electron-host.js'), {
    serialization: 'advanced',
    env: { ...process.env, NODE_PATH: join(folder, 'node_modules') },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

interface Answer {
  value?: Record<string, unknown>;
  error?: { code: string | null; message: string; file: string | null };
  bytes: Uint8Array | null;
}

/** Calls the host as the page does. */
function call(
  host: ChildProcess,
  id: number,
  name: string,
  args: object,
  onMessage?: (message: object) => void,
): Promise<Answer> {
  return new Promise((resolve) => {
    let bytes: Uint8Array | null = null;
    const listen = (
      message: { id: number; piece?: { at: number; total: number }; bytes?: Uint8Array } & Partial<Answer>,
    ) => {
      if (message.id !== id) return;
      onMessage?.(message);
      if (message.piece !== undefined) {
        bytes ??= new Uint8Array(message.piece.total);
        bytes.set(message.bytes as Uint8Array, message.piece.at);
        host.send({ id, credit: 1 });
      } else if ('value' in message || 'error' in message) {
        host.removeListener('message', listen);
        resolve({ ...message, bytes });
      }
    };
    host.on('message', listen);
    host.send({ id, call: name, args });
  });
}

describe('the protocol', () => {
  test('large arrays go in pieces, as fast as they are taken', async () => {
    const posted: { piece?: { at: number; total: number }; bytes?: Uint8Array; value?: unknown }[] = [];
    const data = new Uint8Array(40 * 2 ** 20).map((_, i) => i % 251);
    const receive = serve(
      { big: (_: unknown, { send }: { send(a: Uint8Array): Promise<void> }) => send(data) },
      (m: never) => posted.push(m),
    );
    const done = receive({ id: 1, call: 'big' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(posted.length).toBe(2);
    const taken = new Uint8Array(data.length);
    for (let i = 0; i < 5; i++) {
      taken.set(posted[i]!.bytes!, posted[i]!.piece!.at);
      await receive({ id: 1, credit: 1 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    expect(posted.length).toBe(6);
    expect(Buffer.compare(taken, data)).toBe(0);
  });

  test('what waits for a reader is given up', async () => {
    const posted: { error?: { name: string } }[] = [];
    const receive = serve(
      { big: (_: unknown, { send }: { send(a: Uint8Array): Promise<void> }) => send(new Uint8Array(64 * 2 ** 20)) },
      (m: never) => posted.push(m),
    );
    const done = receive({ id: 7, call: 'big' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await receive({ id: 7, cancel: true });
    await done;
    expect(posted.at(-1)?.error?.name).toBe('AbortError');
  });
});

describe('the host', () => {
  let host: ChildProcess;
  beforeEach(() => {
    host = startHost();
  });
  afterEach(() => host.kill());

  test('opens a file, gives columns, rows and an embedding, writes a part', async () => {
    const { value } = await call(host, 1, 'open', { path: pbmc });
    expect(value).toMatchObject({
      shape: [700, 765],
      obsm: ['X_pca', 'X_umap'],
      obs: expect.arrayContaining(['phase']),
    });
    const adata = await readH5ad(pbmc);
    const { bytes } = await call(host, 2, 'embedding', { name: 'X_umap' });
    const umap = adata.obsm.get('X_umap') as DenseArray;
    expect(new Float32Array(bytes!.buffer)[3]).toBe(Math.fround(umap.get(1, 1) as number));
    const column = await call(host, 3, 'column', { name: 'phase' });
    const names = column.value!.names as string[];
    const codes = new Int16Array(column.bytes!.buffer);
    expect(Array.from(codes.subarray(0, 5), (code) => names[code])).toEqual([...adata.obs.get('phase')].slice(0, 5));
    const numbers = await call(host, 4, 'column', { name: 'n_genes' });
    expect(new Float32Array(numbers.bytes!.buffer)[1]).toBe(1080);
    const rows = await call(host, 5, 'rows', { frame: 'obs', from: 1, count: 2 });
    expect(rows.value).toMatchObject({ of: 700, rows: [{ name: 'AAATTCGATGCACA-1', phase: 'S' }, {}] });
    const wanted = Int32Array.of(5, 1, 600);
    const target = join(folder, 'part.h5ad');
    const saved = await call(host, 6, 'exportSubset', { rows: new Uint8Array(wanted.buffer), path: target });
    expect(saved.value).toEqual({ cells: 3 });
    const written = await readH5ad(target);
    expect([...written.obsNames]).toEqual([5, 1, 600].map((row) => adata.obsNames.get(row)));
    expect((written.X as DenseArray).equals((adata.X as DenseArray).subset(wanted))).toBe(true);
  });

  test('errors keep their code and file', async () => {
    const { error } = await call(host, 1, 'open', { path: __filename });
    expect(error).toMatchObject({ code: 'ERR_NOT_HDF5', file: __filename });
    expect((await call(host, 2, 'embedding', { name: 'X_umap' })).error).toMatchObject({
      message: 'open a file first',
    });
    expect((await call(host, 3, 'nonsense', {})).error?.message).toContain('there is no call nonsense');
  });

  test('an export that is cancelled leaves nothing; neither does a host that is killed', async () => {
    await call(host, 1, 'open', { path: pbmc });
    const place = join(folder, 'cancelled');
    mkdirSync(place);
    const rows = new Uint8Array(Int32Array.from({ length: 200_000 }, (_, i) => i % 700).buffer);
    const cancel = () => host.send({ id: 2, cancel: true });
    const { error } = await call(host, 2, 'exportSubset', { rows, path: join(place, 'x.h5ad') }, (message) => {
      if ('progress' in message) cancel();
    });
    expect(error).toBeDefined();
    expect(readdirSync(place)).toEqual([]);
    const ended = new Promise((resolve) => host.once('exit', resolve));
    void call(host, 3, 'exportSubset', { rows, path: join(place, 'y.h5ad') }, (message) => {
      if ('progress' in message) host.kill('SIGKILL');
    });
    await ended;
    expect(readdirSync(place).filter((name) => !name.startsWith('.anndata-tmp-'))).toEqual([]);
  });
});

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
if (chromium === undefined && process.env.CI === 'true')
  throw new Error('Chromium is needed: apt-get install chromium');
const inBrowser = chromium === undefined ? describe.skip : describe;

inBrowser('the page in Chromium [apt-get install chromium]', () => {
  const points = 1_000_000;
  let host: ChildProcess;
  let server: Server;
  let browser: import('playwright-core').Browser;
  let page: import('playwright-core').Page;
  let file: string;
  const problems: string[] = [];

  beforeAll(async () => {
    file = join(folder, 'million.h5ad');
    const xy = new Float32Array(2 * points);
    const codes = new Int8Array(points);
    // Five clouds.
    for (let i = 0; i < points; i++) {
      const cloud = i % 5;
      codes[i] = cloud;
      const [angle, distance] = [i * 2.4, Math.sqrt((i % 1000) / 1000)];
      xy[2 * i] = 4 * Math.cos(cloud * 1.2566) + distance * Math.cos(angle);
      xy[2 * i + 1] = 4 * Math.sin(cloud * 1.2566) + distance * Math.sin(angle);
    }
    const names = ['B', 'T', 'NK', 'monocyte', 'dendritic'];
    const obs = new DataFrame({
      index: Array.from({ length: points }, (_, i) => `cell${i}`),
      columns: {
        cloud: Array.from(codes, (code) => names[code] as string),
        n: Float64Array.from({ length: points }, (_, i) => i),
      },
    });
    const adata = new AnnData({ obs, obsm: { X_umap: new DenseArray(xy, [points, 2]) } });
    adata.stringsToCategoricals();
    await writeH5ad(file, adata);
    host = startHost();
    let url: string;
    ({ server, url } = await servePage(host));
    const { chromium: engine } = require('playwright-core') as typeof import('playwright-core');
    const executablePath = execFileSync('which', [chromium as string], { encoding: 'utf8' }).trim();
    const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
    browser = await engine.launch({ executablePath, args });
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.addInitScript(bridgeScript);
    await page.goto(url);
  });
  afterAll(async () => {
    await browser?.close();
    host?.kill();
    server?.closeAllConnections();
    server?.close();
  });

  /** Waits until an expression is true in the page, whose own rules allow no eval. */
  const until = async (expression: string) => {
    const end = Date.now() + 60_000;
    while ((await page.evaluate(`Boolean(${expression})`)) !== true) {
      if (Date.now() > end) throw new Error(`never true: ${expression}; the page says "${await message()}"`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const message = async () => (await page.locator('#message').textContent()) ?? '';
  const choose = (what: 'file' | 'target', path: string) =>
    page.evaluate(`window.chosen[${JSON.stringify(what)}] = ${JSON.stringify(path)}; null`);

  /** How many colours the plot has, and which part of it is not white. */
  const plotted = () =>
    page.evaluate<{ colours: number; share: number }>(`(() => {
      const canvas = document.getElementById('plot');
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set();
      let drawn = 0;
      for (let i = 0; i < data.length; i += 4) {
        const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
        colours.add(colour);
        if (colour !== 0xffffff) drawn++;
      }
      return { colours: colours.size, share: drawn / (data.length / 4) };
    })()`);

  test('a million points are drawn in less than three seconds after they came', async () => {
    await choose('file', file);
    await page.click('#open');
    await until('document.body.dataset.drawnMs !== undefined');
    const drawn = Number(await page.evaluate('document.body.dataset.drawnMs'));
    console.log(`${points} points drawn in ${drawn.toFixed(0)} ms`);
    expect(drawn).toBeLessThan(3000);
    const { colours, share } = await plotted();
    expect(colours).toBeGreaterThanOrEqual(2);
    expect(share).toBeGreaterThan(0.05);
    expect(await message()).toContain('1,000,000 cells');
    expect(await page.locator('#table tr').count()).toBe(101);
    expect(await page.locator('#tree').textContent()).toContain('cloud');
  });

  test('a column gives colours and a legend', async () => {
    await page.selectOption('#colour', 'cloud');
    await until(`document.querySelectorAll('#legend li').length === 5`);
    expect((await plotted()).colours).toBeGreaterThanOrEqual(6);
    const shot = await page.locator('#plot').screenshot();
    expect(shot.length).toBeGreaterThan(5000);
  });

  test('cells inside a lasso are saved', async () => {
    const box = (await page.locator('#lasso').boundingBox())!;
    // Around the cloud at the right.
    const around = [
      [0.6, 0.35],
      [0.95, 0.35],
      [0.95, 0.65],
      [0.6, 0.65],
      [0.6, 0.35],
    ].map(([x, y]) => [box.x + x! * box.width, box.y + y! * box.height]);
    await page.mouse.move(around[0]![0]!, around[0]![1]!);
    await page.mouse.down();
    for (const [x, y] of around) await page.mouse.move(x!, y!);
    await page.mouse.up();
    await until(`/selected/.test(document.getElementById('message').textContent)`);
    const selected = Number((await message()).replaceAll(/\D/g, ''));
    expect(selected).toBeGreaterThan(100_000);
    const target = join(folder, 'lasso.h5ad');
    await choose('target', target);
    await page.click('#export');
    await until(`/saved to/.test(document.getElementById('message').textContent)`);
    const written = await readH5ad(target);
    expect(written.nObs).toBe(selected);
    const umap = written.obsm.get('X_umap') as DenseArray;
    for (const row of [0, selected - 1]) expect(umap.get(row, 0) as number).toBeGreaterThan(1);
  });

  test('a file that is none is told with its code', async () => {
    await choose('file', __filename);
    await page.click('#open');
    await until(`document.getElementById('message').className === 'error'`);
    expect(await message()).toContain('[ERR_NOT_HDF5]');
    expect(problems).toEqual([]);
  });
});

test('packed by asar the addon lies outside and is loaded from there', () => {
  const app = join(folder, 'app');
  cpSync(join(root, 'examples/electron'), app, { recursive: true });
  const home = join(app, 'node_modules/anndata');
  mkdirSync(join(home, 'build/Release'), { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
  cpSync(addonFile(), join(home, 'build/Release/anndata.node'));
  const archive = join(folder, 'app.asar');
  const script = `require('@electron/asar').createPackageWithOptions(${JSON.stringify(app)}, ${JSON.stringify(archive)}, { unpack: '**/*.node' })`;
  execFileSync(process.execPath, ['-e', script], { cwd: root });
  const list = execFileSync(
    process.execPath,
    ['-p', `JSON.stringify(require('@electron/asar').listPackage(${JSON.stringify(archive)}, { isPack: true }))`],
    { cwd: root, encoding: 'utf8' },
  );
  const packed = JSON.parse(list) as string[];
  expect(packed.find((line) => line.includes('host.js'))).toMatch(/^pack /);
  expect(packed.find((line) => line.includes('anndata.node'))).toMatch(/^unpack/);
  const outside = join(`${archive}.unpacked`, 'node_modules/anndata/build/Release/anndata.node');
  expect(existsSync(outside)).toBe(true);
  const versions = execFileSync(
    process.execPath,
    ['-p', `JSON.stringify(require(${JSON.stringify(outside)}).versions())`],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(versions).hdf5).toMatch(/^\d/);
});
