// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import {
  type BufferRole,
  bitAt,
  bitPlace,
  bufferOf,
  listEnds,
  positions,
  spread,
  unfold,
  type Walk,
} from './awkward-buffers';
import type { AwkwardForm } from './awkward-form';
import { DenseArray } from './dense-array';
import { allocate, type NumericDType, sizeOf } from './dtype';
import { slotsOfElement } from './element';

/** Writes the buffers of the given rows of a checked layout, packed, into `out`. */
export function takeRows(form: AwkwardForm, rows: Float64Array, walk: Walk, out: Map<string, DenseArray>): void {
  switch (form.class) {
    case 'EmptyArray':
      return;
    case 'NumpyArray':
      takeNumbers(form, rows, walk, out);
      return;
    case 'ListOffsetArray':
    case 'ListArray':
    case 'RegularArray':
      takeLists(form, rows, walk, out);
      return;
    case 'IndexedArray':
    case 'IndexedOptionArray':
      takeIndexed(form, rows, walk, out);
      return;
    case 'ByteMaskedArray': {
      const mask = positions(form, 'mask', walk.buffers);
      const taken = rows.map((row) => mask[row]!);
      put(form, 'mask', taken, walk, out);
      takeRows(form.content!, rows, walk, out);
      return;
    }
    case 'BitMaskedArray':
      takeBits(form, rows, walk, out);
      takeRows(form.content!, rows, walk, out);
      return;
    case 'UnmaskedArray':
      takeRows(form.content!, rows, walk, out);
      return;
    case 'RecordArray':
      for (const part of form.contents!) takeRows(part, rows, walk, out);
      return;
    case 'UnionArray':
      takeUnion(form, rows, walk, out);
      return;
  }
}

/** Stores positions in the element type that their buffer has. */
function put(
  form: AwkwardForm,
  role: BufferRole,
  numbers: Float64Array,
  walk: Walk,
  out: Map<string, DenseArray>,
): void {
  const dtype = bufferOf(form, role, walk.buffers).dtype as NumericDType;
  const largest = numbers.reduce((max, n) => Math.max(max, n), 0);
  if (slotsOfElement(largest, dtype) === undefined) {
    throw new AnnDataError('ERR_LIMIT', `position ${largest} does not fit the ${role} of the form, which are ${dtype}`);
  }
  const data = allocate(dtype, numbers.length);
  const big = dtype === 'int64' || dtype === 'uint64';
  for (let i = 0; i < numbers.length; i++) data[i] = (big ? BigInt(numbers[i]!) : numbers[i]) as never;
  out.set(`${form.form_key}-${role}`, new DenseArray(data, [numbers.length], { dtype }));
}

function takeNumbers(form: AwkwardForm, rows: Float64Array, { buffers }: Walk, out: Map<string, DenseArray>): void {
  const buffer = bufferOf(form, 'data', buffers);
  const flat = buffer.reshape([buffer.size]).subset(spread(rows, sizeOf(form.inner_shape ?? [])));
  const shaped = buffer.nDim === 1 ? flat : flat.reshape([rows.length, ...buffer.shape.slice(1)]);
  out.set(`${form.form_key}-data`, shaped);
}

function takeLists(form: AwkwardForm, rows: Float64Array, walk: Walk, out: Map<string, DenseArray>): void {
  const { ends, inner } = unfold(listEnds(form, walk.buffers), rows, walk);
  if (form.class === 'ListOffsetArray') put(form, 'offsets', ends, walk, out);
  if (form.class === 'ListArray') {
    put(form, 'starts', ends.subarray(0, rows.length), walk, out);
    put(form, 'stops', ends.subarray(1), walk, out);
  }
  takeRows(form.content!, inner, walk, out);
}

/** What several rows point at is taken once: the labels of a categorical must stay different. */
function takeIndexed(form: AwkwardForm, rows: Float64Array, walk: Walk, out: Map<string, DenseArray>): void {
  const index = positions(form, 'index', walk.buffers);
  const places = new Map<number, number>();
  const taken = rows.map((row) => {
    const at = index[row]!;
    if (at < 0) return -1;
    const place = places.get(at) ?? places.size;
    places.set(at, place);
    return place;
  });
  put(form, 'index', taken, walk, out);
  takeRows(form.content!, Float64Array.from(places.keys()), walk, out);
}

function takeBits(form: AwkwardForm, rows: Float64Array, walk: Walk, out: Map<string, DenseArray>): void {
  const mask = positions(form, 'mask', walk.buffers);
  const bits = new Float64Array(Math.ceil(rows.length / 8));
  rows.forEach((row, i) => {
    bits[Math.floor(i / 8)]! += bitAt(form, mask, row) << bitPlace(form, i);
  });
  put(form, 'mask', bits, walk, out);
}

function takeUnion(form: AwkwardForm, rows: Float64Array, walk: Walk, out: Map<string, DenseArray>): void {
  const tags = positions(form, 'tags', walk.buffers);
  const index = positions(form, 'index', walk.buffers);
  const counts = form.contents!.map(() => 0);
  const ownTags = rows.map((row) => tags[row]!);
  const ownIndex = ownTags.map((tag) => counts[tag]!++);
  put(form, 'tags', ownTags, walk, out);
  put(form, 'index', ownIndex, walk, out);
  form.contents!.forEach((part, tag) => {
    const own = rows.filter((_, i) => ownTags[i] === tag).map((row) => index[row]!);
    takeRows(part, own, walk, out);
  });
}
