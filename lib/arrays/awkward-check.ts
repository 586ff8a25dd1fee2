// SPDX-License-Identifier: BSD-3-Clause

import { quote } from '../errors';
import { type BufferRole, type Buffers, broken, bufferOf, positions } from './awkward-buffers';
import type { AwkwardForm } from './awkward-form';
import { sizeOf } from './dtype';

/** Rows without any data behind them that are believed: more are no data anybody has, but would be memory. */
const maxBare = 2 ** 24;

/**
 * Checks that the layout below `form` can be walked for `length` rows: every buffer is there and long enough, and no position
 * reaches outside. Cost: one pass over the buffers of positions.
 *
 * @throws {AnnDataError} `ERR_INVALID_FILE` naming what is wrong
 */
export function checkLayout(form: AwkwardForm, length: number, buffers: Buffers): void {
  switch (form.class) {
    case 'EmptyArray':
      if (length > 0) throw broken(`an EmptyArray stands for ${length} rows`);
      return;
    case 'NumpyArray':
      checkNumbers(form, length, buffers);
      return;
    case 'ListOffsetArray':
      checkOffsets(form, length, buffers);
      return;
    case 'ListArray':
      checkLists(form, length, buffers);
      return;
    case 'RegularArray':
      if (form.size === 0) checkBare(length);
      checkLayout(form.content!, length * form.size!, buffers);
      return;
    case 'IndexedArray':
    case 'IndexedOptionArray': {
      const index = need(form, 'index', length, buffers);
      const lowest = form.class === 'IndexedArray' ? 0 : Number.NEGATIVE_INFINITY;
      checkLayout(form.content!, reach(form, index, lowest), buffers);
      return;
    }
    case 'ByteMaskedArray':
      need(form, 'mask', length, buffers);
      checkLayout(form.content!, length, buffers);
      return;
    case 'BitMaskedArray':
      need(form, 'mask', Math.ceil(length / 8), buffers);
      checkLayout(form.content!, length, buffers);
      return;
    case 'UnmaskedArray':
      checkLayout(form.content!, length, buffers);
      return;
    case 'RecordArray':
      if (form.contents!.length === 0) checkBare(length);
      for (const part of form.contents!) checkLayout(part, length, buffers);
      return;
    case 'UnionArray':
      checkUnion(form, length, buffers);
      return;
  }
}

function checkBare(length: number): void {
  if (length > maxBare) throw broken(`it has ${length} rows with nothing in them`);
}

/** The first `count` entries of a buffer. */
function need(form: AwkwardForm, role: BufferRole, count: number, buffers: Buffers): Float64Array {
  const found = positions(form, role, buffers);
  if (found.length >= count) return found.subarray(0, count);
  throw broken(`${quote(`${form.form_key}-${role}`)} has ${found.length} entries, ${count} are needed`);
}

function checkNumbers(form: AwkwardForm, length: number, buffers: Buffers): void {
  const have = bufferOf(form, 'data', buffers).size;
  const width = sizeOf(form.inner_shape ?? []);
  if (width === 0) checkBare(length);
  if (have < length * width) {
    throw broken(`${quote(`${form.form_key}-data`)} has ${have} values, ${length * width} are needed`);
  }
}

function checkOffsets(form: AwkwardForm, length: number, buffers: Buffers): void {
  const offsets = need(form, 'offsets', length + 1, buffers);
  for (let i = 0; i < offsets.length; i++) {
    if (!(offsets[i]! >= (i === 0 ? 0 : offsets[i - 1]!))) {
      throw broken(`${quote(`${form.form_key}-offsets`)} falls to ${offsets[i]} at position ${i}`);
    }
  }
  checkLayout(form.content!, offsets[length]!, buffers);
}

function checkLists(form: AwkwardForm, length: number, buffers: Buffers): void {
  const starts = need(form, 'starts', length, buffers);
  const stops = need(form, 'stops', length, buffers);
  let end = 0;
  for (let i = 0; i < length; i++) {
    const [start, stop] = [starts[i]!, stops[i]!];
    if (!(start >= 0 && stop >= start)) throw broken(`list ${i} reaches from ${start} to ${stop}`);
    if (stop > start) end = Math.max(end, stop);
  }
  checkLayout(form.content!, end, buffers);
}

/** How many rows of the content the index needs. */
function reach(form: AwkwardForm, index: Float64Array, lowest: number): number {
  let end = 0;
  for (const position of index) {
    if (position < lowest) throw broken(`${quote(`${form.form_key}-index`)} holds ${position}`);
    end = Math.max(end, position + 1);
  }
  return end;
}

function checkUnion(form: AwkwardForm, length: number, buffers: Buffers): void {
  const tags = need(form, 'tags', length, buffers);
  const index = need(form, 'index', length, buffers);
  const parts = form.contents!;
  if (tags.some((tag) => !(tag >= 0 && tag < parts.length))) throw broken('a tag of the union names no content');
  parts.forEach((part, tag) => {
    const own = index.filter((_, i) => tags[i] === tag);
    checkLayout(part, reach(form, own, 0), buffers);
  });
}
