// SPDX-License-Identifier: BSD-3-Clause
//
// The process that has the addon and the files: a utilityProcess. What it needs of Electron is `process.parentPort`.
//
// Paths come from main.cjs only, which has them from the user; the page names files by the tokens it was given for them.

import { Files } from './files.mjs';
import { Server } from './protocol.mjs';

const grants = new Map();
const pages = new Set();

process.parentPort.on('message', ({ data, ports }) => {
  if (data.kind === 'grant') {
    grants.set(data.token, data);
    // main.cjs tells the page only now: messages of two channels may overtake each other.
    process.parentPort.postMessage({ kind: 'granted', token: data.token });
  } else if (data.kind === 'connect') connect(ports[0]);
  else if (data.kind === 'quit') quit();
});

/** After a reload there is a new page before the old one's channel closes: each has files of its own. */
function connect(port) {
  const files = new Files(grants);
  const server = new Server((message) => port.postMessage(message), files.methods);
  const page = { server, files };
  pages.add(page);
  port.on('message', ({ data }) => server.receive(data));
  port.on('close', () => disconnect(page));
  port.start();
}

/** The page is gone: what it asked for is stopped, and what it had open is closed. */
async function disconnect(page) {
  pages.delete(page);
  await page.server.close();
  await page.files.close();
}

/** Leaves no half-written file behind. */
async function quit() {
  await Promise.all([...pages].map(disconnect));
  process.exit(0);
}
