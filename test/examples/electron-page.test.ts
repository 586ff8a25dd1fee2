// SPDX-License-Identifier: BSD-3-Clause
//
// The example's page in headless Chromium under its own policy, joined to the example's host in a forked process.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readH5ad } from '../../lib';
import { describeWithChromium } from '../support/chromium';
import { buildCommand } from '../support/command';
import { HostProcess, installApp } from '../support/electron-app';
import { colourAt, greyVariance, type OpenPage, openPage, pixelsOf } from '../support/electron-page';
import { manyCells } from '../support/many-cells';

const cells = 1_000_000;
const largeCells = 100_000;

describeWithChromium('the page of the Electron example', (executable) => {
  let folder: string;
  let host: HostProcess;
  let opened: OpenPage;
  let source: string;
  let target: string;

  beforeAll(async () => {
    buildCommand();
    folder = mkdtempSync(join(tmpdir(), 'electron-page-'));
    mkdirSync(join(folder, 'out'));
    await manyCells(cells).writeH5ad(join(folder, 'million.h5ad'), { compression: 'gzip' });
    await manyCells(largeCells, 100).writeH5ad(join(folder, 'large.h5ad'), { compression: 'gzip' });
    writeFileSync(join(folder, 'text.h5ad'), 'no file of this kind');
    host = new HostProcess(installApp(folder));
    opened = await openPage(executable, host, {
      chooseFile: () => host.grant(join(folder, source), 'read'),
      chooseTarget: async (name) => {
        target = join(folder, 'out', name);
        return host.grant(target, 'write');
      },
    });
  });
  afterAll(async () => {
    await opened?.close();
    await host?.quit();
    rmSync(folder, { recursive: true, force: true });
  });

  const byId = (id: string) => opened.page.locator(`#${id}`);
  const status = (text: RegExp) => opened.page.locator('#status', { hasText: text }).waitFor({ timeout: 60_000 });

  const dataOf = (name: string) => byId('points').getAttribute(`data-${name}`);
  const plotPixels = async () => pixelsOf(opened.page, await byId('points').screenshot());

  /** Waits until something is so. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    const start = Date.now();
    while (!(await isSo())) {
      if (Date.now() - start > 30_000) throw new Error('it did not become so within 30 s');
      await setTimeout(20);
    }
  }

  async function open(name: string): Promise<void> {
    source = name;
    await byId('open').click();
  }

  /** Has a button clicked as soon as an element is shown: nobody outside of the page could be sure to be in time. */
  function clickWhenShown(shown: string, button: string): Promise<unknown> {
    return opened.page.evaluate(
      `
      new MutationObserver((_, observer) => {
        if (${shown}Element.hidden) return;
        observer.disconnect();
        document.getElementById('${button}').click();
        document.body.dataset.clicked = '${button}';
      }).observe(${shown}Element, { attributes: true });
    `.replaceAll(`${shown}Element`, `document.getElementById('${shown}')`),
    );
  }

  /** Draws a rectangle round a quarter of the stage. */
  async function lasso(column: 0 | 1, row: 0 | 1): Promise<void> {
    const box = (await byId('outline').boundingBox())!;
    const at = (x: number, y: number) =>
      [box.x + (box.width * (column + x)) / 2, box.y + (box.height * (row + y)) / 2] as const;
    if ((await byId('lasso').getAttribute('aria-pressed')) !== 'true') await byId('lasso').click();
    const { mouse } = opened.page;
    await mouse.move(...at(0.01, 0.01));
    await mouse.down();
    for (const [x, y] of [
      [0.99, 0.01],
      [0.99, 0.99],
      [0.01, 0.99],
    ] as const) {
      await mouse.move(...at(x, y), { steps: 5 });
    }
    await mouse.up();
  }

  test('1,000,000 cells are drawn in less than 3 s after they arrived, and can be seen', async () => {
    await open('million.h5ad');
    await status(/^1,000,000 cells drawn/);
    const [points, drawnMs] = [await dataOf('points'), await dataOf('drawn-ms')];
    process.stderr.write(`1,000,000 cells drawn in ${drawnMs} ms (software rendering)\n`);
    expect(points).toBe(String(cells));
    expect(Number(drawnMs)).toBeGreaterThan(0);
    expect(Number(drawnMs)).toBeLessThan(3000);
    expect(greyVariance(await plotPixels())).toBeGreaterThan(500);
  });

  test('the tree, the table and the shape are there', async () => {
    expect(await byId('shape').textContent()).toBe('1,000,000 cells × 8 genes');
    expect(await byId('tree').locator('[data-key="obs/cluster"]').textContent()).toBe('clustercategorical');
    expect(await opened.page.locator('th').allTextContents()).toEqual(['', 'cluster', 'score']);
    expect(await opened.page.locator('tr').nth(3).locator('td').allTextContents()).toEqual(['cell 2', 'C', '2']);
    await byId('after').click();
    await opened.page.locator('#rows', { hasText: '51–100 of 1,000,000' }).waitFor();
    expect(await opened.page.locator('tr').nth(1).locator('td').first().textContent()).toBe('cell 50');
    await byId('tree').locator('[data-key="uns/about/title"]').click();
    await opened.page.locator('#table-name', { hasText: 'uns/about/title' }).waitFor();
    expect(await opened.page.locator('td').allTextContents()).toEqual(['four clusters']);
  });

  test('cells are coloured by a column, in the colours of the file', async () => {
    await byId('colour').selectOption('cluster');
    await status(/^Coloured by cluster/);
    expect(await byId('legend').locator('li').allTextContents()).toEqual(['A', 'B', 'C', 'D']);
    const plain = await plotPixels();
    const { width, height } = plain;
    // The middles of the clusters; the plot keeps the proportions of the data.
    const [dx, dy] = [0.27 * Math.min(1, height / width), 0.27 * Math.min(1, width / height)];
    const middles = [
      [-dx, -dy],
      [dx, -dy],
      [-dx, dy],
      [dx, dy],
    ] as const;
    expect(middles.map(([x, y]) => colourAt(plain, 0.5 + x, 0.5 + y))).toEqual([
      ...['#e41a1c', '#377eb8', '#4daf4a', '#984ea3'],
    ]);
    await byId('colour').selectOption('score');
    await status(/^Coloured by score/);
    expect(await byId('legend').locator('li').allTextContents()).toEqual(['0.000', '1.000e+6']);
    const byScore = await plotPixels();
    expect(colourAt(byScore, 0.5 - dx, 0.5 - dy)).toBe('#440154'); // the first cells lie in the middle
    expect(greyVariance(byScore)).toBeGreaterThan(500);
  });

  test('a lasso selects the cells in it, and they can be exported', async () => {
    await byId('colour').selectOption('cluster');
    await lasso(1, 1);
    expect(await byId('selected').textContent()).toBe('250,000 selected');
    await byId('export').click();
    await status(/^250,000 cells written to million-selection\.h5ad/);
    const part = await readH5ad(target);
    expect(part.shape).toEqual([cells / 4, 8]);
    expect([...new Set(part.obs.get('cluster'))]).toEqual(['D']);
    expect([part.obsNames.get(0), part.obsNames.get(1)]).toEqual(['cell 3', 'cell 7']);
    rmSync(target);
    await byId('clear').click();
    expect(await byId('selected').textContent()).toBe('');
    expect(await byId('export').isVisible()).toBe(false);
  });

  test('the mouse moves and enlarges what is shown', async () => {
    await byId('lasso').click();
    const before = await byId('points').screenshot();
    const box = (await byId('outline').boundingBox())!;
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    await opened.page.mouse.move(...middle);
    await opened.page.mouse.wheel(0, -600);
    await until(async () => !before.equals(await byId('points').screenshot()));
    await byId('fit').click();
    await until(async () => before.equals(await byId('points').screenshot()));
  });

  test('a cancelled export says so and leaves nothing behind', async () => {
    await open('large.h5ad');
    await status(/^100,000 cells drawn/);
    await lasso(0, 0);
    expect(await byId('selected').textContent()).toBe('25,000 selected');
    await clickWhenShown('cancel', 'cancel');
    await byId('export').click();
    await status(/^Cancelled/);
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
    expect(await byId('error').textContent()).toBe('');
    expect(await byId('cancel').isVisible()).toBe(false);
  });

  test('closing the file while it is read empties the page', async () => {
    await clickWhenShown('progress', 'close');
    await open('million.h5ad');
    await opened.page.locator('body[data-clicked="close"]').waitFor();
    await opened.page.locator('#name', { hasText: 'Drop an' }).waitFor();
    await until(async () => !(await byId('progress').isVisible()));
    expect(await byId('tree').locator('button').count()).toBe(0);
    expect(await byId('error').textContent()).toBe('');
  });

  test('a bad file is an error that can be read, and the next file opens', async () => {
    await open('text.h5ad');
    await opened.page.locator('#error', { hasText: /./ }).waitFor();
    expect(await byId('error').getAttribute('data-code')).toBe('ERR_NOT_HDF5');
    expect(await byId('error').textContent()).toContain('text.h5ad');
    await open('large.h5ad');
    await status(/^100,000 cells drawn/);
    expect(await byId('error').textContent()).toBe('');
  });

  test('when the host ends, the page says so', async () => {
    await opened.page.evaluate(() =>
      (globalThis as unknown as { deliver(m: unknown): void }).deliver({ kind: 'gone', code: 9 }),
    );
    await byId('tree').locator('[data-key="obs"]').click();
    await opened.page.locator('#error', { hasText: 'ended (9)' }).waitFor();
  });

  test('nothing was forbidden by the policy, and nothing went wrong unseen', async () => {
    expect(opened.faults).toEqual([]);
    const policy = await opened.page.locator('meta[http-equiv]').getAttribute('content');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    const { page } = opened;
    const blocked = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'));
    await page.evaluate(() => {
      void fetch('/protocol.mjs').catch(() => undefined);
    });
    await blocked;
  });
});
