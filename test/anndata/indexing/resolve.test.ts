// SPDX-License-Identifier: BSD-3-Clause

import { mask } from '../../../lib/anndata/indexing/mask';
import { resolveAxis } from '../../../lib/anndata/indexing/resolve';
import { slice } from '../../../lib/anndata/indexing/slice';
import { arrow, numericVector, stringVector } from '../../../lib/arrays/arrow';
import { isRange, positionsOf } from '../../../lib/arrays/axis-index';
import { DenseArray } from '../../../lib/arrays/dense-array';
import { dictionaryVector } from '../../../lib/arrays/dictionary';
import { CscMatrix, CsrMatrix } from '../../../lib/arrays/sparse-matrix';
import { categorical } from '../../../lib/frame/column-from';
import { DataFrame } from '../../../lib/frame/data-frame';
import { where } from '../../../lib/frame/where';
import { failure } from '../helpers';

const unique = ['w', 'x', 'y', 'z'];

function axisOf(names: readonly (string | null)[]) {
  const frame = new DataFrame({
    index: stringVector(names),
    columns:
      names.length !== 4
        ? {}
        : {
            n: [1, 2, null, 4],
            f: Float32Array.of(0.5, Number.NaN, 2, 3),
            c: categorical(['a', 'a', null, 'b'], { categories: ['a', 'b', 'unused'] }),
            z: new DenseArray(Float64Array.of(1, 0, 0, 1, 1, 0, 2, 2), [4], { dtype: 'complex128' }),
          },
  });
  return { length: frame.nRows, names: () => frame.index, frame: () => frame, key: 'obs' };
}

/** The letters a selector takes. */
function taken(selector: unknown, names: readonly (string | null)[] = unique): string {
  return Array.from(positionsOf(resolveAxis(selector, axisOf(names))), (row) => names[row]).join(' ');
}

/** Code, key and message of the refusal. */
function refused(selector: unknown, names: readonly (string | null)[] = unique): string {
  const { code, key, reason } = failure(() => resolveAxis(selector, axisOf(names)));
  expect(key).toBe('obs');
  return `${code} ${reason}`;
}

const bools = (...bits: number[]) => new DenseArray(Uint8Array.from(bits), [bits.length], { dtype: 'bool' });

