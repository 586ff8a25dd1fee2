// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { isVector, stringVector, utf8Data, utf8Vector, type Vector } from './arrow';
import {
  allocate,
  type DType,
  dtypeOf,
  dtypes,
  holds,
  isTypedArray,
  type NumericDType,
  sizeOf,
  type TypedArray,
} from './dtype';
import { flattenNested, type Nested, nest } from './nested';

/** One element: complex numbers are pairs, 64-bit integers bigints, a missing string null. */
export type Element = number | bigint | boolean | string | null | readonly [re: number, im: number];

export interface DenseOptions {
  /** Needed for what the typed array does not tell: bool, float16, complex. */
  dtype?: DType;
  /** Row-major by default. */
  stride?: readonly number[];
  /** 0 by default. */
  offset?: number;
}

const brand = Symbol.for('anndata.DenseArray');

/**
 * An N-dimensional array: `data` seen through `shape`, `stride` and `offset`, as zarrita and scijs do. Nothing is copied.
 *
 * @example
 * ```ts
 * const X = new DenseArray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
 * X.get(1, 0); // 4
 * ```
 */
export class DenseArray {
  readonly dtype: DType;
  /** Typed array (see `dtypes` for which), or for `string` a vector of text. */
  readonly data: TypedArray | Vector;
  readonly shape: readonly number[];
  /** In elements, not bytes; a complex number is one element. */
  readonly stride: readonly number[];
  /** Position of the first element in `data`, in elements. */
  readonly offset: number;
  readonly [brand] = true;

  /**
   * @param data - memory of the elements; shared, not copied
   * @throws {AnnDataError} `ERR_SHAPE` when the shape reaches outside of `data`, `ERR_ARGUMENT` when `data` cannot hold the dtype
   */
  constructor(data: TypedArray | Vector, shape: readonly number[], options: DenseOptions = {}) {
    this.dtype = options.dtype ?? (isVector(data) ? 'string' : dtypeOf(data));
    this.data = data;
    this.shape = [...shape];
    this.stride = options.stride ? [...options.stride] : rowMajor(shape);
    this.offset = options.offset ?? 0;
    checkMemory(this.dtype, data);
    checkReach(this);
  }

  /** A scalar, shape `[]`. */
  static scalar(value: Element, dtype: DType): DenseArray {
    if (dtype === 'string') return new DenseArray(stringVector([value as string]), []);
    const data = allocate(dtype, 1);
    if (Array.isArray(value)) data.set(value as never);
    else
      data[0] = (
        data instanceof BigInt64Array || typeof data[0] === 'bigint' ? BigInt(value as number) : Number(value)
      ) as never;
    return new DenseArray(data, [], { dtype });
  }

  /** An array of zeros, false or empty strings. */
  static zeros(dtype: DType, shape: readonly number[]): DenseArray {
    const size = sizeOf(shape);
    if (dtype === 'string')
      return new DenseArray(utf8Vector({ offsets: new Int32Array(size + 1), bytes: new Uint8Array() }), shape);
    return new DenseArray(allocate(dtype, size), shape, { dtype });
  }

  /**
   * From nested arrays, all of one kind: numbers become float64, bigints int64, booleans bool, strings text.
   *
   * @throws {AnnDataError} `ERR_SHAPE` when the nesting is ragged, `ERR_ARGUMENT` when kinds are mixed
   */
  static from(values: Nested, dtype?: DType): DenseArray {
    return flattenNested(values, dtype);
  }

  /** Number of axes. */
  get nDim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether the elements lie in row-major order without gaps, from `offset` on. */
  get isContiguous(): boolean {
    return (
      this.size === 0 ||
      rowMajor(this.shape).every((step, axis) => this.shape[axis] === 1 || step === this.stride[axis])
    );
  }

  /** One element. @throws {AnnDataError} `ERR_ARGUMENT` when the index is out of range */
  get(...index: readonly number[]): Element {
    if (
      index.length !== this.nDim ||
      index.some((i, axis) => !Number.isInteger(i) || i < 0 || i >= this.shape[axis]!)
    ) {
      throw new AnnDataError(
        'ERR_ARGUMENT',
        `index [${index.join(', ')}] is outside of shape [${this.shape.join(', ')}]`,
      );
    }
    return this.at(index.reduce((at, i, axis) => at + i * this.stride[axis]!, this.offset));
  }

