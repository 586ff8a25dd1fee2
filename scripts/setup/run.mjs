// SPDX-License-Identifier: BSD-3-Clause
//
// Small helpers the scripts share. Node's own modules only: they run before anything is installed.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where a message to the developer goes: stderr, so that stdout stays for results. */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/** Runs a command with our own stdio. Throws when it fails. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}\nfailed (${signal ?? `exit code ${status}`})`);
}

/** What a command prints, trimmed; null when it fails or is not there. */
export function output(command, args, options = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...options,
  });
  return status === 0 ? stdout.trim() : null;
}

/** Runs a command in the background, its output in a file. Resolves to whether it succeeded. */
export function runLogged(command, args, logFile) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', log, log] });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  }).finally(() => closeSync(log));
}

/** Whether a program can be started. */
export function hasCommand(name) {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Hash over texts and the files below folders. */
export function fingerprint(texts, folders = []) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  for (const folder of folders) {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath ?? e.path, e.name))
      .sort();
    for (const name of names) hash.update(name).update('\0').update(readFileSync(name));
  }
  return hash.digest('hex');
}

/** Whether the stamp file says this. */
export function isStamped(file, value) {
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

export function stamp(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, value);
}
