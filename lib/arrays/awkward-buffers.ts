// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import type { AwkwardForm } from './awkward-form';
import { DenseArray } from './dense-array';
import { dtypes, type NumericDType, type TypedArray } from './dtype';

export type Buffers = ReadonlyMap<string, DenseArray>;

/** The buffers of a layout, and how many entries a walk may unfold: overlapping lists can multiply at each level. */
export interface Walk {
  readonly buffers: Buffers;
  readonly limit: number;
}

/** A walk that takes `rows` of `length` rows. What is there may come eight times as often as it is asked for. */
export function walkOf(buffers: Buffers, length: number, rows: number): Walk {
  let entries = length;
  for (const buffer of buffers.values()) entries += buffer.size;
  return { buffers, limit: 2 ** 24 + 8 * entries * Math.max(1, Math.ceil(rows / Math.max(1, length))) };
}

/** @throws {AnnDataError} `ERR_LIMIT` when `count` entries are more than there can be without lists that overlap again and again */
export function checkUnfolded(count: number, { limit }: Walk): void {
  if (count <= limit) return;
  const reason = `the lists of the awkward array overlap so often that ${count} entries would be needed, the limit is ${limit}`;
  throw new AnnDataError('ERR_LIMIT', `${reason}; take fewer rows`);
}

export function broken(reason: string): AnnDataError {
  return new AnnDataError('ERR_INVALID_FILE', `the awkward array is damaged: ${reason}`);
}

const integers: Readonly<Record<string, NumericDType>> = {
  i8: 'int8',
  u8: 'uint8',
  i32: 'int32',
  u32: 'uint32',
  i64: 'int64',
};

/** The element type that the form gives a buffer; undefined when we have none like it. */
function declaredType(form: AwkwardForm, role: BufferRole): NumericDType | undefined {
  if (role !== 'data') return integers[String(form[role])];
  const primitive = form.primitive ?? '';
  return Object.hasOwn(dtypes, primitive) ? (primitive as NumericDType) : undefined;
}

export type BufferRole = 'data' | 'offsets' | 'starts' | 'stops' | 'index' | 'mask' | 'tags';

/** A buffer of a node. Its bytes count, not its element type: awkward reads them as what the form says. */
export function bufferOf(form: AwkwardForm, role: BufferRole, buffers: Buffers): DenseArray {
  const name = `${form.form_key}-${role}`;
  const buffer = buffers.get(name);
  if (buffer === undefined) throw broken(`the buffer ${quote(name)} of ${form.class} is missing`);
  if (buffer.dtype === 'string') throw broken(`the buffer ${quote(name)} holds text`);
  const dtype = declaredType(form, role);
  return dtype === undefined || dtype === buffer.dtype ? buffer : reinterpret(buffer, dtype);
}

function reinterpret(buffer: DenseArray, dtype: NumericDType): DenseArray {
  // float16 lies in memory as 32 bits: its bytes are not those of the file.
  if (dtype === 'float16' || buffer.dtype === 'float16') return buffer;
  const { buffer: memory, byteOffset, byteLength } = buffer.toContiguous().data as TypedArray;
  const { array, storedBytes, slots } = dtypes[dtype];
  const count = Math.floor(byteLength / storedBytes);
  const bytes = new Uint8Array(memory as ArrayBuffer, byteOffset, count * storedBytes).slice();
  const View = array as unknown as new (memory: ArrayBuffer, offset: number, length: number) => TypedArray;
  return new DenseArray(new View(bytes.buffer, 0, count * slots), [count], { dtype });
}

/** A buffer of positions as numbers. */
export function positions(form: AwkwardForm, role: BufferRole, buffers: Buffers): Float64Array {
  const data = bufferOf(form, role, buffers).toContiguous().data as TypedArray;
  const numbers = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) numbers[i] = Number(data[i]);
  return numbers;
}

/** 0, 1, 2, … */
export function counting(n: number): Float64Array {
  const numbers = new Float64Array(n);
  for (let i = 0; i < n; i++) numbers[i] = i;
  return numbers;
}

/** Whether row `i` is there, for the two kinds of masks. */
export function isPresent(form: AwkwardForm, mask: Float64Array, i: number): boolean {
  const valid = form.valid_when ?? true;
  return form.class === 'ByteMaskedArray' ? (mask[i] !== 0) === valid : (bitAt(form, mask, i) === 1) === valid;
}

/** Bit `i` of a bit mask. */
export function bitAt(form: AwkwardForm, mask: Float64Array, i: number): number {
  return (mask[Math.floor(i / 8)]! >> bitPlace(form, i)) & 1;
}

/** Which bit of its byte stands for row `i`. */
export function bitPlace(form: AwkwardForm, i: number): number {
  return form.lsb_order === false ? 7 - (i % 8) : i % 8;
}

/** Each row as the `width` entries it is made of. */
export function spread(rows: Float64Array, width: number): Float64Array {
  if (width === 1) return rows;
  const entries = new Float64Array(rows.length * width);
  for (let i = 0, at = 0; i < rows.length; i++) {
    for (let k = 0; k < width; k++) entries[at++] = rows[i]! * width + k;
  }
  return entries;
}

/** Where the lists of a node begin and end. */
export interface ListEnds {
  readonly start: (row: number) => number;
  readonly stop: (row: number) => number;
}

export function listEnds(form: AwkwardForm, buffers: Buffers): ListEnds {
  if (form.class === 'RegularArray') {
    return { start: (row) => row * form.size!, stop: (row) => (row + 1) * form.size! };
  }
  if (form.class === 'ListOffsetArray') {
    const offsets = positions(form, 'offsets', buffers);
    return { start: (row) => offsets[row]!, stop: (row) => offsets[row + 1]! };
  }
  const starts = positions(form, 'starts', buffers);
  const stops = positions(form, 'stops', buffers);
  return { start: (row) => starts[row]!, stop: (row) => stops[row]! };
}

/** The entries of the lists of `rows`, one list behind the other, and where each ends. */
export function unfold(
  { start, stop }: ListEnds,
  rows: Float64Array,
  walk: Walk,
): { ends: Float64Array; inner: Float64Array } {
  const ends = new Float64Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) ends[i + 1] = ends[i]! + stop(rows[i]!) - start(rows[i]!);
  checkUnfolded(ends[rows.length]!, walk);
  const inner = new Float64Array(ends[rows.length]!);
  for (let i = 0; i < rows.length; i++) {
    for (let k = ends[i]!, entry = start(rows[i]!); k < ends[i + 1]!; k++) inner[k] = entry++;
  }
  return { ends, inner };
}