  private at(position: number): Element {
    if (isVector(this.data)) return this.data.get(position) as string | null;
    if (slotsOf(this.dtype) === 2) return [this.data[2 * position] as number, this.data[2 * position + 1] as number];
    const value = this.data[position]!;
    return this.dtype === 'bool' ? value !== 0 : value;
  }

  /** The elements in row-major order. */
  *[Symbol.iterator](): IterableIterator<Element> {
    for (const position of positions(this, 0, this.size)) yield this.at(position);
  }

  /** Nested JS arrays; the element itself for a scalar. */
  toNested(): unknown {
    return nest([...this], this.shape);
  }

  /** Itself when already in row-major order and exactly filled, else a copy that is. */
  toContiguous(): DenseArray {
    const full = isVector(this.data) ? this.data.length : this.data.length / slotsOf(this.dtype);
    return this.isContiguous && this.offset === 0 && full === this.size ? this : this.copy();
  }

  /** A copy in row-major order with memory of its own. */
  copy(): DenseArray {
    if (isVector(this.data))
      return new DenseArray(takeStrings(this.data, positions(this, 0, this.size), this.size), this.shape);
    const dtype = this.dtype as NumericDType;
    const data = allocate(dtype, this.size);
    this.copySlice(0, this.size, data, 0);
    return new DenseArray(data, this.shape, { dtype });
  }

  /**
   * Copies `count` elements, counted in row-major order from element `start`, into `dest` from element `at` on. Numbers only.
   */
  copySlice(start: number, count: number, dest: TypedArray, at: number): void {
    const source = this.data as TypedArray;
    const slots = slotsOf(this.dtype);
    if (this.isContiguous) {
      const from = (this.offset + start) * slots;
      dest.set(source.subarray(from, from + count * slots) as never, at * slots);
      return;
    }
    let to = at * slots;
    for (const position of positions(this, start, count)) {
      for (let slot = 0; slot < slots; slot++) dest[to++] = source[position * slots + slot] as never;
    }
  }

  /** Given positions along the first axis, in that order, repeats allowed; a copy. */
  subset(rows: ArrayLike<number>): DenseArray {
    const [length, ...rest] = this.shape as [number, ...number[]];
    const width = sizeOf(rest);
    const bad = Array.from(rows).find((row) => !(Number.isInteger(row) && row >= 0 && row < length));
    if (bad !== undefined) throw new AnnDataError('ERR_ARGUMENT', `row ${bad} is outside of [0, ${length})`);
    const shape = [rows.length, ...rest];
    if (isVector(this.data)) {
      const at = Array.from(rows).flatMap((row) => [...positions(this, row * width, width)]);
      return new DenseArray(takeStrings(this.data, at, at.length), shape);
    }
    const dtype = this.dtype as NumericDType;
    const data = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < rows.length; i++) this.copySlice(rows[i]! * width, width, data, i * width);
    return new DenseArray(data, shape, { dtype });
  }

  /** Axes reversed; shares the memory. */
  transpose(): DenseArray {
    const { dtype, offset } = this;
    return new DenseArray(this.data, [...this.shape].reverse(), { dtype, offset, stride: [...this.stride].reverse() });
  }

  /** The same elements in another shape; shares the memory when it is contiguous. */
  reshape(shape: readonly number[]): DenseArray {
    if (sizeOf(shape) !== this.size) {
      throw new AnnDataError('ERR_SHAPE', `[${this.shape.join(', ')}] cannot take the shape [${shape.join(', ')}]`);
    }
    const source = this.isContiguous ? this : this.copy();
    return new DenseArray(source.data, shape, { dtype: source.dtype, offset: source.offset });
  }

  /** Whether dtype, shape and every element are equal; NaN equals NaN, the layout in memory does not matter. */
  equals(other: unknown): boolean {
    if (!isDenseArray(other) || other.dtype !== this.dtype) return false;
    if (other.nDim !== this.nDim || other.shape.some((n, axis) => n !== this.shape[axis])) return false;
    const mine = this[Symbol.iterator]();
    for (const theirs of other) {
      if (!sameElement(mine.next().value as Element, theirs)) return false;
    }
    return true;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const shown = [...take(this, 6)].map((element) =>
      typeof element === 'string' ? JSON.stringify(element) : String(element),
    );
    const more = this.size > shown.length ? ', …' : '';
    return `DenseArray(${this.shape.join(' × ')} ${this.dtype}) [${shown.join(', ')}${more}]`;
  }
}

