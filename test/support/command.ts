// SPDX-License-Identifier: BSD-3-Clause

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');
export const main = join(root, 'dist', 'cli', 'main.js');
export const fixtures = join(root, 'test', 'fixtures');

/** Compiles lib/ when it changed; quick otherwise. */
export function buildCommand(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build-ts.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`lib/ does not compile:\n${stdout}${stderr}`);
}

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** Arguments of node itself. */
  node?: string[];
  /** Told the process as soon as it runs. */
  started?: (child: ChildProcess) => void;
}

/** Runs the built command in the project's folder. */
export function anndata(args: string[], options: RunOptions = {}): Promise<Outcome> {
  const env = { ...process.env, ...options.env };
  const child = spawn(process.execPath, [...(options.node ?? []), main, ...args], { cwd: root, env, timeout: 60_000 });
  options.started?.(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => {
    output.stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    output.stderr += data.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}
