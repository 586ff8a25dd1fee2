// SPDX-License-Identifier: BSD-3-Clause

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { findPython } from './python';

/** A script of the reference Python that answers questions: one JSON line in, one out, in order. */
export class PythonServer {
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private readonly waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = [];
  private complaints = '';

  constructor(script: string) {
    const python = findPython();
    if (python === null) throw new Error('no Python reference environment');
    this.child = spawn(python, ['-u', script], { env: { ...process.env, PYTHONUTF8: '1' } });
    this.lines = createInterface({ input: this.child.stdout! });
    this.lines.on('line', (line) => this.waiting.shift()?.resolve(JSON.parse(line) as never));
    this.child.stderr!.on('data', (text: Buffer) => {
      this.complaints += text.toString();
    });
    this.child.on('close', () => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`the script ended: ${this.complaints}`));
    });
  }

  ask<T>(question: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ resolve: resolve as (answer: never) => void, reject });
      this.child.stdin!.write(`${JSON.stringify(question)}\n`);
    });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin!.end();
    await closed;
    this.lines.close();
  }
}
