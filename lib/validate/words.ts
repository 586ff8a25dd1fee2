// SPDX-License-Identifier: BSD-3-Clause

import { typeName } from '../inspect/stored';
import type { StoredType } from '../storage/storage';

/** `a dict`, `an array`. */
export function article(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** `values of type float32`. */
export function valuesOf(type: StoredType): string {
  return type.kind === 'unsupported' ? `values that are ${type.description}` : `values of type ${typeName(type)}`;
}

/** ` (and 3 more)`. */
export function others(wrong: number): string {
  return wrong > 1 ? ` (and ${wrong - 1} more)` : '';
}
