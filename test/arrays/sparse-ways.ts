// SPDX-License-Identifier: BSD-3-Clause

import { tuning } from '../../lib/arrays/sparse/source';

const usual = { ...tuning };

/** The three ways a result comes about: in JavaScript, by the native kernels at once, and piece by piece on the pool. */
export interface Ways<T> {
  now: () => T;
  soon: () => Promise<T>;
}

/** Runs `now` in JavaScript and natively and `soon` on the pool in tiny pieces; all must agree by `check`. */
export async function everyWay<T>({ now, soon }: Ways<T>, check: (result: T, way: string) => void): Promise<void> {
  try {
    Object.assign(tuning, usual);
    check(now(), 'JavaScript');
    Object.assign(tuning, { manyEntries: 0 });
    check(now(), 'native');
    Object.assign(tuning, { longRow: 0 });
    check(now(), 'native, in ranges of the minor axis');
    Object.assign(tuning, { manyEntries: 0, callRows: 3 });
    check(now(), 'native, few rows a call');
    Object.assign(tuning, { manyEntries: 0, pieceEntries: 3, pieceRows: 2, patience: 0 });
    check(await soon(), 'on the pool');
  } finally {
    Object.assign(tuning, usual);
  }
}