/** Whether `value` is a {@link DenseArray}, of whichever copy of this package. */
export function isDenseArray(value: unknown): value is DenseArray {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Strings of a vector at the given positions, in one chunk. */
export function takeStrings(vector: Vector, rows: Iterable<number>, count: number): Vector {
  const { offsets, bytes } = utf8Data(vector);
  const picked = Float64Array.from(rows);
  let total = 0;
  for (const row of picked) total += Number(offsets[row + 1]) - Number(offsets[row]);
  const big = total >= 2 ** 31;
  const ends = big ? new BigInt64Array(count + 1) : new Int32Array(count + 1);
  const out = new Uint8Array(total);
  const validity = vector.nullCount > 0 ? new Uint8Array(count) : null;
  let end = 0;
  for (let i = 0; i < count; i++) {
    const row = picked[i]!;
    out.set(bytes.subarray(Number(offsets[row]), Number(offsets[row + 1])), end);
    end += Number(offsets[row + 1]) - Number(offsets[row]);
    ends[i + 1] = (big ? BigInt(end) : end) as never;
    if (validity) validity[i] = vector.isValid(row) ? 1 : 0;
  }
  return utf8Vector({ offsets: ends, bytes: out }, validity);
}

/** Whether two elements are the same value; NaN equals NaN. */
export function sameElement(a: Element, b: Element): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return sameElement(a[0], b[0]) && sameElement(a[1], b[1]);
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function slotsOf(dtype: DType): number {
  return dtype === 'string' ? 1 : dtypes[dtype].slots;
}

function rowMajor(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step;
    step *= shape[axis]!;
  }
  return stride;
}

function checkMemory(dtype: DType, data: TypedArray | Vector): void {
  if (dtype === 'string' ? isVector(data) : isTypedArray(data) && holds(data, dtype)) return;
  const found = isVector(data)
    ? `a vector of ${data.type}`
    : isTypedArray(data)
      ? data[Symbol.toStringTag]
      : typeof data;
  const expected = dtype === 'string' ? 'a vector of text' : `a ${dtypes[dtype]?.array.name ?? 'typed array'}`;
  throw new AnnDataError('ERR_ARGUMENT', `${found} cannot hold elements of dtype ${dtype}; ${expected} can`);
}

function checkReach({ data, dtype, shape, stride, offset }: DenseArray): void {
  const available = isVector(data) ? data.length : data.length / slotsOf(dtype);
  let low = offset;
  let high = offset;
  shape.forEach((n, axis) => {
    const step = stride[axis];
    if (!Number.isSafeInteger(n) || n < 0 || !Number.isSafeInteger(step)) {
      throw new AnnDataError(
        'ERR_SHAPE',
        `shape [${shape.join(', ')}] with stride [${stride.join(', ')}] makes no array`,
      );
    }
    if (step! < 0) low += (n - 1) * step!;
    else high += (n - 1) * step!;
  });
  if (stride.length !== shape.length || (sizeOf(shape) > 0 && (low < 0 || high >= available))) {
    const text = `shape [${shape.join(', ')}] needs ${sizeOf(shape)} elements, the data has ${available}`;
    throw new AnnDataError('ERR_SHAPE', text);
  }
}

/** Positions in `data` of `count` elements in row-major order from element `start` on. */
function* positions({ shape, stride, offset }: DenseArray, start: number, count: number): IterableIterator<number> {
  const index = shape.map(() => 0);
  let rest = start;
  let position = offset;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    position += index[axis]! * stride[axis]!;
  }
  for (let done = 0; done < count; done++) {
    yield position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      position -= shape[axis]! * stride[axis]!;
      index[axis] = 0;
    }
  }
}

function* take<T>(values: Iterable<T>, count: number): IterableIterator<T> {
  let left = count;
  for (const value of values) {
    if (left-- <= 0) return;
    yield value;
  }
}
