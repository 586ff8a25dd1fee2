// SPDX-License-Identifier: BSD-3-Clause
//
// Examples run as they stand, against the built package, and reach the accuracy their README states.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommand, root } from '../support/command';

const readme = readFileSync(join(root, 'examples/README.md'), 'utf8');
const stated = [...readme.matchAll(/^\| `([\w-]+\.mjs)` \|.*\| (0\.\d+) \|$/gm)].map(
  ([, file, accuracy]) => [file as string, Number(accuracy)] as const,
);

beforeAll(buildCommand);

test('every example is told about', () => {
  const files = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.mjs'));
  expect(stated.map(([file]) => file).sort()).toEqual(files.sort());
});

test.each(stated)('%s: held-out accuracy %d', (file, accuracy) => {
  const output = execFileSync(process.execPath, [join('examples', file)], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, reached] = /^held-out accuracy: (\d\.\d+) \(140 cells\)$/m.exec(output) ?? [];
  // Three cells: sums of floats depend on the machine a little.
  expect(Math.abs(Number(reached) - accuracy)).toBeLessThan(0.022);
});
