// SPDX-License-Identifier: BSD-3-Clause
//
// The host of examples/electron under `child_process.fork`: a thin stand-in for the port that Electron's utility process has.

const port = {
  postMessage: (message) => process.send(message),
  on: (_, callback) => process.on('message', (data) => callback({ data })),
  start: () => undefined,
};
process.parentPort = { once: (_, callback) => callback({ ports: [port] }) };
require('../../examples/electron/host.js');
