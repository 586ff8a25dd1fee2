// SPDX-License-Identifier: BSD-3-Clause
//
// main.cjs and preload.cjs of the Electron example, with a stand-in for Electron: which settings, channels and messages they
// use. That Electron does with them what its documentation says is for .github/workflows/electron.yml to show.

import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { exampleModule } from '../support/electron-app';

type Handler = (event: object, ...args: unknown[]) => Promise<unknown>;

class Contents extends EventEmitter {
  readonly setWindowOpenHandler = jest.fn();
  readonly session = { setPermissionRequestHandler: jest.fn() };
  readonly postMessage = jest.fn();
  readonly send = jest.fn();
}

class Window extends EventEmitter {
  static made: Window[] = [];
  readonly webContents = new Contents();
  readonly loadURL = jest.fn();

  constructor(readonly options: { webPreferences: Record<string, unknown> }) {
    super();
    Window.made.push(this);
  }
}

class Child extends EventEmitter {
  readonly postMessage = jest.fn();
  readonly kill = jest.fn();
}

class Channel {
  readonly port1 = { name: 'the host’s' };
  readonly port2 = { name: 'the page’s' };
}

function standIn() {
  const handlers = new Map<string, Handler>();
  return {
    handlers,
    children: [] as Child[],
    app: Object.assign(new EventEmitter(), { whenReady: () => Promise.resolve(), quit: jest.fn() }),
    BrowserWindow: Window,
    MessageChannelMain: Channel,
    dialog: { showOpenDialog: jest.fn(), showSaveDialog: jest.fn() },
    ipcMain: { handle: (channel: string, handler: Handler) => handlers.set(channel, handler) },
    protocol: { registerSchemesAsPrivileged: jest.fn(), handle: jest.fn() },
    utilityProcess: {
      fork(file: string): Child {
        expect(file).toMatch(/host\.mjs$/);
        const child = new Child();
        this.owner.children.push(child);
        return child;
      },
      owner: null as unknown as { children: Child[] },
    },
  };
}

const ours = { senderFrame: { url: 'app://example/renderer/index.html' } };

describe('main.cjs', () => {
  let electron: ReturnType<typeof standIn>;
  let window: Window;

  beforeEach(async () => {
    jest.resetModules();
    electron = standIn();
    electron.utilityProcess.owner = electron;
    Window.made = [];
    jest.doMock('electron', () => electron, { virtual: true });
    exampleModule('main.cjs');
    await turn();
    [window] = Window.made as [Window];
    window.webContents.emit('did-finish-load');
  });

  const child = () => electron.children[0]!;
  const ask = (channel: string, ...args: unknown[]) => electron.handlers.get(channel)!(ours, ...args);
  const lastGrant = () =>
    child().postMessage.mock.lastCall![0] as { kind: string; token: string; path: string; use: string };

  test('the window has no Node, is isolated, and stays where it is', () => {
    const { webPreferences } = window.options;
    expect(webPreferences).toMatchObject({ contextIsolation: true, sandbox: true });
    expect(webPreferences.preload).toMatch(/preload\.cjs$/);
    expect(Object.keys(webPreferences).sort()).toEqual(['contextIsolation', 'preload', 'sandbox']);
    expect(window.webContents.setWindowOpenHandler.mock.lastCall![0]()).toEqual({ action: 'deny' });
    const preventDefault = jest.fn();
    window.webContents.emit('will-navigate', { preventDefault });
    expect(preventDefault).toHaveBeenCalled();
    const answered = jest.fn();
    window.webContents.session.setPermissionRequestHandler.mock.lastCall![0](null, 'media', answered);
    expect(answered).toHaveBeenCalledWith(false);
  });

  test('the page comes from the app, which serves nothing else', async () => {
    expect(window.loadURL).toHaveBeenCalledWith('app://example/renderer/index.html');
    const [scheme, serve] = electron.protocol.handle.mock.lastCall as [
      string,
      (r: { url: string }) => Promise<Response>,
    ];
    expect(scheme).toBe('app');
    const page = await serve({ url: 'app://example/renderer/index.html' });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('Content-Security-Policy');
    for (const path of ['host.mjs', 'renderer/../main.cjs', 'renderer/%2e%2e/main.cjs', 'etc/passwd']) {
      expect((await serve({ url: `app://example/${path}` })).status).toBe(404);
    }
  });

  test('page and host get the two ends of a channel, and a new one after a reload', () => {
    const { port1, port2 } = new Channel();
    expect(child().postMessage.mock.calls).toEqual([[{ kind: 'connect' }, [port1]]]);
    expect(window.webContents.postMessage.mock.calls).toEqual([['port', null, [port2]]]);
    window.webContents.emit('did-finish-load');
    expect([child().postMessage.mock.calls.length, electron.children.length]).toEqual([2, 1]);
  });

  test('the host has a path before the page has its name; the page has no path', async () => {
    electron.dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/data/cells.h5ad'] });
    let answer: unknown = null;
    const asked = ask('choose-file').then((each) => {
      answer = each;
    });
    await turn();
    const { token, ...grant } = lastGrant();
    expect(grant).toEqual({ kind: 'grant', path: '/data/cells.h5ad', use: 'read' });
    expect(answer).toBeNull();
    child().emit('message', { kind: 'granted', token });
    await asked;
    expect(answer).toEqual({ token, name: 'cells.h5ad' });
  });

  test('a target is for writing, and is suggested by its name only', async () => {
    electron.dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: '/data/part.h5ad' });
    const asked = ask('choose-target', '../../etc/part.h5ad');
    await turn();
    expect(electron.dialog.showSaveDialog.mock.lastCall![1]).toMatchObject({ defaultPath: 'part.h5ad' });
    expect(lastGrant()).toMatchObject({ path: '/data/part.h5ad', use: 'write' });
    child().emit('message', { kind: 'granted', token: lastGrant().token });
    expect(await asked).toMatchObject({ name: 'part.h5ad' });
  });

  test('a dialog that is cancelled grants nothing', async () => {
    electron.dialog.showOpenDialog.mockResolvedValue({ canceled: true, filePaths: [] });
    electron.dialog.showSaveDialog.mockResolvedValue({ canceled: true });
    expect([await ask('choose-file'), await ask('choose-target', 'x.h5ad')]).toEqual([null, null]);
    expect(child().postMessage).toHaveBeenCalledTimes(1);
  });

  test('other pages are not answered', async () => {
    const stranger = { senderFrame: { url: 'https://example/renderer/index.html' } };
    for (const handler of electron.handlers.values()) {
      await expect((async () => handler(stranger, 'x'))()).rejects.toThrow('stranger');
    }
    expect([...electron.handlers.keys()].sort()).toEqual(['choose-file', 'choose-target', 'drop-file']);
  });

  test('when the host ends, the page is told, what waits for it fails, and a reload starts another', async () => {
    const asked = ask('drop-file', '/data/cells.h5ad');
    child().emit('exit', 9);
    await expect(asked).rejects.toThrow('ended (9)');
    expect(window.webContents.send).toHaveBeenCalledWith('host-gone', 9);
    await expect(ask('drop-file', '/data/cells.h5ad')).rejects.toThrow('reload');
    window.webContents.emit('did-finish-load');
    expect(electron.children.length).toBe(2);
  });

  test('quitting waits until the host has ended what it was writing', () => {
    const preventDefault = jest.fn();
    electron.app.emit('before-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledTimes(1);
    expect(child().postMessage.mock.lastCall).toEqual([{ kind: 'quit' }]);
    expect(electron.app.quit).not.toHaveBeenCalled();
    child().emit('exit', 0);
    expect(electron.app.quit).toHaveBeenCalledTimes(1);
    electron.app.emit('before-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledTimes(1);
  });
});

