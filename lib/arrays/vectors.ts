// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import {
  arrow,
  isUtf8,
  isUtf8View,
  numericVector,
  stringVector,
  utf8Data,
  utf8Vector,
  type Vector,
  validityBytes,
  vectorDType,
  vectorNumbers,
} from './arrow';
import { dictionaryParts, dictionaryVector, distinctLabels } from './dictionary';
import { copyOf, sameNumbers } from './dtype';
import { type Element, sameElement } from './element';
import { takeNumbers, takePlain } from './take-plain';

/**
 * The given rows of a vector of text, numbers, booleans or labels, in that order, repeats allowed, as one chunk with
 * memory of its own (a dictionary is shared, unused labels stay). What lies under missing values comes along. The caller
 * has checked `rows`. Cost: the rows taken, as long as the vector is one chunk.
 */
export function takeVector(vector: Vector, rows: ArrayLike<number>): Vector {
  if (!arrow().DataType.isDictionary(vector.type)) return takePlain(vector, rows);
  const { codes, dictionary, ordered } = dictionaryParts(vector);
  return dictionaryVector(takeNumbers(codes, rows), dictionary, ordered);
}

/**
 * Whether two vectors show the same values: NaN equals NaN, missing equals missing whatever lies under it. How they are
 * chunked or encoded does not matter; a 64-bit integer (a bigint) is never equal to a number.
 */
export function sameVector(a: Vector, b: Vector): boolean {
  if (a === b) return true;
  if (a.length !== b.length || a.nullCount !== b.nullCount) return false;
  if (a.nullCount > 0 && !sameNumbers(validityBytes(a)!, validityBytes(b)!)) return false;
  const quick = isUtf8(a) && isUtf8(b) ? sameText(a, b) : sameArrays(a, b);
  if (quick !== undefined && (quick || a.nullCount === 0)) return quick;
  for (let i = 0; i < a.length; i++) {
    if (!sameElement(a.get(i) as Element, b.get(i) as Element)) return false;
  }
  return true;
}

/** Whether the bytes are the same, also under missing values. */
function sameText(a: Vector, b: Vector): boolean {
  const x = utf8Data(a);
  const y = utf8Data(b);
  if (x.bytes.length !== y.bytes.length || Buffer.compare(x.bytes, y.bytes) !== 0) return false;
  for (let i = 0; i < x.offsets.length; i++) {
    if (Number(x.offsets[i]) !== Number(y.offsets[i])) return false;
  }
  return true;
}

/** Whether the numbers, or codes into the same labels, are the same, also under missing values; undefined when unknown. */
function sameArrays(a: Vector, b: Vector): boolean | undefined {
  const { DataType } = arrow();
  if (DataType.isDictionary(a.type) && DataType.isDictionary(b.type)) {
    const x = dictionaryParts(a);
    const y = dictionaryParts(b);
    return sameVector(x.dictionary, y.dictionary) && sameNumbers(x.codes, y.codes) ? true : undefined;
  }
  const dtype = vectorDType(a);
  if (dtype === undefined || dtype !== vectorDType(b)) return undefined;
  return sameNumbers(vectorNumbers(a), vectorNumbers(b));
}

/**
 * The same values as one chunk that starts at 0 and that nobody else writes to; float16 becomes float32. Labels of a
 * dictionary that are missing or come again are merged away.
 *
 * @throws {AnnDataError} `ERR_UNWRITEABLE` for types the file format has no room for
 */
export function normalise(vector: Vector): Vector {
  const { DataType } = arrow();
  if (isUtf8View(vector)) return stringVector(vector as Iterable<string | null>);
  if (DataType.isDictionary(vector.type)) {
    const { dictionary: labels, ...parts } = dictionaryParts(vector);
    const plain = isUtf8View(labels) ? normalise(labels) : labels;
    const { codes, dictionary, ordered } = distinctLabels({ ...parts, dictionary: plain });
    return dictionaryVector(codes, normalise(dictionary), ordered);
  }
  if (isUtf8(vector)) {
    const { offsets, bytes } = utf8Data(vector);
    return utf8Vector({ offsets: offsets.slice(), bytes: copyOf(bytes) }, validityBytes(vector));
  }
  const dtype = vectorDType(vector);
  if (dtype === undefined) {
    throw new AnnDataError(
      'ERR_UNWRITEABLE',
      `an Arrow vector of type ${vector.type} has no counterpart in the file format`,
    );
  }
  return numericVector(dtype, copyOf(vectorNumbers(vector)), validityBytes(vector));
}
