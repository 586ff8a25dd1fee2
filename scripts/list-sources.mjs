// SPDX-License-Identifier: BSD-3-Clause
//
// Prints the addon's sources, one a line, as binding.gyp wants them.

import { readFileSync } from 'node:fs';

const list = readFileSync(new URL('../native/sources.txt', import.meta.url), 'utf8');
for (const line of list.split(/\r?\n/)) {
  if (line !== '' && !line.startsWith('#')) console.log(`native/${line}`);
}
