// SPDX-License-Identifier: BSD-3-Clause
//
// The main process: the window, the dialogs, and the process that has the addon. It never sees the data: page and host have a
// channel of their own.

const { randomUUID } = require('node:crypto');
const { readFile } = require('node:fs/promises');
const { basename, join } = require('node:path');
const { app, BrowserWindow, dialog, ipcMain, MessageChannelMain, protocol, utilityProcess } = require('electron');
const { pageFile, start } = require('./page-files.cjs');

const origin = 'app://example';
const filters = [{ name: 'AnnData', extensions: ['h5ad'] }];

/** How long the host may take to end what it is writing when the app quits, in ms. */
const patience = 5000;

let window = null;
let host = null;
const waiting = new Map(); // tokens the host has not confirmed yet

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);

async function servePage(request) {
  const { pathname } = new URL(request.url);
  const found = pageFile(pathname);
  if (found === null) return new Response('not found', { status: 404 });
  return new Response(await readFile(found.file), { headers: { 'content-type': found.type } });
}

function openWindow() {
  window = new BrowserWindow({
    width: 1280,
    height: 860,
    webPreferences: { preload: join(__dirname, 'preload.cjs'), contextIsolation: true, sandbox: true },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  // Also after a reload: the page that had the old channel is gone.
  webContents.on('did-finish-load', connect);
  window.on('closed', () => {
    window = null;
  });
  window.loadURL(`${origin}${start}`);
}

function connect() {
  host ??= startHost();
  const { port1, port2 } = new MessageChannelMain();
  host.postMessage({ kind: 'connect' }, [port1]);
  window.webContents.postMessage('port', null, [port2]);
}

function startHost() {
  const child = utilityProcess.fork(join(__dirname, 'host.mjs'), [], { serviceName: 'anndata' });
  child.on('message', ({ kind, token }) => {
    if (kind === 'granted') waiting.get(token)?.resolve();
  });
  child.on('exit', (code) => {
    if (host === child) host = null;
    for (const { reject } of waiting.values()) reject(new Error(`the process that reads files ended (${code})`));
    window?.webContents.send('host-gone', code);
  });
  return child;
}

/** Lets the host use a path, and gives the page a name for it. */
async function grant(path, use) {
  if (host === null) throw new Error('the process that reads files has ended; reload the window');
  const token = randomUUID();
  try {
    await new Promise((resolve, reject) => {
      waiting.set(token, { resolve, reject });
      host.postMessage({ kind: 'grant', token, path, use });
    });
  } finally {
    waiting.delete(token);
  }
  return { token, name: basename(path) };
}

/** Answers our own page only. */
function answer(channel, work) {
  ipcMain.handle(channel, (event, ...args) => {
    // senderFrame is null when the frame has gone meanwhile.
    if (!event.senderFrame?.url.startsWith(`${origin}/`)) throw new Error('asked by a stranger');
    return work(...args);
  });
}

answer('choose-file', async () => {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters });
  return canceled ? null : grant(filePaths[0], 'read');
});

answer('choose-target', async (name) => {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(String(name)), filters });
  return canceled ? null : grant(filePath, 'write');
});

// From preload.cjs, which has the path from Chromium: a page cannot make a File that has one.
answer('drop-file', (path) => grant(path, 'read'));

app.whenReady().then(() => {
  protocol.handle('app', servePage);
  openWindow();
  app.on('activate', () => {
    if (window === null) openWindow();
  });
});

app.on('window-all-closed', () => app.quit());

// An export under way is ended by the host, which removes what it has written.
app.on('before-quit', (event) => {
  if (host === null) return;
  event.preventDefault();
  const child = host;
  const late = setTimeout(() => child.kill(), patience);
  child.once('exit', () => {
    clearTimeout(late);
    host = null;
    app.quit();
  });
  child.postMessage({ kind: 'quit' });
});
