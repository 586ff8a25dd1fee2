// SPDX-License-Identifier: BSD-3-Clause
//
// Stands in for Electron in a process that child_process.fork started: `process.parentPort`, and a port for each `connect`
// message. The parent sends `{ to, data }` and gets `{ from, data }`: 'parentPort', or the number of a port.

const { EventEmitter } = require('node:events');

class Port extends EventEmitter {
  #label;
  #early = []; // as Electron does, until somebody listens

  constructor(label) {
    super();
    this.#label = label;
    this.on('newListener', (event) => {
      if (event !== 'message') return;
      process.nextTick(() => {
        for (const message of this.#early.splice(0)) this.emit('message', message);
      });
    });
  }

  receive(message) {
    if (this.listenerCount('message') === 0) this.#early.push(message);
    else this.emit('message', message);
  }

  postMessage(data) {
    if (process.connected) process.send({ ...this.#label, data });
  }

  start() {}
}

const parentPort = new Port({ from: 'parentPort' });
const ports = [];
process.parentPort = parentPort;

process.on('message', ({ to, data, event = 'message' }) => {
  if (to !== 'parentPort') {
    if (event === 'message') ports[to].receive({ data, ports: [] });
    else ports[to].emit(event);
    return;
  }
  const brought = data.kind === 'connect' ? [new Port({ from: ports.length })] : [];
  ports.push(...brought);
  parentPort.receive({ data, ports: brought });
});
