// SPDX-License-Identifier: BSD-3-Clause
//
// Both ends of the example's protocol, joined by a channel that copies as Electron's does.

import { setImmediate as turn } from 'node:timers/promises';
import { AnnDataError } from '../../lib';
import { type Client, exampleModule, type Message, type Protocol, type Server } from '../support/electron-app';

const protocol = exampleModule<Protocol>('protocol.mjs');
const { pieceBytes, piecesAhead, RemoteError } = protocol;

interface Ends {
  client: Client;
  server: Server;
  /** What went either way. */
  seen: Message[];
}

/** @param filter - what becomes of a message on its way to the page; null is lost */
function join(
  methods: ConstructorParameters<Protocol['Server']>[1],
  filter: (message: Message) => Message | null = (message) => message,
): Ends {
  const seen: Message[] = [];
  const deliver = (receive: (message: Message) => void, message: Message | null) => {
    if (message === null) return;
    seen.push(message);
    const copy = structuredClone(message);
    setImmediate(() => receive(copy));
  };
  const client: Client = new protocol.Client((message) => deliver((each) => server.receive(each), message));
  const server: Server = new protocol.Server(
    (message) => deliver((each) => client.receive(each), filter(message)),
    methods,
  );
  return { client, server, seen };
}

const kinds = (seen: Message[], kind: string) => seen.filter((each) => each.kind === kind);

test('parameters go over, values and progress come back', async () => {
  const { client } = join({
    add: async ({ a, b }, { onProgress }) => {
      onProgress({ done: 1, total: 2 });
      return { value: (a as number) + (b as number) };
    },
  });
  const heard: unknown[] = [];
  const both = [
    client.call('add', { a: 1, b: 2 }, { onProgress: (each) => heard.push(each) }),
    client.call('add', { a: 3, b: 4 }),
  ];
  expect(await Promise.all(both)).toEqual([
    { value: 3, arrays: {} },
    { value: 7, arrays: {} },
  ]);
  expect(heard).toEqual([{ done: 1, total: 2 }]);
});

test('arrays of every length arrive whole, whatever part of a memory they are', async () => {
  const memory = Float64Array.from({ length: 3 * 2 ** 20 }, (_, i) => i);
  const part = memory.subarray(5, 5 + (2 * pieceBytes) / 8 + 1); // two full pieces and 8 bytes
  const arrays = { part, none: new Float32Array(0), few: Uint16Array.of(1, 0xffff) };
  const { client, seen } = join({ get: async () => ({ arrays }) });
  const { arrays: got } = await client.call('get');
  expect(Object.keys(got)).toEqual(['part', 'none', 'few']);
  expect(got.part).toBeInstanceOf(Float64Array);
  expect(Buffer.compare(Buffer.from(got.part!.buffer), Buffer.from(Float64Array.from(part).buffer))).toBe(0);
  expect([got.none!.length, [...got.few!]]).toEqual([0, [1, 0xffff]]);
  const pieces = kinds(seen, 'piece').map(({ bytes }) => bytes as Uint8Array);
  expect(pieces.map(({ length }) => length)).toEqual([pieceBytes, pieceBytes, 8, 4]);
  // What is cloned is the whole memory behind a view.
  expect(pieces.map(({ buffer }) => buffer.byteLength)).toEqual([pieceBytes, pieceBytes, 8, 4]);
});

test('no more pieces are under way than were agreed, however slow the page is', async () => {
  const pieces = piecesAhead + 3;
  const held: Message[] = [];
  const arrays = { bytes: new Uint8Array(pieces * pieceBytes) };
  const { client, seen } = join({ get: async () => ({ arrays }) }, (message) => {
    if (message.kind !== 'piece' && message.kind !== 'result') return message;
    held.push(message);
    return null;
  });
  const getting = client.call('get');
  for (let got = 0; got < pieces; got++) {
    for (let i = 0; i < 5; i++) await turn();
    expect(kinds(held, 'piece').length).toBe(Math.min(got + piecesAhead, pieces));
    client.receive(held[got]!);
  }
  for (let i = 0; i < 5; i++) await turn();
  client.receive(held[pieces]!);
  expect((await getting).arrays.bytes!.length).toBe(pieces * pieceBytes);
  expect(kinds(seen, 'credit').length).toBe(pieces);
});

