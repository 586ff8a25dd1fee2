// SPDX-License-Identifier: BSD-3-Clause

import type * as Arrow from 'apache-arrow';
import { AnnDataError } from '../errors';
import { arrow, type Vector, validityOf } from './arrow';
import type { TypedArray } from './dtype';
import { takePlain } from './take-plain';

type Codes = Int8Array | Int16Array | Int32Array;
type CodesArray = Int8ArrayConstructor | Int16ArrayConstructor | Int32ArrayConstructor;

/**
 * A dictionary vector (a categorical): codes into `dictionary`, −1 where the value is missing. Shares the memory of the codes
 * when none is. In the vector the code of a missing value is 0: readers such as Polars check those, too.
 *
 * @param ordered - whether the categories have an order
 * @param complete - whether no value is missing, if that is known
 */
export function dictionaryVector(
  codes: Codes,
  dictionary: Vector,
  ordered: boolean,
  complete = !codes.includes(-1),
): Vector {
  const { Dictionary, Int16, Int32, Int8, makeData, Vector } = arrow();
  const indices = { 1: Int8, 2: Int16, 4: Int32 }[codes.BYTES_PER_ELEMENT as 1 | 2 | 4];
  const type = new Dictionary(dictionary.type, new indices() as never, null, ordered);
  const { shown, validity } = complete ? { shown: codes, validity: null } : withoutMissing(codes);
  const data = makeData({ type, length: codes.length, data: shown as never, dictionary, ...validityOf(validity) });
  return new Vector([data]) as Vector;
}

function withoutMissing(codes: Codes): { shown: Codes; validity: Uint8Array } {
  const shown = codes.slice();
  const validity = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    if (codes[i]! < 0) shown[i] = 0;
    else validity[i] = 1;
  }
  return { shown, validity };
}

export interface DictionaryParts {
  /** −1 for missing; memory of their own. */
  codes: Codes;
  dictionary: Vector;
  ordered: boolean;
}

/**
 * Codes, categories and order of a dictionary vector. Chunks with different dictionaries are brought to one.
 *
 * @throws {AnnDataError} `ERR_ARGUMENT` for another kind of vector, and for a code without a label
 */
export function dictionaryParts(vector: Vector): DictionaryParts {
  const { DataType } = arrow();
  const type = vector.type as Arrow.DataType;
  if (!DataType.isDictionary(type))
    throw new AnnDataError('ERR_ARGUMENT', `a dictionary vector was expected, not ${type}`);
  const chunks = vector.data.filter((chunk) => chunk.length > 0);
  const dictionaries = [...new Set(chunks.map((chunk) => chunk.dictionary as Vector))];
  const dictionary = dictionaries[0] ?? (vector.data[0]?.dictionary as Vector);
  const labels = (chunk: Arrow.Data): number => chunk.dictionary?.length ?? 0;
  if (dictionaries.length > 1) {
    const codes = codesOf(vector.length, chunks, labels, Int32Array);
    return unifyDictionaries({ codes, dictionary, ordered: type.isOrdered }, chunks, dictionaries);
  }
  const codes = codesOf(vector.length, chunks, labels, codesArray(dictionary.length));
  return { codes, dictionary, ordered: type.isOrdered };
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for a code without a label */
function codesOf(
  length: number,
  chunks: readonly Arrow.Data[],
  labels: (chunk: Arrow.Data) => number,
  Codes: CodesArray,
): Codes {
  const codes = new Codes(length);
  let at = 0;
  for (const chunk of chunks) {
    const values = chunk.values as TypedArray;
    const end = labels(chunk);
    const complete = chunk.nullCount === 0;
    for (let i = 0; i < chunk.length; i++, at++) {
      const code = complete || chunk.getValid(i) ? Number(values[i]) : -1;
      if (code >= end || (code < 0 && (complete || chunk.getValid(i)))) {
        throw new AnnDataError('ERR_ARGUMENT', `code ${code} at row ${at} names none of ${end} labels`);
      }
      codes[at] = code;
    }
  }
  return codes;
}

/** The signed integers that pandas chooses for codes of so many categories. */
export function codesArray(categories: number): CodesArray {
  return categories < 127 ? Int8Array : categories < 32_767 ? Int16Array : Int32Array;
}

/** Puts the labels of all dictionaries behind each other, and drops those that come again. */
function unifyDictionaries(
  { codes, ordered }: DictionaryParts,
  chunks: readonly Arrow.Data[],
  dictionaries: readonly Vector[],
): DictionaryParts {
  const starts = new Map<Vector, number>();
  let count = 0;
  for (const dictionary of dictionaries) {
    starts.set(dictionary, count);
    count += dictionary.length;
  }
  let at = 0;
  for (const chunk of chunks) {
    const start = starts.get(chunk.dictionary as Vector)!;
    for (const end = at + chunk.length; at < end; at++) if (codes[at]! >= 0) codes[at]! += start;
  }
  const [first, ...others] = dictionaries as [Vector, ...Vector[]];
  return distinctLabels({ codes, dictionary: first.concat(...others), ordered });
}

/**
 * The same values with labels that are all there and all different, as pandas demands: a code of a missing label becomes
 * −1, labels that come again become their first.
 */
export function distinctLabels({ codes, dictionary, ordered }: DictionaryParts): DictionaryParts {
  const seen = new Map<unknown, number>();
  const target = new Int32Array(dictionary.length);
  const kept: number[] = [];
  for (let i = 0; i < dictionary.length; i++) {
    const label = dictionary.get(i) as unknown;
    const isNone = label === null || Number.isNaN(label);
    const place = isNone ? -1 : (seen.get(label) ?? seen.size);
    if (place === seen.size) {
      seen.set(label, place);
      kept.push(i);
    }
    target[i] = place;
  }
  if (kept.length === target.length) return { codes, dictionary, ordered };
  const fresh = new (codesArray(kept.length))(codes.length);
  for (let i = 0; i < codes.length; i++) fresh[i] = codes[i]! < 0 ? -1 : target[codes[i]!]!;
  return { codes: fresh, dictionary: takePlain(dictionary, kept), ordered };
}
