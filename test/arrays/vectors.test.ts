// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import {
  numericVector,
  stringVector,
  utf8Data,
  utf8Vector,
  type Vector,
  validityBytes,
  vectorNumbers,
} from '../../lib/arrays/arrow';
import { dictionaryParts, dictionaryVector } from '../../lib/arrays/dictionary';
import { normalise, sameVector, takeVector } from '../../lib/arrays/vectors';

const missing = { nil: null, freq: 4 };

/** Vectors of every kind, cut into slices and chunks, beside their values. */
const vectors: fc.Arbitrary<Vector> = fc
  .tuple(
    fc.constantFrom('text', 'large text', 'bool', 'int32', 'int64', 'float64', 'labels'),
    fc.array(fc.option(fc.integer({ min: -9, max: 9 }), missing), { maxLength: 40 }),
    fc.nat(),
    fc.nat(),
  )
  .map(([kind, values, a, b]) => {
    const whole = make(kind, values);
    const [from, to] = [a % (values.length + 1), b % (values.length + 1)].sort((x, y) => x - y) as [number, number];
    return whole.slice(from, to).concat(make(kind, values.slice(0, 5)), whole.slice(0, from)) as Vector;
  });

function make(kind: string, values: readonly (number | null)[]): Vector {
  const valid = Uint8Array.from(values, (value) => (value === null ? 0 : 1));
  switch (kind) {
    case 'text':
      return stringVector(values.map((value) => (value === null ? null : `ä${value}`)));
    case 'large text': {
      const { offsets, bytes } = utf8Data(make('text', values));
      return utf8Vector({ offsets: BigInt64Array.from(offsets as Int32Array, BigInt), bytes }, valid);
    }
    case 'bool':
      return numericVector(
        'bool',
        Uint8Array.from(values, (value) => ((value ?? 0) > 0 ? 1 : 0)),
        valid,
      );
    case 'int32':
      return numericVector(
        'int32',
        Int32Array.from(values, (value) => value ?? 5),
        valid,
      );
    case 'int64':
      return numericVector(
        'int64',
        BigInt64Array.from(values, (value) => BigInt(value ?? 5)),
        valid,
      );
    case 'float64':
      return numericVector(
        'float64',
        Float64Array.from(values, (value) => (value === 3 ? Number.NaN : (value ?? 5))),
        valid,
      );
    default: {
      const labels = [...new Set(values)].filter((value) => value !== null);
      const codes = Int32Array.from(values, (value) => (value === null ? -1 : labels.indexOf(value)));
      return dictionaryVector(codes, stringVector(labels.map(String)), true);
    }
  }
}

test('chunks and slices make no difference', () => {
  fc.assert(
    fc.property(vectors, fc.array(fc.nat()), (vector, picks) => {
      const values = [...vector] as unknown[];
      const whole = normalise(vector);
      expect([...whole]).toEqual(values);
      expect([whole.data.length, whole.data[0]!.offset]).toEqual([1, 0]);
      expect(sameVector(vector, whole) && sameVector(whole, vector)).toBe(true);
      const rows = values.length === 0 ? [] : picks.map((pick) => pick % values.length);
      const expected = rows.map((row) => values[row]);
      expect([...takeVector(vector, rows)]).toEqual(expected);
      expect([...takeVector(whole, rows)]).toEqual(expected);
      expect([
        ...takeVector(
          whole.slice(1),
          rows.map((row) => Math.max(0, row - 1)).filter(() => values.length > 1),
        ),
      ]).toEqual(values.length > 1 ? rows.map((row) => values[Math.max(1, row)]) : []);
    }),
  );
});

