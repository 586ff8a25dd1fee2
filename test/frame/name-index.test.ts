// SPDX-License-Identifier: BSD-3-Clause

import { numericVector, stringVector, utf8Vector } from '../../lib/arrays/arrow';
import { NameIndex } from '../../lib/frame/name-index';
import { native } from '../../lib/native';
import { failure } from '../anndata/helpers';

/** `count` names of `prefix` and a number, as buffers only. */
function numbered(prefix: string, count: number) {
  const text = Buffer.from(Array.from({ length: count }, (_, i) => `${prefix}${i}`).join(''));
  const offsets = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i]! + prefix.length + String(i).length;
  return utf8Vector({ offsets, bytes: new Uint8Array(text) });
}

describe('NameIndex', () => {
  test('finds rows by name, whatever the letters, the offsets and the slice', () => {
    const letters = ['ä', '', 'a\0b', '😀', 'ä', 'plain'];
    const wide = utf8Vector({ offsets: BigInt64Array.of(0n, 1n, 3n), bytes: Uint8Array.from(Buffer.from('abc')) });
    const names = stringVector(letters);
    const index = NameIndex.of(names);
    expect(letters.map((name) => [...index.rows(name)])).toEqual([[0, 4], [1], [2], [3], [0, 4], [5]]);
    expect([index.has('a'), index.has('a\0b'), index.repeats, index.firstRepeat]).toEqual([false, true, 1, 4]);
    expect([...NameIndex.of(wide).rowsOf(['bc', 'a'])]).toEqual([1, 0]);
    expect([...NameIndex.of(names.slice(2, 6)).rowsOf(['plain', 'a\0b'])]).toEqual([3, 0]);
  });

  test('missing names are never found', () => {
    const index = NameIndex.of(stringVector([null, 'a', null]));
    expect([index.has(''), index.has('null'), index.isUnique, index.repeats]).toEqual([false, false, false, 0]);
    expect(NameIndex.of(stringVector([null, 'a'])).row('a')).toBe(1);
  });

  test('is kept as long as its vector', () => {
    const names = stringVector(['a']);
    expect(NameIndex.of(names)).toBe(NameIndex.of(names));
  });

  test('refuses vectors of something else', () => {
    expect(failure(() => NameIndex.of(numericVector('int8', Int8Array.of(1)))).code).toBe('ERR_NAME');
  });

  test('many rows of one name', () => {
    const index = NameIndex.of(stringVector(new Array(10_000).fill('same')));
    expect([index.repeats, index.firstRepeat, index.rows('same').length, index.rows('same')[9_999]]).toEqual([
      9_999, 1, 10_000, 9_999,
    ]);
  });

  test('a million names: well under a second at first, microseconds after', () => {
    const names = numbered('cell-', 1_000_000);
    const started = performance.now();
    expect(NameIndex.of(names).row('cell-999999')).toBe(999_999);
    const built = performance.now();
    for (let i = 0; i < 1_000; i++) NameIndex.of(names).row(`cell-${i * 997}`);
    const found = performance.now();
    const rows = NameIndex.of(names).rowsOf(Array.from({ length: 10_000 }, (_, i) => `cell-${i * 91}`));
    const listed = performance.now();
    expect([rows.length, rows[9_999]]).toEqual([10_000, 9_999 * 91]);
    // Ten times what they take on an idle machine.
    expect(built - started).toBeLessThan(1_500);
    expect(found - built).toBeLessThan(100);
    expect(listed - found).toBeLessThan(200);
  });

  test('the addon refuses what is no index, and arrays that are too short', () => {
    const offsets = Int32Array.of(0, 1);
    const bytes = Uint8Array.of(97);
    const [index] = native().nameIndex(offsets, bytes, null);
    expect(() => native().nameIndexRows({} as never, offsets, bytes, 'a')).toThrow('was expected');
    expect(() => native().nameIndexRows(index, Float32Array.of(1) as never, bytes, 'a')).toThrow('was expected');
    expect(() => native().nameIndex(offsets, bytes, new Uint8Array())).toThrow(/too short|was expected/);
    expect(() => native().nameIndexLookup(index, offsets, bytes, offsets, bytes, new Int32Array())).toThrow(
      /too short|was expected/,
    );
    expect([...native().nameIndexRows(index, new Int32Array(), new Uint8Array(), 'a')]).toEqual([]);
    expect([...native().nameIndexRows(index, offsets, bytes, 'a')]).toEqual([0]);
  });
});
