// SPDX-License-Identifier: BSD-3-Clause

import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const page = join(__dirname, '../../examples/electron/page');
const types: Record<string, string> = { '.html': 'text/html', '.mjs': 'text/javascript', '.css': 'text/css' };

type Message = { bytes?: Uint8Array } & Record<string, unknown>;

/** A message as bytes: the length of its JSON, its JSON, what is binary. */
function frame({ bytes, ...rest }: Message): Buffer {
  const json = Buffer.from(JSON.stringify(rest));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(json.length, 0);
  head.writeUInt32LE(bytes?.byteLength ?? 0, 4);
  return Buffer.concat([head, json, bytes ?? Buffer.alloc(0)]);
}

/** Serves the page, and carries its messages to the host and back where Electron has a port. */
export async function servePage(host: ChildProcess): Promise<{ server: Server; url: string }> {
  let events: ServerResponse | null = null;
  host.on('message', (message: Message) => events?.write(frame(message)));
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    if (path === '/events') {
      events = response;
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.flushHeaders();
    } else if (path === '/send') {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const all = Buffer.concat(parts);
      const length = all.readUInt32LE(0);
      const message = JSON.parse(all.subarray(8, 8 + length).toString());
      // Binary members of arguments travel behind the JSON; there is at most one, `rows`.
      if (all.length > 8 + length) message.args.rows = new Uint8Array(all.subarray(8 + length));
      host.send(message);
      response.end();
    } else {
      const file = join(page, path === '/' ? 'index.html' : path);
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' });
      response.end(readFileSync(file));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** What the preload script gives the page, over HTTP; runs in the page. */
export const bridgeScript = `
  let listener = () => undefined;
  const targets = { file: null, target: null };
  let sending = Promise.resolve();
  window.chosen = targets;
  window.bridge = {
    send: (message) => {
      const rows = message.args?.rows;
      const { rows: _, ...args } = message.args ?? {};
      const json = new TextEncoder().encode(JSON.stringify({ ...message, ...(message.args && { args }) }));
      const head = new DataView(new ArrayBuffer(8));
      head.setUint32(0, json.length, true);
      head.setUint32(4, rows?.byteLength ?? 0, true);
      const body = new Blob([head.buffer, json, rows ?? new Uint8Array()]);
      sending = sending.then(() => fetch('/send', { method: 'POST', body }));
    },
    listen: (callback) => { listener = callback; },
    chooseFile: async () => targets.file,
    chooseTarget: async () => targets.target,
  };
  (async () => {
    const reader = (await fetch('/events')).body.getReader();
    let parts = [], have = 0;
    const take = (n) => {
      const out = new Uint8Array(n);
      let at = 0;
      while (at < n) {
        const part = parts[0], m = Math.min(part.length, n - at);
        out.set(part.subarray(0, m), at);
        at += m;
        if (m === part.length) parts.shift(); else parts[0] = part.subarray(m);
      }
      have -= n;
      return out;
    };
    const need = async (n) => {
      while (have < n) {
        const { value, done } = await reader.read();
        if (done) return false;
        parts.push(value);
        have += value.length;
      }
      return true;
    };
    while (await need(8)) {
      const head = new DataView(take(8).buffer);
      const [json, binary] = [head.getUint32(0, true), head.getUint32(4, true)];
      await need(json + binary);
      const message = JSON.parse(new TextDecoder().decode(take(json)));
      if (binary > 0) message.bytes = take(binary);
      listener(message);
    }
  })();
`;
