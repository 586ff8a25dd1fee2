// SPDX-License-Identifier: BSD-3-Clause
//
// All that the page can do outside of itself: five functions. It gets no path, no port and nothing of Electron.

const { contextBridge, ipcRenderer, webUtils } = require('electron');

let port = null;
let listener = null;
const early = []; // what the page sent before there was a channel
const unheard = []; // what came before the page listened

function deliver(message) {
  if (listener === null) unheard.push(message);
  else listener(message);
}

ipcRenderer.on('port', (event) => {
  [port] = event.ports;
  port.onmessage = ({ data }) => deliver(data);
  for (const message of early.splice(0)) port.postMessage(message);
});

ipcRenderer.on('host-gone', (_event, code) => deliver({ kind: 'gone', code }));

contextBridge.exposeInMainWorld('bridge', {
  /** Asks the user for a file to open: `{ token, name }`, or null. */
  chooseFile: () => ipcRenderer.invoke('choose-file'),
  /** The same for a file that was dropped on the page. */
  dropFile: (file) => ipcRenderer.invoke('drop-file', webUtils.getPathForFile(file)),
  /** Asks the user where to write. */
  chooseTarget: (name) => ipcRenderer.invoke('choose-target', name),
  /** Sends a message of protocol.mjs to the host. */
  send: (message) => {
    if (port === null) early.push(message);
    else port.postMessage(message);
  },
  /** Is told what the host sends; `{ kind: 'gone', code }` when it has ended. */
  listen: (callback) => {
    listener = callback;
    for (const message of unheard.splice(0)) listener(message);
  },
});
