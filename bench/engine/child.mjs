// SPDX-License-Identifier: BSD-3-Clause

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Milliseconds a process has to end by itself. */
const patience = 5_000;

/**
 * A process that answers one line by one line of JSON and lives from its first question to `close`. One that dies fails the question
 * it was asked; the next question starts another.
 *
 * @param encode - how a question becomes a line
 */
export function lineChild(name, command, args, { encode = JSON.stringify, env = process.env } = {}) {
  let current = null;
  const start = () => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.on('error', () => child.stdout.destroy());
    child.stdin.on('error', () => undefined);
    return { child, answers };
  };
  return {
    async ask(question) {
      current ??= start();
      const { child, answers } = current;
      child.stdin.write(`${encode(question)}\n`);
      const { value, done } = await answers.next();
      if (!done) return JSON.parse(value);
      current = null;
      return { error: `${name} ended (${child.signalCode ?? `exit code ${child.exitCode}`})` };
    },
    async close() {
      if (current === null) return;
      const { child } = current;
      current = null;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const deadline = setTimeout(() => child.kill('SIGKILL'), patience);
      await ended;
      clearTimeout(deadline);
    },
  };
}

/** The other end: answers each line of standard input. What `answer` throws becomes `{ error }`. */
export async function serve(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    let reply;
    try {
      reply = await answer(JSON.parse(line));
    } catch (error) {
      reply = error instanceof NotBuilt ? { notBuilt: error.message } : { error: error.stack ?? String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

/** A workload needs something that does not exist yet, or not here. */
export class NotBuilt extends Error {}
