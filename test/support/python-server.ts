// SPDX-License-Identifier: BSD-3-Clause

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findPython } from './python';

interface Waiting {
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
}

interface Running {
  child: ChildProcess;
  waiting: Waiting[];
  closed: Promise<void>;
}

/**
 * A script of the reference Python that answers questions: one JSON line in, one out, in order. When the script ends, what
 * it has not answered fails with its exit code or signal and its complaints; the next question starts it again.
 */
export class PythonServer {
  private readonly script: string;
  private readonly args: readonly string[];
  private running: Running | null;

  constructor(script: string, args: readonly string[] = []) {
    this.script = script;
    this.args = args;
    this.running = this.start();
  }

  private start(): Running {
    const python = findPython();
    if (python === null) throw new Error('no Python reference environment');
    const env = { ...process.env, PYTHONUTF8: '1' };
    const child = spawn(python, ['-u', this.script, ...this.args], { env });
    const waiting: Waiting[] = [];
    let complaints = '';
    createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as never));
    child.stderr.on('data', (text: Buffer) => {
      complaints += text.toString();
    });
    child.stdin.on('error', () => undefined); // the end of the script says more
    const closed = new Promise<void>((resolve) => {
      child.on('close', (code, signal) => {
        if (this.running?.child === child) this.running = null;
        const error = new Error(`the script ended (${signal ?? code}): ${complaints}`);
        for (const { reject } of waiting.splice(0)) reject(error);
        resolve();
      });
    });
    return { child, waiting, closed };
  }

  ask<T>(question: unknown): Promise<T> {
    this.running ??= this.start();
    const { child, waiting } = this.running;
    return new Promise<T>((resolve, reject) => {
      waiting.push({ resolve: resolve as (answer: never) => void, reject });
      child.stdin!.write(`${JSON.stringify(question)}\n`);
    });
  }

  async close(): Promise<void> {
    if (this.running === null) return;
    this.running.child.stdin!.end();
    await this.running.closed;
  }
}
