// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import { type AwkwardForm, asForm, parameterOf } from './awkward-form';
import { DenseArray } from './dense-array';
import { allocate, type NumericDType, sizeOf } from './dtype';

const brand = Symbol.for('anndata.AwkwardArray');

/**
 * A ragged or nested array, as the awkward library stores it: a `form` that describes the layout as a tree, and the flat
 * buffers the nodes of that tree name (`node0-offsets`, `node1-data`, …).
 *
 * @example
 * ```ts
 * const ragged = adata.obsm.get('contours') as AwkwardArray;
 * ragged.subset([0]).toList(); // [[[0.5, 1], [2, 3.5]]]
 * ```
 */
export class AwkwardArray {
  /** The layout, as JSON. */
  readonly form: unknown;
  /** Number of rows. */
  readonly length: number;
  readonly buffers: ReadonlyMap<string, DenseArray>;
  readonly [brand] = true;

  /** @throws {AnnDataError} `ERR_INVALID_FILE` when the form is none, a buffer it names is missing, or a position reaches outside */
  constructor(form: unknown, length: number, buffers: Iterable<readonly [string, DenseArray]>) {
    this.form = form;
    this.length = length;
    this.buffers = new Map(buffers);
    if (!Number.isSafeInteger(length) || length < 0) throw broken(`the length ${length} is none`);
    check(asForm(form), length, this.buffers);
  }

  /** Given rows, in that order, repeats allowed; buffers are packed to what is needed. */
  subset(rows: ArrayLike<number>): AwkwardArray {
    const bad = Array.from(rows).find((row) => !(Number.isInteger(row) && row >= 0 && row < this.length));
    if (bad !== undefined) throw new AnnDataError('ERR_ARGUMENT', `row ${bad} is outside of [0, ${this.length})`);
    const packed = new Map<string, DenseArray>();
    take(asForm(this.form), Float64Array.from(rows), this.buffers, packed);
    return new AwkwardArray(this.form, rows.length, packed);
  }

  /** The rows as JS values: lists as arrays, records as null-prototype objects, missing ones as null, text as strings. */
  toList(): unknown[] {
    return values(asForm(this.form), counting(this.length), this.buffers);
  }

  copy(): AwkwardArray {
    const buffers = [...this.buffers].map(([name, buffer]) => [name, buffer.copy()] as const);
    return new AwkwardArray(structuredClone(this.form), this.length, buffers);
  }

  /** Whether both hold the same rows, however they lie in memory; NaN equals NaN. */
  equals(other: unknown): boolean {
    return isAwkwardArray(other) && other.length === this.length && sameValue(this.toList(), other.toList());
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `AwkwardArray(${this.length} rows, ${this.buffers.size} buffers)`;
  }
}

/** Whether `value` is an {@link AwkwardArray}, of whichever copy of this package. */
export function isAwkwardArray(value: unknown): value is AwkwardArray {
  return typeof value === 'object' && value !== null && brand in value;
}

type Buffers = ReadonlyMap<string, DenseArray>;

function broken(reason: string): AnnDataError {
  return new AnnDataError('ERR_INVALID_FILE', `the awkward array is damaged: ${reason}`);
}

function bufferOf(form: AwkwardForm, role: string, buffers: Buffers): DenseArray {
  const name = `${form.form_key}-${role}`;
  const buffer = buffers.get(name);
  if (buffer === undefined) throw broken(`the buffer ${quote(name)} of ${form.class} is missing`);
  return buffer;
}

/** A buffer of positions as numbers. */
function positions(form: AwkwardForm, role: string, buffers: Buffers): Float64Array {
  return Float64Array.from(bufferOf(form, role, buffers) as Iterable<number | bigint>, Number);
}

function counting(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => i);
}

