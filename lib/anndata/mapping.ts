// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { isPlainObject } from '../plain-object';
import type { Mapping } from './types';

/** Whether `value` is a Map of any realm, or an aligned mapping, which is used like one. */
export function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]' || isAligned(value);
}

function isAligned(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'attrname' in value && 'entries' in value && !isPlainObject(value)
  );
}

/** Whether `value` maps names to something. */
export function isMapping(value: unknown): value is Mapping<unknown> {
  return isMap(value) || isPlainObject(value);
}

/** Own entries of a plain object or a Map, in order; `__proto__` is a key like any other. */
export function entriesOf<V>(mapping: Mapping<V>): [string, V][] {
  return isMap(mapping) ? [...(mapping as ReadonlyMap<string, V>)] : Object.entries(mapping);
}

/** A plain object or a Map as an object without prototype; one that is a plain object already is taken as it is. */
export function asRecord(mapping: Mapping<unknown>): Record<string, unknown> {
  if (!isMap(mapping)) return mapping as Record<string, unknown>;
  const record = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of mapping) {
    if (typeof key !== 'string') {
      throw new AnnDataError('ERR_ARGUMENT', `keys must be strings, found a ${typeof key}`);
    }
    record[key] = value;
  }
  return record;
}
