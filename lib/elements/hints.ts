// SPDX-License-Identifier: BSD-3-Clause

import type { Hint } from './registry';

/**
 * What a reader learned about how values were stored, kept beside the container they lie in. A hint counts only
 * while the container still holds the very value it was made for.
 *
 * @module
 */

interface Remembered {
  readonly value: unknown;
  readonly hint: Hint;
}

const remembered = new WeakMap<object, Map<string, Remembered>>();

/** Remembers how `value`, now at `key` of `container`, was stored. */
export function setHint(container: object, key: string, value: unknown, hint: Hint): void {
  let hints = remembered.get(container);
  if (hints === undefined) {
    hints = new Map();
    remembered.set(container, hints);
  }
  hints.set(key, { value, hint });
}

/** How `value` was stored when it was read into `key` of `container`; undefined when it is another value by now. */
export function hintFor(container: object, key: string, value: unknown): Hint | undefined {
  const entry = remembered.get(container)?.get(key);
  return entry !== undefined && Object.is(entry.value, value) ? entry.hint : undefined;
}

/** Carries the hints of `from` over to a copy. `translate` gives what a value became when it was copied too. */
export function copyHints(from: object, to: object, translate: (value: unknown) => unknown = (value) => value): void {
  for (const [key, { value, hint }] of remembered.get(from) ?? []) {
    setHint(to, key, translate(value), hint);
  }
}