/** Checks that the layout below `form` can be walked for `length` rows. */
function check(form: AwkwardForm, length: number, buffers: Buffers): void {
  const need = (role: string, count: number): Float64Array => {
    const found = positions(form, role, buffers);
    if (found.length < count)
      throw broken(`${quote(`${form.form_key}-${role}`)} has ${found.length} entries, ${count} are needed`);
    return found;
  };
  switch (form.class) {
    case 'EmptyArray':
      if (length > 0) throw broken(`an EmptyArray stands for ${length} rows`);
      return;
    case 'NumpyArray': {
      const have = bufferOf(form, 'data', buffers).size;
      const want = length * sizeOf(form.inner_shape ?? []);
      if (have < want) throw broken(`${quote(`${form.form_key}-data`)} has ${have} values, ${want} are needed`);
      return;
    }
    case 'ListOffsetArray': {
      const offsets = need('offsets', length + 1);
      checkRising(form, offsets);
      check(form.content!, offsets[length] ?? 0, buffers);
      return;
    }
    case 'ListArray': {
      const starts = need('starts', length);
      const stops = need('stops', length);
      let end = 0;
      for (let i = 0; i < length; i++) {
        if (!(starts[i]! >= 0 && stops[i]! >= starts[i]!))
          throw broken(`list ${i} reaches from ${starts[i]} to ${stops[i]}`);
        end = Math.max(end, stops[i]!);
      }
      check(form.content!, end, buffers);
      return;
    }
    case 'RegularArray':
      if (!Number.isSafeInteger(form.size) || form.size! < 0) throw broken(`a RegularArray has the size ${form.size}`);
      check(form.content!, length * form.size!, buffers);
      return;
    case 'IndexedArray':
    case 'IndexedOptionArray': {
      const lowest = form.class === 'IndexedArray' ? 0 : Number.NEGATIVE_INFINITY;
      check(form.content!, reach(form, need('index', length).subarray(0, length), lowest), buffers);
      return;
    }
    case 'ByteMaskedArray':
      need('mask', length);
      check(form.content!, length, buffers);
      return;
    case 'BitMaskedArray':
      need('mask', Math.ceil(length / 8));
      check(form.content!, length, buffers);
      return;
    case 'UnmaskedArray':
      check(form.content!, length, buffers);
      return;
    case 'RecordArray':
      for (const part of form.contents as AwkwardForm[]) check(part, length, buffers);
      return;
    case 'UnionArray': {
      const tags = need('tags', length);
      const index = need('index', length);
      const parts = form.contents as AwkwardForm[];
      if (tags.subarray(0, length).some((tag) => !(tag >= 0 && tag < parts.length)))
        throw broken('a tag of the union names no content');
      parts.forEach((part, tag) => {
        check(
          part,
          reach(
            form,
            index.filter((_, i) => i < length && tags[i] === tag),
            0,
          ),
          buffers,
        );
      });
    }
  }
}

