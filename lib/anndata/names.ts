// SPDX-License-Identifier: BSD-3-Clause

import { arrow, isUtf8, isVector, type Vector } from '../arrays/arrow';
import { dtypeOf, isTypedArray } from '../arrays/dtype';
import { firstRepeat, knownFirstRepeat } from '../arrays/duplicates';
import { TextRows } from '../arrays/text-rows';
import { AnnDataError } from '../errors';
import { NameIndex } from '../frame/name-index';
import { settings } from '../settings';
import { warn } from '../warnings';
import { type Axis, dims } from './aligned-mapping';
import { isMap } from './mapping';
import { pythonScalar } from './python-number';
import { wrongKind } from './validate';

/** Names as they may be given: text, or anything that has an obvious text. */
export type NamesInput = Vector | Iterable<string | number | bigint | boolean | null> | ArrayLike<unknown>;

/** Names as frames take them: a vector of text, or strings with null for missing ones. */
export type Names = Vector | (string | null)[];

/** `0`, `1`, … as names. */
export function countedNames(length: number): string[] {
  return Array.from({ length }, (_, i) => `${i}`);
}

/**
 * Names as text. What is no text becomes it as in Python: `1`, `2.5`, `True`; an Arrow vector of text stays itself.
 *
 * @param options.silent - say nothing when names were changed
 * @throws {AnnDataError} `ERR_ARGUMENT` for what has no obvious text
 */
export function asNames(
  values: unknown,
  attr: string,
  options: { silent?: boolean } = {},
): { names: Names; changed: boolean } {
  if (isVector(values) && isUtf8(values)) return { names: values, changed: false };
  const list = listOf(values, attr);
  const float = isFloats(values, list);
  let changed = isVector(values);
  const names = list.map((name) => {
    if (name === null || name === undefined || Number.isNaN(name)) return null;
    if (typeof name === 'string') return name;
    if (typeof name === 'object' || typeof name === 'function' || typeof name === 'symbol') {
      throw wrongKind(attr, name, 'names must be text: a string');
    }
    changed = true;
    return pythonScalar(name, float);
  });
  if (changed && options.silent !== true) {
    warn('ImplicitModificationWarning', `names of ${attr} are no strings: they were turned into strings`);
  }
  return { names, changed };
}

/** Whether a name comes twice; missing names are no names. What looking through a file's names found is known already. */
function hasRepeats(names: Vector): boolean {
  const known = knownFirstRepeat(names) ?? (isUtf8(names) ? NameIndex.of(names).firstRepeat : firstRepeat(names));
  return known >= 0;
}

/** Warns when several rows have the same name; missing names are no names. */
export function warnDuplicates(names: Vector, axis: Axis): void {
  if (!settings.checkUniqueness || !hasRepeats(names)) return;
  const [what, method] = axis === 0 ? ['Observation', 'obsNames'] : ['Variable', 'varNames'];
  warn('UserWarning', `${what} names are not unique: call ${method}MakeUnique()`);
}

/** Whether two vectors of names are equal, missing ones included. */
export function sameNames(a: Vector, b: Vector): boolean {
  if (a === b) return true;
  if (a.length !== b.length || !isUtf8(a) || !isUtf8(b)) return false;
  const x = new TextRows(a);
  const y = new TextRows(b);
  for (let i = 0; i < a.length; i++) {
    if (!x.equals(i, y, i)) return false;
  }
  return true;
}

/** Whether names were counted from 0, which says nothing about the rows. */
export function areCounted(names: Vector): boolean {
  for (let i = 0; i < names.length; i++) {
    if (names.get(i) !== `${i}`) return false;
  }
  return true;
}

/** Names of an axis as they are called in messages. */
export function namesAttr(axis: Axis): string {
  return `${dims[axis]}Names`;
}

function listOf(values: unknown, attr: string): unknown[] {
  if (isVector(values) || Array.isArray(values) || isTypedArray(values)) return Array.from(values as Iterable<unknown>);
  const iterable = typeof values === 'object' && values !== null && Symbol.iterator in values && !isMap(values);
  if (!iterable) throw wrongKind(attr, values, 'a list of names');
  return Array.from(values as Iterable<unknown>);
}

/** Numbers are floats when the source says so, or when a plain list of numbers has a fraction somewhere. */
function isFloats(values: unknown, list: readonly unknown[]): boolean {
  if (isVector(values)) {
    const { DataType } = arrow();
    return DataType.isFloat(DataType.isDictionary(values.type) ? values.type.dictionary : values.type);
  }
  if (isTypedArray(values)) return dtypeOf(values).startsWith('float');
  return list.every((name) => typeof name === 'number') && list.some((name) => !Number.isInteger(name));
}

/** The error for names that do not fit their axis. */
export function wrongNameCount(axis: Axis, found: number, length: number): AnnDataError {
  return new AnnDataError('ERR_SHAPE', `${found} names were given for ${length} rows`, { key: namesAttr(axis) });
}
