// SPDX-License-Identifier: BSD-3-Clause
//
// The Python environment the interop tests compare with: .refenv/, made from test/requirements.txt.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, isStamped, output, root, runLogged, say, stamp } from './run.mjs';

const folder = join(root, '.refenv');
const requirements = join(root, 'test', 'requirements.txt');
const log = join(root, 'build', 'refenv.log');

// One line, run by each candidate: its version when it can make an environment.
const probe = 'import sys, venv, ensurepip, ssl, zlib; print("%d.%d" % sys.version_info[:2])';

// One process for both steps: this script's own thread is busy building meanwhile.
const create = `
import subprocess, sys, venv
folder, python, requirements = sys.argv[1:]
venv.create(folder, with_pip=True)
options = ["--disable-pip-version-check", "--no-input", "--prefer-binary"]
sys.exit(subprocess.call([python, "-m", "pip", "install", *options, "-r", requirements]))
`;

/** Python that may serve, best first: on PATH, then pyenv's. 3.13 is the one the pins were made with. */
export function findBasePython() {
  const found = new Map();
  for (const command of [...['3.13', '3.12', '3.14', '3'].map((v) => `python${v}`), ...pyenvPythons()]) {
    const version = output(command, ['-c', probe]);
    const [major, minor] = (version ?? '0.0').split('.').map(Number);
    if (major === 3 && minor >= 12 && !found.has(minor)) found.set(minor, command);
  }
  return found.get(13) ?? found.get(12) ?? found.get(14) ?? [...found.values()][0] ?? null;
}

function pyenvPythons() {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions).map((v) => join(versions, v, 'bin', 'python3'));
}

/**
 * Makes the environment when it is missing or its pins changed. Resolves to its Python, or null when there can be
 * none; then the interop tests are skipped by name.
 */
export async function ensureReference() {
  if (process.env.ANNDATA_PYTHON) return process.env.ANNDATA_PYTHON;
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const file = join(folder, 'anndata-stamp');
  const value = fingerprint([readFileSync(requirements, 'utf8')]);
  if (isStamped(file, value) && existsSync(python)) return python;
  const base = findBasePython();
  if (base === null) {
    say('No Python 3.12 or later (with venv) was found on PATH or among pyenv’s: the interop tests will be skipped.');
    return null;
  }
  say(`Preparing the Python reference environment with ${base} (some minutes the first time) …`);
  rmSync(folder, { recursive: true, force: true });
  rmSync(log, { force: true });
  if (await runLogged(base, ['-c', create, folder, python, requirements], log)) {
    stamp(file, value);
    return python;
  }
  const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n');
  say(`The reference environment could not be made; the interop tests will be skipped. The end of ${log}:\n${tail}`);
  return null;
}
