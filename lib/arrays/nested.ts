// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { stringVector } from './arrow';
import { DenseArray, unheld } from './dense-array';
import { allocate, type DType, dtypes, sizeOf } from './dtype';
import { type Element, slotsOfElement } from './element';

/** Elements, or arrays of arrays … of them. */
export type Nested = Element | readonly Nested[];

/** A DenseArray of nested arrays of one kind; see `DenseArray.from`. */
export function flattenNested(values: Nested, dtype?: DType): DenseArray {
  const pairs = dtype === 'complex64' || dtype === 'complex128';
  const shape: number[] = [];
  for (let level = values; Array.isArray(level) && !(pairs && isPair(level)); level = level[0] as Nested) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: Element[] = [];
  collect(values, shape, 0, flat);
  const kind = dtype ?? kindOf(flat);
  if (kind === 'string') return new DenseArray(stringVector(flat as string[]), shape);
  const data = allocate(kind, sizeOf(shape));
  const width = dtypes[kind].slots;
  flat.forEach((element, i) => {
    const slots = slotsOfElement(element, kind);
    if (slots === undefined) throw unheld(element, kind);
    for (let slot = 0; slot < width; slot++) data[i * width + slot] = slots[slot] as never;
  });
  return new DenseArray(data, shape, { dtype: kind });
}

function isPair(value: readonly unknown[]): boolean {
  return value.length === 2 && value.every((part) => typeof part === 'number');
}

function collect(value: Nested, shape: readonly number[], axis: number, flat: Element[]): void {
  if (axis === shape.length) {
    flat.push(value as Element);
    return;
  }
  if (!Array.isArray(value) || value.length !== shape[axis]) {
    throw new AnnDataError(
      'ERR_SHAPE',
      `the nesting is ragged: axis ${axis} should have ${shape[axis]} entries everywhere`,
    );
  }
  for (const part of value) collect(part as Nested, shape, axis + 1, flat);
}

function kindOf(flat: readonly Element[]): DType {
  const kinds = new Set<string>();
  for (const element of flat) kinds.add(element === null ? 'null' : typeof element);
  // Text may be missing.
  if (kinds.has('string')) kinds.delete('null');
  if (kinds.size > 1)
    throw new AnnDataError('ERR_ARGUMENT', `the elements are of several kinds: ${[...kinds].join(', ')}`);
  const [kind = 'number'] = kinds;
  const dtype = ({ number: 'float64', bigint: 'int64', boolean: 'bool', string: 'string' } as Record<string, DType>)[
    kind
  ];
  if (dtype === undefined) throw new AnnDataError('ERR_ARGUMENT', `an array cannot hold elements of kind ${kind}`);
  return dtype;
}

/** Row-major elements as nested arrays of that shape; the element itself for a scalar. */
export function nest(flat: readonly unknown[], shape: readonly number[]): unknown {
  if (shape.length === 0) return flat[0];
  const [n, ...rest] = shape as [number, ...number[]];
  const step = sizeOf(rest);
  return Array.from({ length: n }, (_, i) => nest(flat.slice(i * step, (i + 1) * step), rest));
}
