// SPDX-License-Identifier: BSD-3-Clause
//
// Parts of the Electron example that need neither a host nor a page.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { categorical, DataFrame } from '../../lib';
import { exampleFolder, exampleModule, type Protocol } from '../support/electron-app';

type Point = readonly [x: number, y: number];

interface Codes {
  codesOf(
    values: unknown,
    column: string,
  ): { kind: string; categories?: string[]; min?: number; max?: number; codes: Uint16Array };
}

const { pointsInside } = exampleModule<{
  pointsInside(xy: Float32Array, polygon: readonly Point[]): { chosen: Uint8Array; count: number };
}>('renderer/lasso.mjs');
const { categoryColours, numberColours, paletteOf } = exampleModule<{
  categoryColours(count: number): string[];
  numberColours(steps: number): string[];
  paletteOf(colours: string[]): Uint8Array;
}>('renderer/colours.mjs');
const { codesOf } = exampleModule<Codes>('codes.mjs');
const { missing } = exampleModule<Protocol>('protocol.mjs');
const { pageFile } = exampleModule<{ pageFile(path: string): { file: string; type: string } | null }>('page-files.cjs');

describe('lasso', () => {
  const inside = (points: readonly Point[], polygon: readonly Point[]) => [
    ...pointsInside(Float32Array.from(points.flat()), polygon).chosen,
  ];

  test('points in a concave line', () => {
    const u: Point[] = [
      [0, 0],
      [3, 0],
      [3, 3],
      [2, 3],
      [2, 1],
      [1, 1],
      [1, 3],
      [0, 3],
    ];
    const points: Point[] = [
      [0.5, 2],
      [1.5, 2],
      [2.5, 2],
      [1.5, 0.5],
      [4, 1],
      [Number.NaN, 1],
    ];
    expect(inside(points, u)).toEqual([1, 0, 1, 1, 0, 0]);
    expect(pointsInside(Float32Array.from(points.flat()), u).count).toBe(3);
  });

  test('a line with less than three corners goes round nothing', () => {
    expect(inside([[0, 0]], [])).toEqual([0]);
    expect(
      inside(
        [[0, 0]],
        [
          [-1, -1],
          [1, 1],
        ],
      ),
    ).toEqual([0]);
  });

  test('a triangle, by the signs of three areas', () => {
    const coordinate = fc.integer({ min: -50, max: 50 }).map((n) => n + 0.25);
    const point = fc.tuple(coordinate, coordinate);
    const area = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point) => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    fc.assert(
      fc.property(point, point, point, point, (a, b, c, p) => {
        const signs = [area(a, b, p), area(b, c, p), area(c, a, p)];
        fc.pre(signs.every((each) => each !== 0)); // on a side it may be either
        const isInside = signs.every((each) => each > 0) || signs.every((each) => each < 0);
        expect(inside([p], [a, b, c])).toEqual([isInside ? 1 : 0]);
      }),
    );
  });
});

describe('colours', () => {
  test('categories have different ones, also when there are many', () => {
    for (const count of [0, 1, 10, 100]) {
      const all = categoryColours(count);
      expect(all.every((each) => /^#[0-9a-f]{6}$/.test(each))).toBe(true);
      expect(new Set(all).size).toBe(count);
    }
  });

  test('a scale goes from the first to the last colour', () => {
    const all = numberColours(256);
    expect([all.length, all[0], all[255]]).toEqual([256, '#440154', '#fde725']);
    expect(numberColours(1)).toEqual(['#440154']);
  });

  test('as the GPU has them', () => {
    expect([...paletteOf(['#0180ff', '#000000'])]).toEqual([1, 128, 255, 255, 0, 0, 0, 255]);
  });
});

describe('codes of columns', () => {
  const column = (values: ConstructorParameters<typeof DataFrame>[0]) => new DataFrame(values).get('x');
  const codes = (values: unknown) => {
    const made = codesOf(column({ columns: [['x', values as never]] }), 'x');
    return { ...made, codes: [...made.codes] };
  };

  test('categoricals keep theirs', () => {
    expect(codes(categorical(['b', null, 'a'], { categories: ['a', 'b', 'c'] } as never))).toEqual({
      kind: 'categories',
      categories: ['a', 'b', 'c'],
      codes: [1, missing, 0],
    });
  });

  test('text and truth in the order they come', () => {
    expect(codes(['y', 'x', null, 'y'])).toEqual({
      kind: 'categories',
      categories: ['y', 'x'],
      codes: [0, 1, missing, 0],
    });
    expect(codes([true, false, true])).toEqual({ kind: 'categories', categories: ['true', 'false'], codes: [0, 1, 0] });
  });

  test('numbers on a scale', () => {
    expect(codes(Float64Array.of(-1, 0, 1))).toEqual({ kind: 'numbers', min: -1, max: 1, codes: [0, 128, 255] });
    expect(codes(BigInt64Array.of(5n, 7n))).toEqual({ kind: 'numbers', min: 5, max: 7, codes: [0, 255] });
    expect(codes(Float64Array.of(Number.NaN, 4, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2))).toEqual({
      kind: 'numbers',
      min: 2,
      max: 4,
      codes: [missing, 255, 255, 0, 0],
    });
    expect(codes(Float64Array.of(3, 3))).toEqual({ kind: 'numbers', min: 3, max: 3, codes: [0, 0] });
  });

  test('without a single number, all are missing', () => {
    expect(codes(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY))).toEqual({
      kind: 'numbers',
      min: null,
      max: null,
      codes: [missing, missing],
    });
  });

  test('too many different values are refused', () => {
    const names = Array.from({ length: 1001 }, (_, i) => `name ${i}`);
    expect(() => codes(names)).toThrow('more than 1000 different values');
    expect(() => codes(categorical(names))).toThrow('more than 1000 different values');
    expect(codes(names.slice(1)).codes[999]).toBe(999);
  });
});

test('the page can load its own files, and no others', () => {
  const own = readdirSync(join(exampleFolder, 'renderer')).map((name) => `/renderer/${name}`);
  expect(own.length).toBeGreaterThan(5);
  for (const path of [...own, '/protocol.mjs']) {
    expect(relative(exampleFolder, pageFile(path)!.file)).toBe(path.slice(1));
  }
  const others = [
    '/',
    '',
    '/host.mjs',
    '/main.cjs',
    '/package.json',
    '/renderer/',
    '/renderer/../host.mjs',
    '//renderer/app.mjs',
  ];
  others.push(
    '/renderer/%2e%2e/host.mjs',
    '/renderer/app.mjs/',
    '/node_modules/anndata/package.json',
    '/renderer/a/b.mjs',
  );
  for (const path of others) expect([path, pageFile(path)]).toEqual([path, null]);
});
