// SPDX-License-Identifier: BSD-3-Clause

import { isUtf8, isVector, utf8Data, type Vector, validityBytes } from '../arrays/arrow';
import { AnnDataError, quote } from '../errors';
import { type Native, type NativeNameIndex, native } from '../native';
import type { Utf8Data } from '../storage/storage';
import type { Column } from './column';

const cache = new WeakMap<Vector, NameIndex>();

/** How many names a message lists. */
const listed = 10;

/**
 * Finds rows by name: a hash index over the bytes of a vector of text, in native memory. A million names take about
 * 0.1 s once and no JS strings.
 */
export class NameIndex {
  readonly #names: Vector;
  readonly #text: Utf8Data;
  readonly #index: NativeNameIndex;
  /** Rows whose name stands at an earlier row. Missing names are no names. */
  readonly repeats: number;
  /** The first row whose name stands at an earlier one; -1 when there is none. */
  readonly firstRepeat: number;

  private constructor(names: Vector, text: Utf8Data, built: ReturnType<Native['nameIndex']>) {
    this.#names = names;
    this.#text = text;
    [this.#index, this.repeats, this.firstRepeat] = built;
  }

  /**
   * The index of a vector, built when it is first asked for and kept as long as the vector.
   *
   * @throws {AnnDataError} `ERR_NAME` when the vector holds no text
   */
  static of(names: Vector): NameIndex {
    const known = cache.get(names);
    if (known !== undefined) return known;
    if (!isUtf8(names)) throw new AnnDataError('ERR_NAME', `names are text, but these are of type ${names.type}`);
    const text = utf8Data(names);
    const made = new NameIndex(names, text, native().nameIndex(text.offsets, text.bytes, validityBytes(names)));
    cache.set(names, made);
    return made;
  }

  /** Builds the index of names that nobody else has yet, on the pool. Of what is no text there is none. */
  static async prepare(names: Column['values']): Promise<void> {
    if (!isVector(names) || !isUtf8(names) || cache.has(names)) return;
    const text = utf8Data(names);
    const built = await native().nameIndexAsync(text.offsets, text.bytes, validityBytes(names));
    cache.set(names, new NameIndex(names, text, built));
  }

  /** Whether no two rows have the same name; several missing names are not unique either. */
  get isUnique(): boolean {
    return this.repeats === 0 && this.#names.nullCount < 2;
  }

  /** Whether a row has that name. */
  has(name: string): boolean {
    return this.rows(name).length > 0;
  }

  /** Every row of that name, ascending; none when there is none. */
  rows(name: string): Int32Array {
    return native().nameIndexRows(this.#index, this.#text.offsets, this.#text.bytes, name);
  }

  /** The one row of that name. @throws {AnnDataError} `ERR_NAME` when there is none, or several */
  row(name: string): number {
    const rows = this.rows(name);
    if (rows.length === 1) return rows[0]!;
    throw rows.length === 0 ? missing([name]) : ambiguous(name, rows);
  }

  /**
   * The row of each name, in the order of the names.
   *
   * @param names - strings, or a vector of text; about 0.2 µs each for a vector
   * @throws {AnnDataError} `ERR_NAME` listing those that are not there, or when names of the axis are not unique
   */
  rowsOf(names: readonly string[] | Vector): Int32Array {
    if (!this.isUnique) throw this.#notUnique();
    const wanted = Array.isArray(names) ? encoded(names as readonly string[]) : utf8Data(names as Vector);
    const rows = new Int32Array(names.length);
    const { offsets, bytes } = this.#text;
    const absent = native().nameIndexLookup(this.#index, offsets, bytes, wanted.offsets, wanted.bytes, rows);
    if (absent > 0) throw missing(absentNames(names, rows), absent);
    return rows;
  }

  #notUnique(): AnnDataError {
    const advice = 'a list of names needs unique ones: take positions or a mask, or make the names unique';
    if (this.firstRepeat < 0) return new AnnDataError('ERR_NAME', `several names are missing; ${advice}`);
    const name = quote(String(this.#names.get(this.firstRepeat)));
    return new AnnDataError('ERR_NAME', `the name ${name} comes again at ${this.firstRepeat}; ${advice}`);
  }
}

function* absentNames(names: readonly string[] | Vector, rows: Int32Array): IterableIterator<string> {
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]! < 0) yield String(Array.isArray(names) ? names[i] : (names as Vector).get(i));
  }
}

function missing(names: Iterable<string>, count = 1): AnnDataError {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.push(quote(name)) === listed) break;
  }
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  return new AnnDataError('ERR_NAME', `there is no name ${shown.join(', ')}${more}`);
}

function ambiguous(name: string, rows: Int32Array): AnnDataError {
  const where = [...rows.subarray(0, listed), ...(rows.length > listed ? ['…'] : [])].join(', ');
  return new AnnDataError('ERR_NAME', `the name ${quote(name)} stands at several positions: ${where}`);
}

/** Strings as bytes. Plain ASCII, where a character is a byte, goes in one piece. */
function encoded(names: readonly string[]): Utf8Data {
  const text = names.join('');
  const bytes = Buffer.from(text, 'utf8');
  const isAscii = bytes.length === text.length;
  const room = isAscii ? bytes.length : names.reduce((sum, name) => sum + name.length * 3, 0);
  const offsets = room < 2 ** 31 ? new Int32Array(names.length + 1) : new BigInt64Array(names.length + 1);
  const own = isAscii ? bytes : Buffer.allocUnsafe(room);
  let end = 0;
  for (let i = 0; i < names.length; i++) {
    end += isAscii ? names[i]!.length : own.write(names[i]!, end, 'utf8');
    offsets[i + 1] = (room < 2 ** 31 ? end : BigInt(end)) as never;
  }
  return { offsets, bytes: own.subarray(0, end) };
}
