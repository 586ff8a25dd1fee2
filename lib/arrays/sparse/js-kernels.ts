// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../../errors';
import type { TypedArray } from '../dtype';
import { badIndex, type KernelCall, type Kernels, noRoom, type Rows } from './kernels';

type Implementation = { readonly [K in keyof Kernels]: (rows: Rows, ...args: Kernels[K]) => void };

/** The kernels in plain JavaScript, for matrices too small to be worth the way into the addon. Same results. */
const implementation: Implementation = {
  count(rows, counts) {
    eachEntry(rows, counts.length, (index) => {
      counts[index]! += 1;
    });
  },

  scatter(rows, slots, cursors, indices, data) {
    eachEntry(rows, cursors.length, (index, k, row) => {
      const to = cursors[index]!;
      if (to >= indices.length) throw noRoom();
      cursors[index] = to + 1;
      indices[to] = rows.first + row;
      move(rows.data, k, data, to, slots);
    });
  },

  countPlaced(rows, first, next, counts) {
    eachEntry(rows, first.length, (index, _, row) => {
      for (let place = first[index]!; place >= 0; place = next[place]!) counts[rows.first + row]! += 1;
    });
  },

  takePlaced(rows, first, next, slots, cursor, indices, data) {
    let to = cursor[0]!;
    eachEntry(rows, first.length, (index, k) => {
      for (let place = first[index]!; place >= 0; place = next[place]!) {
        if (to >= indices.length) throw noRoom();
        indices[to] = place;
        move(rows.data, k, data, to++, slots);
      }
    });
    cursor[0] = to;
  },

  takeRows(rows, slots, cursor, indices, data) {
    let to = cursor[0]!;
    for (let i = 0; i < rows.starts.length; i++) {
      const [from, end] = [rows.starts[i]!, rows.ends[i]!];
      if (end - from > indices.length - to) throw noRoom();
      indices.set(rows.indices.subarray(from, end), to);
      data.set(rows.data.subarray(from * slots, end * slots) as never, to * slots);
      to += end - from;
    }
    cursor[0] = to;
  },

  placeRows(rows, slots, cursors, map, shift, indices, data, outSlots) {
    const convert = converter(rows.data, data);
    for (let i = 0; i < rows.starts.length; i++) {
      let to = cursors[rows.first + i]!;
      for (let k = rows.starts[i]!; k < rows.ends[i]!; k++) {
        const index = rows.indices[k]!;
        const place = map.length === 0 ? index : map[index];
        if (place === undefined) throw badIndex(rows, i, index, map.length);
        if (map.length > 0 && place < 0) continue;
        if (to >= indices.length) throw noRoom();
        indices[to] = place + shift;
        for (let slot = 0; slot < slots; slot++)
          data[to * outSlots + slot] = convert(rows.data[k * slots + slot]!) as never;
        to++;
      }
      cursors[rows.first + i] = to;
    }
  },

  sumRows(rows, slots, sums) {
    const convert = converter(rows.data, sums);
    for (let i = 0; i < rows.starts.length; i++) {
      for (let k = rows.starts[i]!; k < rows.ends[i]!; k++) {
        for (let slot = 0; slot < slots; slot++)
          (sums as Float64Array)[(rows.first + i) * slots + slot]! += convert(rows.data[k * slots + slot]!) as number;
      }
    }
  },

  sumMinor(rows, slots, sums) {
    const convert = converter(rows.data, sums);
    eachEntry(rows, sums.length / slots, (index, k) => {
      for (let slot = 0; slot < slots; slot++)
        (sums as Float64Array)[index * slots + slot]! += convert(rows.data[k * slots + slot]!) as number;
    });
  },

  sumMinorPart(rows, slots, sums, low, high) {
    const convert = converter(rows.data, sums);
    eachEntry(rows, sums.length / slots, (index, k) => {
      if (index < low || index >= high) return;
      for (let slot = 0; slot < slots; slot++)
        (sums as Float64Array)[index * slots + slot]! += convert(rows.data[k * slots + slot]!) as number;
    });
  },

  addToDense(rows, slots, boolean, minor, majorStep, minorStep, dense) {
    eachEntry(rows, minor, (index, k, row) => {
      const to = (rows.first + row) * majorStep + index * minorStep;
      add(dense, to, rows.data, k, slots, boolean);
    });
  },

  sort(rows, slots) {
    for (let i = 0; i < rows.starts.length; i++) {
      const [from, to] = [rows.starts[i]!, rows.ends[i]!];
      if (isSorted(rows.indices, from, to)) continue;
      const order = Float64Array.from({ length: to - from }, (_, k) => from + k);
      order.sort((a, b) => rows.indices[a]! - rows.indices[b]! || a - b);
      const indices = order.map((k) => rows.indices[k]!);
      const data = rows.data.slice(from * slots, to * slots);
      order.forEach((k, at) => {
        move(data, k - from, rows.data, from + at, slots);
      });
      rows.indices.set(indices, from);
    }
  },

  mergeCount(rows, slots, boolean, dropZeros, counts) {
    eachPlace(rows, slots, boolean, dropZeros, (_index, _sum, row) => {
      counts[rows.first + row]! += 1;
    });
  },

  merge(rows, boolean, dropZeros, slots, cursor, indices, data) {
    let to = cursor[0]!;
    eachPlace(rows, slots, boolean, dropZeros, (index, sum) => {
      if (to >= indices.length) throw noRoom();
      indices[to] = index;
      move(sum, 0, data, to++, slots);
    });
    cursor[0] = to;
  },
};

