// SPDX-License-Identifier: BSD-3-Clause
//
// All the page can reach: a way to send to the host and to hear from it, and two dialogs.

const { contextBridge, ipcRenderer } = require('electron');

let port = null;
let listener = () => undefined;
const waiting = [];

ipcRenderer.once('port', ({ ports: [theirs] }) => {
  port = theirs;
  port.onmessage = ({ data }) => listener(data);
  for (const message of waiting.splice(0)) port.postMessage(message);
});

contextBridge.exposeInMainWorld('bridge', {
  send: (message) => {
    if (port === null) waiting.push(message);
    else port.postMessage(message);
  },
  listen: (callback) => {
    listener = callback;
  },
  chooseFile: () => ipcRenderer.invoke('choose-file'),
  chooseTarget: () => ipcRenderer.invoke('choose-target'),
});