test('errors keep what anndata says of them', async () => {
  const { client } = join({
    fail: async () => {
      throw new AnnDataError('ERR_INVALID_FILE', 'odd codes', { file: '/data/a.h5ad', key: 'obs/louvain' });
    },
    fault: async () => {
      throw new TypeError('a mistake of ours');
    },
    text: () => Promise.reject('only text'),
  });
  const error = await client.call('fail').catch((each: unknown) => each);
  expect(error).toBeInstanceOf(RemoteError);
  expect({ ...(error as object), message: (error as Error).message }).toEqual({
    ...{ name: 'AnnDataError', code: 'ERR_INVALID_FILE', message: 'odd codes' },
    ...{ file: '/data/a.h5ad', key: 'obs/louvain' },
  });
  await expect(client.call('fault')).rejects.toMatchObject({
    name: 'TypeError',
    message: 'a mistake of ours',
    code: null,
  });
  await expect(client.call('text')).rejects.toMatchObject({ message: 'only text' });
  await expect(client.call('constructor')).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
    message: 'there is no method "constructor"; there are: fail, fault, text',
  });
});

test('a cancelled call rejects with its reason, when the host has cleaned up', async () => {
  const order: string[] = [];
  const { client } = join({
    wait: async (_params, { signal }) => {
      try {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      } finally {
        await turn();
        order.push('cleaned');
      }
      return {};
    },
  });
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = client.call('wait', {}, { signal: controller.signal });
  for (let i = 0; i < 3; i++) await turn();
  controller.abort(reason);
  await expect(waiting.finally(() => order.push('settled'))).rejects.toBe(reason);
  expect(order).toEqual(['cleaned', 'settled']);
  await expect(client.call('wait', {}, { signal: controller.signal })).rejects.toBe(reason);
});

test('cancelling ends an array on its way, and the next call works', async () => {
  const arrays = { bytes: new Uint8Array(8 * pieceBytes) };
  const { client, seen } = join({ get: async () => ({ arrays }), one: async () => ({ value: 1 }) }, (message) =>
    message.kind === 'piece' ? null : message,
  );
  const controller = new AbortController();
  const getting = client.call('get', {}, { signal: controller.signal });
  for (let i = 0; i < 5; i++) await turn();
  controller.abort();
  await expect(getting).rejects.toMatchObject({ name: 'AbortError' });
  expect(kinds(seen, 'error').length).toBe(1);
  expect((await client.call('one')).value).toBe(1);
});

test('a cancel that comes too late changes nothing', async () => {
  const { client } = join({ quick: async () => ({ value: 'done' }) });
  const controller = new AbortController();
  const call = client.call('quick', {}, { signal: controller.signal });
  await turn();
  controller.abort();
  expect((await call).value).toBe('done');
});

test('closing the server ends its calls and waits for them', async () => {
  const ended: string[] = [];
  const { client, server } = join({
    wait: async (_params, { signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await turn();
      ended.push('wait');
      throw signal.reason;
    },
  });
  const waiting = client.call('wait');
  waiting.catch(() => undefined);
  for (let i = 0; i < 3; i++) await turn();
  await server.close();
  expect(ended).toEqual(['wait']);
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_CLOSED' });
});

test('when the host is gone, calls under way and later ones reject', async () => {
  const { client } = join({ wait: () => new Promise(() => undefined) });
  const waiting = client.call('wait');
  client.close(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(client.call('wait')).rejects.toThrow('gone');
});

test.each<[string, (message: Message) => Message | null, string]>([
  ['an array of a kind nobody knows', (m) => (m.kind === 'array' ? { ...m, type: 'Function' } : m), 'ERR_LIMIT'],
  ['an array that is too long', (m) => (m.kind === 'array' ? { ...m, length: 2 ** 40 } : m), 'ERR_LIMIT'],
  ['a negative length', (m) => (m.kind === 'array' ? { ...m, length: -1 } : m), 'ERR_LIMIT'],
  ['more bytes than announced', (m) => (m.kind === 'array' ? { ...m, length: 1 } : m), 'ERR_ARGUMENT'],
  ['fewer bytes than announced', (m) => (m.kind === 'array' ? { ...m, length: 9 } : m), 'ERR_ARGUMENT'],
  ['bytes that were not announced', (m) => (m.kind === 'array' ? null : m), 'ERR_ARGUMENT'],
])('%s is refused', async (_what, filter, code) => {
  const { client } = join({ get: async () => ({ arrays: { few: Float32Array.of(1, 2) } }) }, filter);
  await expect(client.call('get')).rejects.toMatchObject({ code });
});

test('messages that belong to nothing are ignored', async () => {
  const { client, server } = join({ one: async () => ({ value: 1 }) });
  for (const message of [{ kind: 'credit', id: 7 }, { kind: 'cancel', id: 7 }, { kind: 'nonsense' }, {} as Message]) {
    server.receive(message);
    client.receive(message);
  }
  expect((await client.call('one')).value).toBe(1);
});
