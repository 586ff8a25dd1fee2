// SPDX-License-Identifier: BSD-3-Clause

import type { AxisValue, Held, Matrix, Mode } from '../anndata/types';
import type { Vector } from '../arrays/arrow';
import { type BaseHandle, DerivedHandle, type Handle, isHandle } from '../backed';
import { AnnDataError, quote } from '../errors';
import { isPlainObject } from '../plain-object';

/** Makes something else of a value. */
export type Converter<V> = (value: V) => unknown;

/** What views of an {@link AnnCollection} make of values they hand out, by attribute, and by key where there are keys. */
export interface Converters {
  /** Of X. */
  readonly X?: Converter<Matrix>;
  /** Of every layer, or of those that are named. */
  readonly layers?: Converter<Matrix> | Readonly<Record<string, Converter<Matrix>>>;
  /** Of every column of obs, or of those that are named. */
  readonly obs?: Converter<Vector> | Readonly<Record<string, Converter<Vector>>>;
  /** Of every entry of obsm, or of those that are named. */
  readonly obsm?: Converter<AxisValue> | Readonly<Record<string, Converter<AxisValue>>>;
}

/** One function for everything, or functions by attribute and key. */
export type Convert = Converter<Matrix | AxisValue | Vector> | Converters;

/** Nothing is converted. */
export type NoConvert = Readonly<Record<never, never>>;

export type ConvertedAttribute = 'X' | 'layers' | 'obs' | 'obsm';

type AnyFunction = (value: never) => unknown;

type ResultOf<F> = F extends (value: never) => infer T ? T : never;

/** What `C` makes of the entry `K` of the attribute `A`; never where it says nothing of it. */
type Made<C, A, K> = C extends AnyFunction
  ? ResultOf<C>
  : A extends keyof C
    ? C[A] extends AnyFunction
      ? ResultOf<C[A]>
      : K extends keyof C[A]
        ? ResultOf<C[A][K]>
        : never
    : never;

/** What may come out for a key that is known at run time only. */
type AnyMade<C, A> = C extends AnyFunction
  ? never
  : A extends keyof C
    ? C[A] extends AnyFunction
      ? never
      : ResultOf<C[A][keyof C[A]]>
    : never;

/** A value as a view hands it out, converted where `C` says so. */
export type ConvertedValue<C, A extends ConvertedAttribute, K, V> =
  | ([Made<C, A, K>] extends [never] ? V : Made<C, A, K>)
  | (string extends K ? AnyMade<C, A> : never);

/** The same for what may lie in a file: as itself in memory, as a handle when backed. */
export type ConvertedHeld<S extends Mode, C, A extends ConvertedAttribute, K, V> =
  | ([Made<C, A, K>] extends [never] ? Held<S, V> : Shown<S, Made<C, A, K>>)
  | (string extends K ? Shown<S, AnyMade<C, A>> : never);

type Shown<S extends Mode, T> = [T] extends [never] ? never : S extends 'memory' ? T : Handle<Awaited<T>>;

/** @throws {AnnDataError} `ERR_ARGUMENT` for what converts nothing */
export function checkConvert(convert: unknown): void {
  if (convert === undefined || convert === null || typeof convert === 'function') return;
  const expected = 'convert must be a function, or an object of functions: X, layers, obs, obsm';
  if (!isPlainObject(convert)) throw new AnnDataError('ERR_ARGUMENT', expected);
  for (const [attribute, value] of Object.entries(convert)) {
    if (!['X', 'layers', 'obs', 'obsm'].includes(attribute)) {
      throw new AnnDataError('ERR_ARGUMENT', `${expected}; there is no attribute ${quote(attribute)}`);
    }
    if (typeof value === 'function' || value === undefined) continue;
    const byKey = attribute !== 'X' && isPlainObject(value) ? Object.entries(value) : [[attribute, value] as const];
    const wrong = byKey.find(([, each]) => typeof each !== 'function');
    if (wrong === undefined) continue;
    throw new AnnDataError('ERR_ARGUMENT', `the converter of ${quote(wrong[0])} is no function`, {
      key: `convert/${attribute}`,
    });
  }
}

/** The function for an entry of an attribute; null where values stay as they are. */
export function converterOf(
  convert: Convert | null,
  attribute: ConvertedAttribute,
  key: string | null,
): Converter<never> | null {
  if (convert === null) return null;
  if (typeof convert === 'function') return convert as Converter<never>;
  const found = convert[attribute];
  if (found === undefined || typeof found === 'function') return (found as Converter<never> | undefined) ?? null;
  return key !== null && Object.hasOwn(found, key) ? (found[key] as Converter<never>) : null;
}

/** A value converted at once, a handle when it is read. */
export function converted(value: unknown, make: Converter<never> | null): unknown {
  if (make === null || value === null || value === undefined) return value;
  if (!isHandle(value)) return make(value as never);
  const handle = value as Handle as BaseHandle<unknown>;
  return new DerivedHandle(handle, [handle], make);
}
