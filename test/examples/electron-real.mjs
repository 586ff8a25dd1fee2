// SPDX-License-Identifier: BSD-3-Clause
//
// Uses the Electron example in Electron itself. Run by .github/workflows/electron.yml, where there is one:
//
//   node test/examples/electron-real.mjs examples/electron      the app's folder, with its packages installed
//   node test/examples/electron-real.mjs <executable>           a packed app

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readH5ad } from 'anndata';
import { _electron } from 'playwright-core';

const target = resolve(process.argv[2]);
const fixture = resolve('test/fixtures/pbmc68k_reduced.h5ad');
const folder = mkdtempSync(join(tmpdir(), 'electron-real-'));
const written = join(folder, 'part.h5ad');

/** The electron package of a folder exports where its program is. */
const started = statSync(target).isDirectory()
  ? { executablePath: createRequire(join(target, 'package.json'))('electron'), args: [target] }
  : { executablePath: target };

const app = await _electron.launch({ ...started, timeout: 60_000 });
try {
  // Nobody is there to answer the system's dialogs.
  await app.evaluate(
    ({ dialog }, [source, destination]) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [source] });
      dialog.showSaveDialog = async () => ({ canceled: false, filePath: destination });
    },
    [fixture, written],
  );
  const page = await app.firstWindow();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));

  await page.click('#open');
  await page.getByText('700 cells drawn in').waitFor();
  assert.equal(await page.textContent('#shape'), '700 cells × 765 genes');
  await page.selectOption('#colour', 'louvain');
  await page.getByText('Coloured by louvain').waitFor();

  const { x, y, width, height } = await page.locator('#outline').boundingBox();
  await page.click('#lasso');
  await page.mouse.move(x + 2, y + 2);
  await page.mouse.down();
  for (const [px, py] of [
    [x + width - 2, y + 2],
    [x + width - 2, y + height - 2],
    [x + 2, y + height - 2],
  ]) {
    await page.mouse.move(px, py, { steps: 4 });
  }
  await page.mouse.up();
  assert.equal(await page.textContent('#selected'), '700 selected');
  await page.click('#export');
  await page.getByText('700 cells written to part.h5ad').waitFor();

  // The page has no way out.
  assert.equal(await page.evaluate(() => typeof require), 'undefined');
  assert.equal(await page.evaluate(() => fetch('app://example/host.mjs').then(String, () => 'refused')), 'refused');
  assert.deepEqual(faults, []);
} finally {
  await app.close();
}
assert.deepEqual((await readH5ad(written)).shape, [700, 765]);
assert.deepEqual(readdirSync(folder), ['part.h5ad']);
rmSync(folder, { recursive: true });
console.log('The example works in Electron.');
