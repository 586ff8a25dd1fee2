// SPDX-License-Identifier: BSD-3-Clause
//
// usage: node --expose-gc child.mjs TASK REQUEST    prints { ms, peak, stallMs }: time, most bytes above the start, longest wait of
//                                                   the event loop while it had the processors

import { createRequire } from 'node:module';
import { measure } from '../engine/measure.mjs';
import { tasks } from './tasks.mjs';

const [name, request] = process.argv.slice(2);
const library = createRequire(import.meta.url)('../../dist');
new library.AnnData();
const { ms, peak, ownStallMs } = await measure(() => tasks[name].run(library, JSON.parse(request)));
console.log(JSON.stringify({ ms, peak, stallMs: ownStallMs }));
