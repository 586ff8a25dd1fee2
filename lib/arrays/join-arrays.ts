// SPDX-License-Identifier: BSD-3-Clause

import type { TypedArray } from './dtype';

/** Typed arrays of one kind, one after the other, in `into`: memory of the same kind, by default fresh, as long as all of them. */
export function joinArrays<T extends TypedArray>(parts: readonly T[], into: T = freshFor(parts)): T {
  let at = 0;
  for (const part of parts) {
    into.set(part as never, at);
    at += part.length;
  }
  return into;
}

/** Of the kind of the first. */
function freshFor<T extends TypedArray>(parts: readonly T[]): T {
  const [first] = parts as readonly [T];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new (first.constructor as new (length: number) => T)(length);
}