function checkRising(form: AwkwardForm, offsets: Float64Array): void {
  for (let i = 0; i < offsets.length; i++) {
    if (!(offsets[i]! >= (i === 0 ? 0 : offsets[i - 1]!))) {
      throw broken(`${quote(`${form.form_key}-offsets`)} falls to ${offsets[i]} at position ${i}`);
    }
  }
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

/** Whether row `i` is there, for the two kinds of masks. */
function present(form: AwkwardForm, mask: Float64Array, i: number): boolean {
  if (form.class === 'ByteMaskedArray') return (mask[i] !== 0) === (form.valid_when ?? true);
  const bit = form.lsb_order === false ? 7 - (i & 7) : i & 7;
  return ((mask[i >> 3]! >> bit) & 1) === ((form.valid_when ?? true) ? 1 : 0);
}

/** The JS values of the given rows. */
function values(form: AwkwardForm, rows: Float64Array, buffers: Buffers): unknown[] {
  const lists = (ends: (row: number) => readonly [number, number]): unknown[] =>
    Array.from(rows, (row) => {
      const [start, stop] = ends(row);
      const span = counting(stop - start).map((i) => i + start);
      const items = values(form.content!, span, buffers);
      return parameterOf(form) === 'string' ? decode(items as number[]) : items;
    });
  switch (form.class) {
    case 'EmptyArray':
      return [];
    case 'NumpyArray': {
      const inner = form.inner_shape ?? [];
      const buffer = bufferOf(form, 'data', buffers);
      const shaped = buffer.reshape([buffer.size]).subset(spread(rows, sizeOf(inner)));
      const nested = shaped.reshape([rows.length, ...inner]).toNested() as unknown[];
      return form.primitive === 'bool' ? nested.map(asBoolean) : nested;
    }
    case 'ListOffsetArray': {
      const offsets = positions(form, 'offsets', buffers);
      return lists((row) => [offsets[row]!, offsets[row + 1]!]);
    }
    case 'ListArray': {
      const starts = positions(form, 'starts', buffers);
      const stops = positions(form, 'stops', buffers);
      return lists((row) => [starts[row]!, stops[row]!]);
    }
    case 'RegularArray':
      return lists((row) => [row * form.size!, (row + 1) * form.size!]);
    case 'IndexedArray':
    case 'IndexedOptionArray': {
      const index = positions(form, 'index', buffers);
      return optional(
        rows,
        (row) => index[row]! >= 0,
        (row) => index[row]!,
        form.content!,
        buffers,
      );
    }
    case 'ByteMaskedArray':
    case 'BitMaskedArray': {
      const mask = positions(form, 'mask', buffers);
      return optional(
        rows,
        (row) => present(form, mask, row),
        (row) => row,
        form.content!,
        buffers,
      );
    }
    case 'UnmaskedArray':
      return values(form.content!, rows, buffers);
    case 'RecordArray':
      return records(form, rows, buffers);
    case 'UnionArray': {
      const tags = positions(form, 'tags', buffers);
      const index = positions(form, 'index', buffers);
      const parts = form.contents as AwkwardForm[];
      return Array.from(rows, (row) => values(parts[tags[row]!]!, Float64Array.of(index[row]!), buffers)[0]);
    }
  }
}

function optional(
  rows: Float64Array,
  isPresent: (row: number) => boolean,
  at: (row: number) => number,
  content: AwkwardForm,
  buffers: Buffers,
): unknown[] {
  const there = rows.filter(isPresent).map(at);
  const found = values(content, there, buffers)[Symbol.iterator]();
  return Array.from(rows, (row) => (isPresent(row) ? found.next().value : null));
}

function records(form: AwkwardForm, rows: Float64Array, buffers: Buffers): unknown[] {
  const parts = (form.contents as AwkwardForm[]).map((part) => values(part, rows, buffers));
  return Array.from(rows, (_, i) => {
    if (!form.fields) return parts.map((part) => part[i]);
    const record = Object.create(null) as Record<string, unknown>;
    form.fields.forEach((name, field) => {
      record[name] = parts[field]![i];
    });
    return record;
  });
}

function asBoolean(value: unknown): unknown {
  return Array.isArray(value) ? value.map(asBoolean) : Boolean(value);
}

function decode(bytes: readonly number[]): string {
  return Buffer.from(Uint8Array.from(bytes)).toString('utf8');
}

/** Each row as the `width` values it is made of. */
function spread(rows: Float64Array, width: number): Float64Array {
  return width === 1
    ? rows
    : Float64Array.from({ length: rows.length * width }, (_, i) => rows[Math.floor(i / width)]! * width + (i % width));
}

/** Writes the buffers of the given rows, packed, into `out`. */
function take(form: AwkwardForm, rows: Float64Array, buffers: Buffers, out: Map<string, DenseArray>): void {
  const put = (role: string, numbers: Float64Array): void => {
    const { dtype } = bufferOf(form, role, buffers);
    const data = allocate(dtype as NumericDType, numbers.length);
    const big = typeof data[0] === 'bigint';
    for (let i = 0; i < numbers.length; i++) data[i] = (big ? BigInt(numbers[i]!) : numbers[i]) as never;
    out.set(`${form.form_key}-${role}`, new DenseArray(data, [numbers.length], { dtype }));
  };
  const takeLists = (starts: Float64Array, stops: Float64Array): Float64Array => {
    const ends = new Float64Array(rows.length + 1);
    rows.forEach((row, i) => {
      ends[i + 1] = ends[i]! + stops[row]! - starts[row]!;
    });
    const inner = new Float64Array(ends[rows.length]!);
    rows.forEach((row, i) => {
      for (let k = ends[i]!; k < ends[i + 1]!; k++) inner[k] = starts[row]! + k - ends[i]!;
    });
    take(form.content!, inner, buffers, out);
    return ends;
  };
  switch (form.class) {
    case 'EmptyArray':
      return;
    case 'NumpyArray': {
      const buffer = bufferOf(form, 'data', buffers);
      const width = sizeOf(form.inner_shape ?? []);
      const flat = buffer.reshape([buffer.size]).subset(spread(rows, width));
      out.set(
        `${form.form_key}-data`,
        buffer.nDim === 1 ? flat : flat.reshape([rows.length, ...buffer.shape.slice(1)]),
      );
      return;
    }
    case 'ListOffsetArray': {
      const offsets = positions(form, 'offsets', buffers);
      put('offsets', takeLists(offsets, offsets.subarray(1)));
      return;
    }
    case 'ListArray': {
      const ends = takeLists(positions(form, 'starts', buffers), positions(form, 'stops', buffers));
      put('starts', ends.subarray(0, rows.length));
      put('stops', ends.subarray(1));
      return;
    }
    case 'RegularArray':
      take(form.content!, spread(rows, form.size!), buffers, out);
      return;
    case 'IndexedArray':
    case 'IndexedOptionArray': {
      const index = positions(form, 'index', buffers);
      const there = rows.map((row) => index[row]!).filter((at) => at >= 0);
      let next = 0;
      put(
        'index',
        rows.map((row) => (index[row]! >= 0 ? next++ : -1)),
      );
      take(form.content!, there, buffers, out);
      return;
    }
    case 'ByteMaskedArray': {
      const mask = positions(form, 'mask', buffers);
      put(
        'mask',
        rows.map((row) => mask[row]!),
      );
      take(form.content!, rows, buffers, out);
      return;
    }
    case 'BitMaskedArray': {
      const mask = positions(form, 'mask', buffers);
      const bits = new Float64Array(Math.ceil(rows.length / 8));
      const valid = (form.valid_when ?? true) ? 1 : 0;
      rows.forEach((row, i) => {
        const bit = form.lsb_order === false ? 7 - (i & 7) : i & 7;
        bits[i >> 3]! += (present(form, mask, row) ? valid : 1 - valid) << bit;
      });
      put('mask', bits);
      take(form.content!, rows, buffers, out);
      return;
    }
    case 'UnmaskedArray':
      take(form.content!, rows, buffers, out);
      return;
    case 'RecordArray':
      for (const part of form.contents as AwkwardForm[]) take(part, rows, buffers, out);
      return;
    case 'UnionArray': {
      const tags = positions(form, 'tags', buffers);
      const index = positions(form, 'index', buffers);
      const counts = (form.contents as AwkwardForm[]).map(() => 0);
      put(
        'tags',
        rows.map((row) => tags[row]!),
      );
      put(
        'index',
        rows.map((row) => counts[tags[row]!]!++),
      );
      (form.contents as AwkwardForm[]).forEach((part, tag) => {
        take(
          part,
          rows.filter((row) => tags[row] === tag).map((row) => index[row]!),
          buffers,
          out,
        );
      });
    }
  }
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const mine = Object.entries(a);
  return (
    mine.length === Object.keys(b).length &&
    mine.every(([key, value]) => key in b && sameValue(value, (b as Record<string, unknown>)[key]))
  );
}
