// SPDX-License-Identifier: BSD-3-Clause

import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './command';

export const exampleFolder = join(root, 'examples', 'electron');

/** What travels between page and host; see examples/electron/protocol.mjs. */
export interface Message {
  kind: string;
  id?: number;
  [field: string]: unknown;
}

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
}

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: each method has a value of its own
  value: any;
  arrays: Record<string, Uint8Array | Uint16Array | Float32Array>;
}

export interface Client {
  call(method: string, params?: object, options?: CallOptions): Promise<Answer>;
  receive(message: Message): void;
  close(error: Error): void;
}

export interface Server {
  receive(message: Message): void;
  close(): Promise<void>;
}

type Post = (message: Message) => void;
type Method = (
  params: Record<string, unknown>,
  how: { signal: AbortSignal; onProgress: (progress: { done: number; total: number }) => void },
) => Promise<{ value?: unknown; arrays?: Record<string, ArrayBufferView> } | undefined>;

export interface Protocol {
  pieceBytes: number;
  piecesAhead: number;
  missing: number;
  Client: new (post: Post) => Client;
  Server: new (post: Post, methods: Record<string, Method>) => Server;
  RemoteError: new (error: object) => Error;
  describeError(error: unknown): Record<string, string | null>;
  hostError(code: string, message: string, details?: object): Error;
}

/** A module of the example, as the tests' own loader has it. */
export function exampleModule<T>(name: string): T {
  return require(join(exampleFolder, name)) as T;
}

/** The app as it is once its packages are installed; `anndata` is this project's folder. */
export function installApp(folder: string): string {
  const app = join(folder, 'app');
  cpSync(exampleFolder, app, { recursive: true });
  mkdirSync(join(app, 'node_modules'));
  symlinkSync(root, join(app, 'node_modules', 'anndata'), 'dir');
  return app;
}

/** The host of the example in a forked process, with a stand-in for what Electron gives it. */
export class HostProcess {
  readonly child: ChildProcess;
  readonly #listeners: Post[] = [];
  readonly #granted = new Map<string, () => void>();

  constructor(app: string, env: NodeJS.ProcessEnv = {}) {
    this.child = fork(join(app, 'host.mjs'), [], {
      env: { ...process.env, ...env },
      execArgv: ['--require', join(__dirname, 'electron-parent-port.cjs')],
      serialization: 'advanced',
      stdio: 'inherit',
    });
    this.child.on('message', ({ from, data }: { from: 'parentPort' | number; data: Message }) => {
      if (from === 'parentPort') this.#granted.get(data.token as string)?.();
      else this.#listeners[from]?.(data);
    });
  }

  /** What main.cjs does when a page was loaded. Returns how the page sends. */
  connect(listener: Post): Post {
    const port = this.#listeners.push(listener) - 1;
    this.#send('parentPort', { kind: 'connect' });
    return (message) => this.#send(port, message);
  }

  /** What main.cjs does when the user has chosen a file. */
  async grant(path: string, use: 'read' | 'write'): Promise<{ token: string; name: string }> {
    const token = randomUUID();
    await new Promise<void>((resolve) => {
      this.#granted.set(token, resolve);
      this.#send('parentPort', { kind: 'grant', token, path, use });
    });
    return { token, name: basename(path) };
  }

  /** A client of this host, for tests without a page. */
  client(): Client {
    const { Client } = exampleModule<Protocol>('protocol.mjs');
    const client: Client = new Client((message) => post(message));
    const post = this.connect((message) => client.receive(message));
    return client;
  }

  /** What happens when the page of a port is closed. */
  disconnect(port = 0): void {
    this.child.send({ to: port, event: 'close' });
  }

  /** What main.cjs does when the app quits. Resolves to the exit code. */
  async quit(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.#send('parentPort', { kind: 'quit' });
    const [code] = (await ended) as [number | null];
    return code;
  }

  #send(to: 'parentPort' | number, data: Message): void {
    if (this.child.connected) this.child.send({ to, data });
  }
}