describe('index forms', () => {
  test('I1 a number keeps the dimension; negative wraps; out of range fails', () => {
    expect([taken(0), taken(-1), taken(3n)]).toEqual(['w', 'z', 'z']);
    expect(resolveAxis(-1, axisOf(unique))).toEqual({ start: 3, step: 1, length: 1 });
    expect(refused(4)).toBe('ERR_ARGUMENT the position 4 is outside of an axis of 4');
    expect(refused(-5)).toMatch(/^ERR_ARGUMENT .* -5/);
    expect(refused(0, [])).toMatch(/^ERR_ARGUMENT/);
  });

  test('I2 a string is a name, never a column', () => {
    expect(taken('y')).toBe('y');
    expect(refused('n')).toBe('ERR_NAME there is no name "n"');
    expect(taken('', ['a', '', 'b'])).toBe('');
  });

  test('I3 a duplicated name gives all its rows, adjacent or not', () => {
    expect(positionsOf(resolveAxis('w', axisOf(['w', 'x', 'w', 'y'])))).toEqual(Int32Array.of(0, 2));
    expect(positionsOf(resolveAxis('w', axisOf(['x', 'w', 'w', 'y'])))).toEqual(Int32Array.of(1, 2));
  });

  test('I4 a list of names needs a unique axis', () => {
    expect(refused(['x'], ['w', 'x', 'w', 'y'])).toMatch(/^ERR_NAME the name "w" comes again at 2/);
    expect(refused(['x'], [null, 'x', null, 'y'])).toMatch(/^ERR_NAME several names are missing/);
    expect(taken(['y', 'x'], [null, 'x', 'w', 'y'])).toBe('y x');
  });

  test('I5 name lists keep order; missing names fail and are named', () => {
    expect([taken(['z', 'w']), taken(['x', 'x'])]).toEqual(['z w', 'x x']);
    expect(refused(['w', 'q', 'z', 'r'])).toBe('ERR_NAME there is no name "q", "r"');
    const many = Array.from({ length: 30 }, (_, i) => `no${i}`);
    expect(refused(many)).toMatch(/"no9" and 20 more$/);
    expect(taken(stringVector(['z', 'w']))).toBe('z w');
    expect(refused(stringVector(['z', 'nope']))).toBe('ERR_NAME there is no name "nope"');
    expect(taken(dictionaryVector(Int8Array.of(1, 0, 1), stringVector(['w', 'z']), false))).toBe('z w z');
    expect(taken(DenseArray.from(['y', 'x']))).toBe('y x');
  });

  test('I6 name slices include the stop', () => {
    expect(taken(slice('w', 'y'))).toBe('w x y');
    expect(taken(slice('w', 'y', 2))).toBe('w y');
    expect(taken(slice('y', 'w'))).toBe('');
    expect(taken(slice('x'))).toBe('x y z');
    expect(taken(slice(null, 'x'))).toBe('w x');
    expect(taken(slice('x', 3))).toBe('x y');
    expect(taken(slice('y', 'w', -1))).toBe('y');
    expect(refused(slice('w', 'q'))).toBe('ERR_NAME there is no name "q"');
    expect(refused(slice('w'), ['w', 'x', 'w', 'y'])).toBe('ERR_NAME the name "w" stands at several positions: 0, 2');
  });

  test('I7 number slices as in Python', () => {
    expect(taken(slice(null, null, -1))).toBe('z y x w');
    expect(taken(slice(2, 99))).toBe('y z');
    expect(taken(slice(-3, -1))).toBe('x y');
    expect(taken(slice())).toBe('w x y z');
    expect(taken(slice(-99, -99))).toBe('');
    expect(taken(slice(99, null, -2))).toBe('z x');
    expect(taken(slice(0, 0, -1))).toBe('');
    expect(isRange(resolveAxis(slice(1, 3), axisOf(unique)))).toBe(true);
    for (const bad of [() => slice(0.5), () => slice(0, 1, 0), () => slice(0, 1, 0.5), () => slice(0, true as never)]) {
      expect(failure(bad).code).toBe('ERR_ARGUMENT');
    }
  });

  test('I8 arrays of integers: negatives, repeats, order', () => {
    expect(taken([-1, 0])).toBe('z w');
    expect(taken([0, 0, 1])).toBe('w w x');
    expect(refused([5])).toMatch(/^ERR_ARGUMENT the position 5/);
    for (const Kind of [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint32Array,
      Float32Array,
      Float64Array,
    ]) {
      expect(taken(Kind.of(3, 1, 1))).toBe('z x x');
    }
    expect([taken(BigInt64Array.of(-1n, 0n)), taken([2n, 1])]).toEqual(['z w', 'y x']);
    expect(taken(numericVector('int64', BigInt64Array.of(-2n, 2n)))).toBe('y y');
    expect(taken(new DenseArray(Int32Array.of(9, 1, 9, -1), [2], { stride: [2], offset: 1 }))).toBe('x z');
    const given = Int32Array.of(1, 2);
    const found = resolveAxis(given, axisOf(unique));
    given[0] = 0;
    expect(positionsOf(found)).toEqual(Int32Array.of(1, 2));
  });

  test('I9, D12 numbers with a fraction are refused, as are true and false', () => {
    expect(taken([1, 2])).toBe('x y');
    for (const bad of [0.5, [0.5, 1], Float64Array.of(1, 0.5), [Number.NaN], Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refused(bad)).toMatch(/^ERR_ARGUMENT positions are integers/);
    }
    expect(refused(true)).toMatch(/^ERR_ARGUMENT .* a boolean/);
    expect(refused([0, true])).toMatch(/^ERR_ARGUMENT an array|^ERR_ARGUMENT .* a number at 0 and a boolean at 1/);
  });

  test('D13 mixed kinds are refused', () => {
    expect(refused([1, 'w'])).toMatch(/a number at 0 and a string at 1/);
    expect(refused(['w', null])).toMatch(/a string at 0 and null at 1/);
    // biome-ignore lint/suspicious/noSparseArray: what is tested
    expect(refused(['w', , 'x'])).toMatch(/undefined at 1/);
  });

  test('I10 a mask has the axis length', () => {
    expect(taken([true, false, false, true])).toBe('w z');
    expect(refused([true, false])).toBe('ERR_SHAPE the mask has 2 values, but the axis has 4');
    expect(refused(bools(1, 0, 1, 0, 1))).toMatch(/^ERR_SHAPE/);
    expect(taken(mask(Uint8Array.of(0, 1, 255, 0)))).toBe('x y');
    expect(refused(mask(Uint8Array.of(0, 1)))).toMatch(/^ERR_SHAPE/);
    expect(failure(() => mask([1, 0] as never)).code).toBe('ERR_ARGUMENT');
  });

  test('I11 a vector of booleans is positional', () => {
    expect(taken(numericVector('bool', Uint8Array.of(1, 0, 1, 0)))).toBe('w y');
    const chunked = arrow()
      .vectorFromArray([true, false])
      .concat(arrow().vectorFromArray([false, true]));
    expect(taken(chunked)).toBe('w z');
  });

  test('I12 a nullable mask with a missing value fails', () => {
    const vector = numericVector('bool', Uint8Array.of(1, 0, 1, 0), Uint8Array.of(1, 1, 0, 1));
    expect(refused(vector)).toMatch(/^ERR_ARGUMENT .* a missing value at 2/);
    expect(taken(numericVector('bool', Uint8Array.of(1, 0, 1, 0), new Uint8Array(4).fill(1)))).toBe('w y');
  });

  test('I13 masks of two axes, sparse ones too, are flattened', () => {
    expect([taken(bools(1, 0, 1, 0).reshape([4, 1])), taken(bools(1, 0, 1, 0).reshape([1, 4]))]).toEqual([
      'w y',
      'w y',
    ]);
    const column = bools(1, 0, 1, 0).reshape([4, 1]);
    expect([taken(CsrMatrix.fromDense(column)), taken(CscMatrix.fromDense(column))]).toEqual(['w y', 'w y']);
    expect(refused(bools(1, 0, 1, 0).reshape([2, 2]))).toMatch(/^ERR_SHAPE .*\[2, 2\]/);
    expect(refused(CsrMatrix.fromDense(bools(1, 0, 1, 0).reshape([2, 2])))).toMatch(/^ERR_SHAPE/);
    expect(refused(CsrMatrix.fromDense(DenseArray.from([[1], [0], [1], [0]])))).toMatch(/^ERR_ARGUMENT .* bool/);
  });

  test('I14 an empty list is no rows', () => {
    for (const none of [[], new Int32Array(), stringVector([])]) expect(taken(none)).toBe('');
    expect(taken([], [])).toBe('');
    expect(taken([], ['w', 'w'])).toBe('');
  });

  test('I17 null is all; undefined, sets, objects, dates are no selectors', () => {
    expect(taken(null)).toBe('w x y z');
    for (const bad of [undefined, new Set([1]), new Map(), {}, new Date(), () => 1, Symbol('x'), [[0]], [{}]]) {
      expect(refused(bad)).toMatch(/^ERR_ARGUMENT rows or columns cannot be chosen by/);
    }
    expect(refused(new DenseArray(new Float64Array(8), [4], { dtype: 'complex128' }))).toMatch(/complex128/);
  });
});

describe('where', () => {
  test('a function, a value, a list of values', () => {
    expect(taken(where('n', (n) => Number(n) > 1))).toBe('x z');
    expect([taken(where('n', 2)), taken(where('n', 2n)), taken(where('n', [4, 1]))]).toEqual(['x', 'x', 'w z']);
    expect([taken(where('n', null)), taken(where('f', Number.NaN)), taken(where('f', [2, 3]))]).toEqual([
      'y',
      'x',
      'y z',
    ]);
    expect([taken(where('c', 'a')), taken(where('c', [null, 'b'])), taken(where('c', 'unused'))]).toEqual([
      'w x',
      'y z',
      '',
    ]);
  });

  test('a column that is not there', () => {
    expect(refused(where('w', 1))).toMatch(/^ERR_NAME there is no column "w"/);
  });
});
