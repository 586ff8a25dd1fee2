// SPDX-License-Identifier: BSD-3-Clause
//
// The main process: a window, a process for the addon, and a port between the two. It sees no data.

const { app, BrowserWindow, dialog, ipcMain, MessageChannelMain, utilityProcess } = require('electron');
const path = require('node:path');

app.enableSandbox();

function openWindow() {
  const window = new BrowserWindow({
    width: 1200,
    height: 800,
    webPreferences: { preload: path.join(__dirname, 'preload.js'), contextIsolation: true, sandbox: true },
  });
  const host = utilityProcess.fork(path.join(__dirname, 'host.js'));
  window.webContents.on('did-finish-load', () => {
    const { port1, port2 } = new MessageChannelMain();
    host.postMessage(null, [port1]);
    window.webContents.postMessage('port', null, [port2]);
  });
  // The page shows its own file and nothing else.
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.on('closed', () => host.kill());
  window.loadFile(path.join(__dirname, 'page', 'index.html'));
}

const filters = [{ name: 'AnnData', extensions: ['h5ad'] }];

ipcMain.handle('choose-file', async () => {
  const { filePaths } = await dialog.showOpenDialog({ filters, properties: ['openFile'] });
  return filePaths[0] ?? null;
});
ipcMain.handle('choose-target', async () => {
  const { filePath } = await dialog.showSaveDialog({ filters, defaultPath: 'selected.h5ad' });
  return filePath || null;
});

app.whenReady().then(openWindow);
app.on('window-all-closed', () => app.quit());
