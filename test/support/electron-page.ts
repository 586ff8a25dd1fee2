// SPDX-License-Identifier: BSD-3-Clause

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { exampleFolder, type HostProcess } from './electron-app';

interface PageFiles {
  start: string;
  pageFile(path: string): { file: string; type: string } | null;
}

const { pageFile, start } = require(`${exampleFolder}/page-files.cjs`) as PageFiles;

/** What the user does outside of the page. */
export interface User {
  chooseFile(): Promise<{ token: string; name: string } | null>;
  chooseTarget(name: string): Promise<{ token: string; name: string } | null>;
}

/** The example's page in a headless browser. */
export interface OpenPage {
  page: Page;
  /** What went wrong in it: errors, messages of the console, and what its policy forbade. */
  faults: string[];
  close(): Promise<void>;
}

/** Serves the files the app would, as the app would. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const found = pageFile(request.url ?? '');
    if (found === null) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': found.type }).end(readFileSync(found.file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** What preload.cjs gives the page, with the functions of {@link openPage} behind it. */
function installBridge(): void {
  const page = globalThis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>> & {
    bridge: unknown;
    deliver: (message: unknown) => void;
  };
  page.bridge = {
    chooseFile: () => page['userChoosesFile']!(),
    dropFile: () => page['userChoosesFile']!(),
    chooseTarget: (name: string) => page['userChoosesTarget']!(name),
    send: (message: unknown) => void page['sendToHost']!(message),
    listen: (callback: (message: unknown) => void) => {
      page.deliver = callback;
    },
  };
}

const browserFlags = [
  ...['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
];

/** Opens the page, and joins it to a host by the same messages that Electron's channel would carry. */
export async function openPage(executablePath: string, host: HostProcess, user: User): Promise<OpenPage> {
  const server = await serve();
  const browser: Browser = await chromium.launch({ executablePath, args: browserFlags });
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  await page.exposeFunction('userChoosesFile', () => user.chooseFile());
  await page.exposeFunction('userChoosesTarget', (name: string) => user.chooseTarget(name));
  await page.addInitScript(installBridge);
  // One after the other: the order is part of the protocol.
  let delivered: Promise<unknown> = Promise.resolve();
  const post = host.connect((message) => {
    delivered = delivered.then(() =>
      page
        .evaluate((each) => (globalThis as unknown as { deliver(m: unknown): void }).deliver(each), message)
        .catch(() => undefined),
    );
  });
  await page.exposeFunction('sendToHost', post);
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}${start}`);
  return {
    page,
    faults,
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/** A screenshot's pixels. */
export interface Pixels {
  width: number;
  height: number;
  /** RGBA. */
  data: Uint8Array;
}

/** Decodes a PNG; the browser is the decoder at hand. */
export async function pixelsOf(page: Page, png: Buffer): Promise<Pixels> {
  const blank = await page.context().newPage();
  try {
    return await blank.evaluate(async (base64) => {
      // biome-ignore lint/suspicious/noExplicitAny: the names of a browser are unknown here
      const { createImageBitmap, OffscreenCanvas, Blob } = globalThis as any;
      const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      return { width: image.width, height: image.height, data: new Uint8Array(data.buffer) };
    }, png.toString('base64'));
  } finally {
    await blank.close();
  }
}

/** `#rrggbb` at a place, given as parts of width and height. */
export function colourAt({ width, height, data }: Pixels, x: number, y: number): string {
  const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
  return `#${Buffer.from(data.subarray(at, at + 3)).toString('hex')}`;
}

/** Variance of the grey values: 0 for a blank picture. */
export function greyVariance({ data }: Pixels): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const grey = (data[i]! + data[i + 1]! + data[i + 2]!) / 3;
    sum += grey;
    squares += grey * grey;
  }
  const pixels = data.length / 4;
  return squares / pixels - (sum / pixels) ** 2;
}