describe('preload.cjs', () => {
  interface Bridge {
    send(message: unknown): void;
    listen(callback: (message: unknown) => void): void;
    dropFile(file: unknown): Promise<unknown>;
  }
  let bridge: Bridge;
  const renderer = Object.assign(new EventEmitter(), { invoke: jest.fn(async (...args: unknown[]) => args) });
  const exposed = jest.fn();

  beforeEach(() => {
    jest.resetModules();
    renderer.removeAllListeners();
    exposed.mockClear();
    const webUtils = { getPathForFile: (file: { path: string }) => file.path };
    jest.doMock(
      'electron',
      () => ({ contextBridge: { exposeInMainWorld: exposed }, ipcRenderer: renderer, webUtils }),
      {
        virtual: true,
      },
    );
    exampleModule('preload.cjs');
    bridge = exposed.mock.lastCall![1];
  });

  test('the page gets five functions', () => {
    expect(exposed.mock.calls.map(([name]) => name)).toEqual(['bridge']);
    expect(Object.entries(bridge).map(([name, value]) => [name, typeof value])).toEqual(
      ['chooseFile', 'dropFile', 'chooseTarget', 'send', 'listen'].map((name) => [name, 'function']),
    );
  });

  test('nothing is lost before there is a channel, or before the page listens', () => {
    const port = { postMessage: jest.fn(), onmessage: null as null | ((event: object) => void) };
    bridge.send('first');
    renderer.emit('port', { ports: [port] });
    bridge.send('second');
    expect(port.postMessage.mock.calls).toEqual([['first'], ['second']]);
    port.onmessage!({ data: 'early' });
    const heard: unknown[] = [];
    bridge.listen((message) => heard.push(message));
    port.onmessage!({ data: 'late' });
    renderer.emit('host-gone', {}, 9);
    expect(heard).toEqual(['early', 'late', { kind: 'gone', code: 9 }]);
  });

  test('the path of a dropped file goes to the main process, not to the page', async () => {
    expect(await bridge.dropFile({ path: '/data/cells.h5ad' })).toEqual(['drop-file', '/data/cells.h5ad']);
  });
});
