// SPDX-License-Identifier: BSD-3-Clause

import { utf8Vector } from '../arrays/arrow';
import { DenseArray } from '../arrays/dense-array';
import { allocate, type NumericDType, sizeOf } from '../arrays/dtype';
import { arrayWriter } from './array';
import type { Writer } from './registry';
import { encodeTexts } from './text';
import { describeValue, unwriteable } from './unwriteable';

type List = readonly unknown[];

/**
 * Plain arrays, nested to a rectangle, of numbers, booleans or strings: written as arrays, as Python writes lists.
 * What would have to change to fit (mixed kinds, ragged or missing entries) is refused instead.
 */
export const listWriter: Writer<List> = {
  accepts: (value): value is List => Array.isArray(value),
  plan(plan, key, value) {
    plan.enter(key, value, () => arrayWriter.plan(plan, key, denseOfList(key, value), undefined));
  },
};

function denseOfList(key: string, list: List): DenseArray {
  const shape = shapeOf(key, list);
  const items: unknown[] = [];
  flatten(key, list, shape, 0, items);
  const kind = kindOf(key, items);
  if (kind === 'string')
    return new DenseArray(utf8Vector(encodeTexts(key, items as string[])), shape, { dtype: 'string' });
  const data = allocate(kind, sizeOf(shape));
  const convert = kind === 'int64' || kind === 'uint64' ? (x: unknown) => BigInt(x as number) : Number;
  items.forEach((item, i) => {
    data[i] = convert(item);
  });
  return new DenseArray(data, shape, { dtype: kind });
}

/** Lengths along the first entries; `flatten` checks that all others agree. */
function shapeOf(key: string, list: List): number[] {
  const shape: number[] = [];
  for (let entry: unknown = list; Array.isArray(entry); entry = entry[0]) {
    shape.push(entry.length);
    if (shape.length > 32) throw unwriteable(key, 'arrays are nested more than 32 levels deep');
  }
  return shape;
}

function flatten(key: string, list: List, shape: readonly number[], depth: number, items: unknown[]): void {
  if (list.length !== shape[depth]) {
    throw unwriteable(
      key,
      `the nested arrays are ragged: lengths ${shape[depth]} and ${list.length} at the same level`,
    );
  }
  for (let i = 0; i < list.length; i++) {
    const entry = list[i];
    const deeper = depth + 1 < shape.length;
    if (deeper !== Array.isArray(entry)) throw unwriteable(key, 'arrays and single values are mixed at the same level');
    if (deeper) flatten(key, entry as List, shape, depth + 1, items);
    else items.push(entry);
  }
}

function kindOf(key: string, items: readonly unknown[]): NumericDType | 'string' {
  const kinds = new Set(items.map((item) => (item === null ? 'null' : typeof item)));
  if (kinds.size === 0) return 'float64';
  if (kinds.size === 1 && kinds.has('string')) return 'string';
  if (kinds.size === 1 && kinds.has('boolean')) return 'bool';
  if ([...kinds].every((kind) => kind === 'number' || kind === 'bigint'))
    return numberKind(key, items as (number | bigint)[]);
  const odd = items.find((item) => !['string', 'boolean', 'number', 'bigint'].includes(typeof item));
  if (odd !== undefined || kinds.has('undefined')) throw unwriteable(key, `an array contains ${describeValue(odd)}`);
  throw unwriteable(key, `an array mixes values of the kinds ${[...kinds].sort().join(', ')}; use one kind`);
}

function numberKind(key: string, items: readonly (number | bigint)[]): NumericDType {
  const fraction = items.some(
    (item) => typeof item === 'number' && (!Number.isSafeInteger(item) || Object.is(item, -0)),
  );
  const big = items.some((item) => typeof item === 'bigint');
  if (fraction && big) throw unwriteable(key, 'an array mixes bigint with numbers that are no safe integers');
  if (fraction) return 'float64';
  if (!big) return 'int64';
  const wide = items.map(BigInt);
  if (wide.every((item) => BigInt.asIntN(64, item) === item)) return 'int64';
  if (wide.every((item) => BigInt.asUintN(64, item) === item)) return 'uint64';
  throw unwriteable(key, 'an array contains integers that do not fit into 64 bits');
}