test('one changed value is a difference, one under a missing value is none', () => {
  const valid = Uint8Array.of(1, 0);
  const numbers = (a: number, b: number): Vector => numericVector('int32', Int32Array.of(a, b), valid);
  expect(sameVector(numbers(1, 2), numbers(1, 3))).toBe(true);
  expect(sameVector(numbers(1, 2), numbers(2, 2))).toBe(false);
  const text = (bytes: string): Vector =>
    utf8Vector({ offsets: Int32Array.of(0, 1, 2), bytes: Buffer.from(bytes) }, valid);
  expect(sameVector(text('ab'), text('ac'))).toBe(true);
  expect(sameVector(text('ab'), text('bb'))).toBe(false);
  expect(sameVector(stringVector(['a', null]), stringVector(['a', '']))).toBe(false);
  expect(sameVector(stringVector(['ab', 'c']), stringVector(['a', 'bc']))).toBe(false);
});

test('what lies under missing values comes along', () => {
  const valid = Uint8Array.of(0, 1, 0);
  const text = utf8Vector({ offsets: Int32Array.of(0, 1, 2, 3), bytes: Buffer.from('abc') }, valid);
  const taken = takeVector(text.slice(1), [1, 0]);
  expect([...taken]).toEqual([null, 'b']);
  expect(Buffer.from(utf8Data(taken).bytes).toString()).toBe('cb');
  const numbers = takeVector(numericVector('int8', Int8Array.of(7, 8, 9), valid), [2, 1]);
  expect([[...vectorNumbers(numbers)], [...validityBytes(numbers)!]]).toEqual([
    [9, 8],
    [0, 1],
  ]);
});

test('text data starts at 0, whatever the slices', () => {
  const joined = stringVector(['a', 'bc', null])
    .slice(1)
    .concat(stringVector(['ä', '']));
  const { offsets, bytes } = utf8Data(joined);
  expect([...offsets]).toEqual([0, 2, 2, 4, 4]);
  expect(Buffer.from(bytes).toString()).toBe('bcä');
});

test('strings that have no UTF-8, and what is no string, are refused', () => {
  expect(() => stringVector(['a', 'b\udc00'])).toThrow(/string 1 has half a surrogate pair/);
  expect(() => stringVector([1] as never)).toThrow(/no string but a number/);
  expect([...stringVector(['𝄞', '\0'])]).toEqual(['𝄞', '\0']);
});

describe('dictionaries', () => {
  const labels = (vector: Vector): unknown[][] => {
    const { codes, dictionary } = dictionaryParts(vector);
    return [[...dictionary], [...codes]];
  };

  test('several become one', () => {
    const a = dictionaryVector(Int8Array.of(0, 1, -1), stringVector(['x', 'y']), false);
    const b = dictionaryVector(Int8Array.of(0, 1), stringVector(['y', 'z']), false);
    expect(labels(a.concat(b))).toEqual([
      ['x', 'y', 'z'],
      [0, 1, -1, 1, 2],
    ]);
    const numbers = (...n: number[]): Vector =>
      dictionaryVector(Int8Array.of(0), numericVector('int16', Int16Array.from(n)), true);
    expect(labels(numbers(5, 6).concat(numbers(6)))).toEqual([
      [5, 6],
      [0, 1],
    ]);
  });

  test('a missing label is a missing value, one that comes again is the first', () => {
    const vector = dictionaryVector(Int8Array.of(0, 1, 2, 3, -1), stringVector(['a', null, 'a', 'b']), true);
    const { codes, dictionary, ordered } = dictionaryParts(normalise(vector));
    expect([[...dictionary], [...codes], ordered]).toEqual([['a', 'b'], [0, -1, 0, 1, -1], true]);
  });

  test('a code without a label is refused', () => {
    expect(() => dictionaryParts(dictionaryVector(Int16Array.of(0, 300), stringVector(['a']), false))).toThrow(
      /code 300 at row 1/,
    );
  });

  test('no labels at all', () => {
    expect(labels(dictionaryVector(Int8Array.of(-1, -1), stringVector([]), false))).toEqual([[], [-1, -1]]);
    expect(labels(dictionaryVector(new Int8Array(), stringVector([]), false))).toEqual([[], []]);
  });
});