/** Runs a kernel in plain JavaScript. */
export function runInJs([name, starts, ends, first, indices, data, ...args]: KernelCall): void {
  const rows: Rows = { starts, ends, first, indices, data };
  for (let i = 0; i < starts.length; i++) {
    if (!(starts[i]! >= 0 && ends[i]! >= starts[i]! && ends[i]! <= indices.length))
      throw new AnnDataError('ERR_SHAPE', 'indptr falls or reaches outside of the stored entries');
  }
  (implementation[name] as (rows: Rows, ...args: readonly unknown[]) => void)(rows, ...args);
}

function eachEntry(rows: Rows, limit: number, visit: (index: number, k: number, row: number) => void): void {
  const { starts, ends, indices } = rows;
  for (let i = 0; i < starts.length; i++) {
    for (let k = starts[i]!; k < ends[i]!; k++) {
      const index = indices[k]!;
      if (!(index >= 0 && index < limit && Number.isInteger(index))) throw badIndex(rows, i, index, limit);
      visit(index, k, i);
    }
  }
}

/** Visits the places of sorted rows with their sums. */
function eachPlace(
  rows: Rows,
  slots: number,
  boolean: boolean,
  dropZeros: boolean,
  visit: (index: number, sum: TypedArray, row: number) => void,
): void {
  const sum = rows.data.slice(0, slots);
  for (let i = 0; i < rows.starts.length; i++) {
    for (let k = rows.starts[i]!; k < rows.ends[i]!; ) {
      const index = rows.indices[k]!;
      move(rows.data, k++, sum, 0, slots);
      for (; k < rows.ends[i]! && rows.indices[k] === index; k++) add(sum, 0, rows.data, k, slots, boolean);
      if (!dropZeros || Number(sum[0]) !== 0 || (slots === 2 && sum[1] !== 0)) visit(index, sum, i);
    }
  }
}

function isSorted(indices: ArrayLike<number>, from: number, to: number): boolean {
  for (let k = from + 1; k < to; k++) if (indices[k]! < indices[k - 1]!) return false;
  return true;
}

function move(from: TypedArray, k: number, to: TypedArray, at: number, slots: number): void {
  for (let slot = 0; slot < slots; slot++) to[at * slots + slot] = from[k * slots + slot] as never;
}

function add(to: TypedArray, at: number, from: TypedArray, k: number, slots: number, boolean: boolean): void {
  for (let slot = 0; slot < slots; slot++) {
    const sum = (to[at * slots + slot] as number) + (from[k * slots + slot] as number);
    to[at * slots + slot] = (boolean ? Number(sum > 0) : sum) as never;
  }
}

/** Values of one array as elements of another. */
function converter(from: TypedArray, to: TypedArray): (value: number | bigint) => number | bigint {
  const big = (array: TypedArray): boolean => Object.prototype.toString.call(array).startsWith('[object Big');
  if (big(from) === big(to)) return (value) => value;
  return big(to) ? BigInt : Number;
}
