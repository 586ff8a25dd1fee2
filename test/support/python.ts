// SPDX-License-Identifier: BSD-3-Clause

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

/** The reference Python: `ANNDATA_PYTHON`, else .refenv/ when the bootstrap could make it, else null. */
export function findPython(): string | null {
  const own = process.env.ANNDATA_PYTHON;
  if (own !== undefined && own !== '') return own;
  const python = join(root, '.refenv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  return existsSync(python) && existsSync(join(root, '.refenv', 'anndata-stamp')) ? python : null;
}

/**
 * A suite that needs the reference. Without one it is skipped by name; with `CI=true` that is a failure.
 * `fn` is run in every case, to collect the names: it must call Python inside tests and hooks only.
 */
export function describeWithPython(name: string, fn: () => void): void {
  if (findPython() !== null) {
    describe(name, fn);
    return;
  }
  if (process.env.CI === 'true') {
    test(`${name}: needs the Python reference environment`, () => {
      throw new Error('no Python 3.12 or later, or its packages could not be installed; see build/refenv.log');
    });
  }
  describe.skip(`${name} [skipped: no Python reference environment]`, fn);
}

/** Runs a script (a path below the project, or an absolute one) in the reference Python. Resolves to its output. */
export async function runPython(
  script: string,
  args: readonly string[] = [],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<{ stdout: string; stderr: string }> {
  const python = findPython();
  if (python === null) throw new Error('no Python reference environment');
  const running = promisify(execFile)(python, [script, ...args], {
    cwd: root,
    env: { ...process.env, PYTHONUTF8: '1', ...options.env },
    maxBuffer: 1 << 28,
  });
  running.child.stdin?.end(options.input ?? '');
  return running;
}
