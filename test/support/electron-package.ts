// SPDX-License-Identifier: BSD-3-Clause

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addonFile } from './addon';
import { root } from './command';
import { exampleFolder } from './electron-app';

interface Locked {
  dependencies?: Record<string, string>;
}

/** Where the addon lies in an installed package that brings it compiled; @electron/rebuild looks there, too. */
export const prebuild = join(
  'prebuilds',
  `${process.platform}-${process.arch}`,
  process.arch === 'arm64' ? 'node.napi.armv8.node' : 'node.napi.node',
);

/** The app as `npm install --omit=dev` leaves it, all of it real files: what a packager of Electron apps is given. */
export function packableApp(folder: string): string {
  const app = join(folder, 'app');
  cpSync(exampleFolder, app, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const home = join(app, 'node_modules', 'anndata');
  mkdirSync(home, { recursive: true });
  const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '');
  execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  mkdirSync(dirname(join(home, prebuild)), { recursive: true });
  copyFileSync(addonFile(), join(home, prebuild));
  for (const path of runtimePackages()) cpSync(join(root, path), join(app, path), { recursive: true });
  return app;
}

/** Folders of the packages that the package needs to run, from the lock file. */
function runtimePackages(): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const found = new Set<string>();
  const add = (from: string): void => {
    for (const name of Object.keys(packages[from]?.dependencies ?? {})) {
      const path = lockedPath(packages, from, name);
      if (found.has(path)) continue;
      found.add(path);
      add(path);
    }
  };
  add('');
  return [...found];
}

/** As Node looks: in the package's own node_modules, then in those around it. */
function lockedPath(packages: Record<string, Locked>, from: string, name: string): string {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (Object.hasOwn(packages, path)) return path;
    if (at === '') throw new Error(`the lock file lacks ${name}, which ${from} needs`);
  }
}
