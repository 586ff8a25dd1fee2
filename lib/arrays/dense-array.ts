// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError } from '../errors';
import { isUtf8, isVector, stringVector, utf8Vector, type Vector } from './arrow';
import { type AxisRange, sliceLayout } from './dense-slice';
import { pickedPositions, takeSteps } from './dense-subset';
import { denseSumSteps } from './dense-sums';
import {
  allocate,
  type DType,
  dtypeOf,
  dtypes,
  holds,
  type IndexArray,
  isTypedArray,
  type NumericDType,
  sameNumbers,
  sizeOf,
  type TypedArray,
} from './dtype';
import { type Element, showElement, slotsOfElement } from './element';
import { checkLayout, eachRun, isRowMajor, rowMajor } from './layout';
import { flattenNested, type Nested, nest } from './nested';
import { checkedPositions, type Positions } from './positions';
import { type AsyncOptions, pieceElements, runNow, runSoon, type Steps } from './sparse/passes';
import { meanDType, roundSums, sumDType } from './sparse/sums';
import { takeStrings } from './take-plain';
import { sameVector } from './vectors';

export { type Element, sameElement } from './element';

/** How the elements of a {@link DenseArray} lie in their memory; by default row after row from its start. */
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
  /** Type of the elements. */
  readonly dtype: DType;
  /** Typed array (see `dtypes` for which), or for `string` a vector of text. */
  readonly data: TypedArray | Vector;
  /** Length of each axis. */
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
    checkLayout(this, isVector(data) ? data.length : data.length / slotsOf(this.dtype));
  }

  /**
   * A scalar, shape `[]`.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when `dtype` cannot hold the value
   * @example
   * ```ts
   * DenseArray.scalar(5, 'int8').get(); // 5
   * ```
   */
  static scalar(value: Element, dtype: DType): DenseArray {
    if (dtype === 'string') return new DenseArray(stringVector([value as string]), []);
    const data = allocate(dtype, 1);
    // A boolean has been counted as a number in other places too.
    const slots = slotsOfElement(typeof value === 'boolean' && dtype !== 'bool' ? Number(value) : value, dtype);
    if (slots === undefined) throw unheld(value, dtype);
    data.set(slots as never);
    return new DenseArray(data, [], { dtype });
  }

  /**
   * An array of zeros, false or empty strings.
   *
   * @example
   * ```ts
   * DenseArray.zeros('float32', [2, 3]).size; // 6
   * ```
   */
  static zeros(dtype: DType, shape: readonly number[]): DenseArray {
    const size = sizeOf(shape);
    if (dtype === 'string')
      return new DenseArray(utf8Vector({ offsets: new Int32Array(size + 1), bytes: new Uint8Array() }), shape);
    return new DenseArray(allocate(dtype, size), shape, { dtype });
  }

  /**
   * From nested arrays, all of one kind: numbers become float64, bigints int64, booleans bool, strings text.
   *
   * @param dtype - another element type. Complex numbers are pairs: the innermost `[re, im]` is one element then
   * @throws {AnnDataError} `ERR_SHAPE` when the nesting is ragged, `ERR_ARGUMENT` when kinds are mixed, or an element is
   *   none of `dtype` (a fraction or a number out of range for integers, a number for bool)
   * @example
   * ```ts
   * DenseArray.from([[1, 2], [3, 4]], 'int16').shape; // [2, 2]
   * DenseArray.from([[0, 1], [2, 0]], 'complex128').get(0); // [0, 1]
   * ```
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
    return isRowMajor(this);
  }

  /**
   * One element.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when the index is out of range
   * @example
   * ```ts
   * DenseArray.from([[1, 2], [3, 4]]).get(1, 0); // 3
   * ```
   */
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

  /** The elements in row-major order. Each is made as it is asked for; for millions of numbers walk `data` itself. */
  *[Symbol.iterator](): IterableIterator<Element> {
    const { size } = this;
    const positions = this.isContiguous ? undefined : this.positions(0, size);
    for (let i = 0; i < size; i++) yield this.at(positions ? positions[i]! : this.offset + i);
  }

  /** The first elements in row-major order. */
  private first(count: number): Element[] {
    return Array.from(this.positions(0, Math.min(count, this.size)), (position) => this.at(position));
  }

  /** Where in `data` elements lie, counted in row-major order. */
  private positions(start: number, count: number): Float64Array {
    const found = new Float64Array(count);
    let at = 0;
    eachRun(this, start, count, (position, step, length) => {
      for (let i = 0; i < length; i++) found[at++] = position + i * step;
    });
    return found;
  }

  /** Nested JS arrays; the element itself for a scalar. */
  toNested(): unknown {
    return nest(this.first(this.size), this.shape);
  }

  /** Itself when already in row-major order and exactly filled, else a copy that is. */
  toContiguous(): DenseArray {
    const full = isVector(this.data) ? this.data.length : this.data.length / slotsOf(this.dtype);
    return this.isContiguous && this.offset === 0 && full === this.size ? this : this.copy();
  }

  /** A copy in row-major order with memory of its own. */
  copy(): DenseArray {
    return runNow(this.copySteps());
  }

  /**
   * As {@link copy}, in small pieces: the event loop goes on meanwhile, but do not change the array. Text is copied at once.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when the memory is transferred meanwhile; the signal's reason
   */
  async copyAsync(options: AsyncOptions = {}): Promise<DenseArray> {
    return runSoon(this.watched(this.copySteps()), options);
  }

  private *copySteps(): Steps<DenseArray> {
    const { size } = this;
    if (isVector(this.data)) return new DenseArray(takeStrings(this.data, this.positions(0, size)), this.shape);
    const dtype = this.dtype as NumericDType;
    const data = allocate(dtype, size);
    for (let at = 0; at < size; at += pieceElements) {
      this.copySlice(at, Math.min(pieceElements, size - at), data, at);
      yield;
    }
    return new DenseArray(data, this.shape, { dtype });
  }

  /** Steps that end with an error when the memory has gone since the call or between two of them. */
  private watched<T>(steps: Steps<T>): Steps<T> {
    return this.watch(steps, this.data.length);
  }

  private *watch<T>(steps: Steps<T>, length: number): Steps<T> {
    for (;;) {
      if (this.data.length !== length)
        throw new AnnDataError('ERR_ARGUMENT', 'the memory of the array was transferred while it was worked on');
      const step = steps.next();
      if (step.done === true) return step.value;
      yield step.value;
    }
  }

  /**
   * Copies `count` elements, counted in row-major order from element `start`, into `dest` from element `at` on. Numbers only.
   *
   * @example
   * ```ts
   * const dest = new Float64Array(2);
   * DenseArray.from([[1, 2], [3, 4]]).transpose().copySlice(1, 2, dest, 0);
   * [...dest]; // [3, 2]
   * ```
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
    eachRun(this, start, count, (position, step, length) => {
      for (let i = 0, from = position * slots; i < length; i++, from += step * slots) {
        dest[to++] = source[from] as never;
        if (slots === 2) dest[to++] = source[from + 1] as never;
      }
    });
  }

  /**
   * Given positions along the first axis and, with a second argument, the second, in that order, repeats allowed; null takes
   * all. A copy of the same dtype.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when a position is outside of the shape; negative ones are
   * @example
   * ```ts
   * DenseArray.from([[1, 2, 3], [4, 5, 6]]).subset([1, 0], [2]).toNested(); // [[6], [3]]
   * ```
   */
  subset(rows: Positions, columns: Positions = null): DenseArray {
    return runNow(this.subsetSteps(rows, columns));
  }

  /**
   * As {@link subset}, in small pieces: the event loop goes on meanwhile, but do not change the array and the positions.
   *
   * @throws {AnnDataError} as {@link subset} does, and `ERR_ARGUMENT` when the memory is transferred; the signal's reason
   */
  async subsetAsync(rows: Positions, columns: Positions = null, options: AsyncOptions = {}): Promise<DenseArray> {
    return runSoon(this.watched(this.subsetSteps(rows, columns)), options);
  }

  private *subsetSteps(rows: Positions, columns: Positions): Steps<DenseArray> {
    const picked = [rows, columns].map((positions, axis) => {
      if (positions !== null && axis >= this.nDim)
        throw new AnnDataError(
          'ERR_SHAPE',
          `${this.nDim === 0 ? 'a scalar' : `an array with ${this.nDim} axes`} has no ${axis === 0 ? 'rows' : 'columns'} to take`,
        );
      return checkedPositions(positions, this.shape[axis] ?? 0, axis === 0 ? 'row' : 'column');
    });
    const [rowsAt, columnsAt] = picked as [IndexArray | null, IndexArray | null];
    const shape = this.shape.map((n, axis) => picked[axis]?.length ?? n);
    if (isVector(this.data)) {
      const at = pickedPositions(this, rowsAt, columnsAt);
      return new DenseArray(takeStrings(this.data, at), shape);
    }
    const dtype = this.dtype as NumericDType;
    const data = allocate(dtype, sizeOf(shape));
    yield* takeSteps({ ...this, data: this.data, slots: slotsOf(dtype) }, rowsAt, columnsAt, data);
    return new DenseArray(data, shape, { dtype });
  }

  /**
   * A part of the array that shares its memory. One range an axis, as Python's `start:stop:step`; a number takes one position
   * and drops the axis; null, and axes that are not named, are taken whole.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when a number is outside of its axis, `ERR_SHAPE` for more ranges than axes
   * @example
   * ```ts
   * const X = DenseArray.from([[1, 2, 3], [4, 5, 6]]);
   * X.slice(null, { start: 1 }).toNested(); // [[2, 3], [5, 6]]
   * X.slice(-1, { step: -1 }).toNested(); // [6, 5, 4]
   * ```
   */
  slice(...ranges: readonly (AxisRange | number | null)[]): DenseArray {
    const { shape, stride, offset } = sliceLayout(this, ranges);
    return new DenseArray(this.data, shape, { dtype: this.dtype, stride, offset });
  }

  /**
   * The sum of all elements, or along an axis, which is dropped. As in NumPy, booleans and integers add up to int64, unsigned
   * ones to uint64 (wrapping around), floats and complex numbers to their own type; float16 to float32. Floats are added in
   * double precision and rounded once, so the last digit may differ from NumPy's.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` for an axis that is none, and for text
   * @example
   * ```ts
   * DenseArray.from([[1, 2], [3, 4]]).sum(); // 10
   * DenseArray.from([[1, 2], [3, 4]]).sum(0).toNested(); // [4, 6]
   * ```
   */
  sum(): Element;
  sum(axis: number): DenseArray;
  sum(axis?: number): DenseArray | Element {
    return runNow(this.reduceSteps(axis, false));
  }

  /** As {@link sum}, in small pieces: the event loop goes on meanwhile, but do not change the array. */
  async sumAsync(axis?: undefined, options?: AsyncOptions): Promise<Element>;
  async sumAsync(axis: number, options?: AsyncOptions): Promise<DenseArray>;
  async sumAsync(axis?: number, options: AsyncOptions = {}): Promise<DenseArray | Element> {
    return runSoon(this.watched(this.reduceSteps(axis, false)), options);
  }

  /**
   * The mean of all elements, or along an axis; float64 for integers and booleans, else as {@link sum}. NaN of none.
   *
   * @example
   * ```ts
   * DenseArray.from([[1, 2], [3, 4]]).mean(1).toNested(); // [1.5, 3.5]
   * ```
   */
  mean(): Element;
  mean(axis: number): DenseArray;
  mean(axis?: number): DenseArray | Element {
    return runNow(this.reduceSteps(axis, true));
  }

  /** As {@link mean}, in small pieces: the event loop goes on meanwhile, but do not change the array. */
  async meanAsync(axis?: undefined, options?: AsyncOptions): Promise<Element>;
  async meanAsync(axis: number, options?: AsyncOptions): Promise<DenseArray>;
  async meanAsync(axis?: number, options: AsyncOptions = {}): Promise<DenseArray | Element> {
    return runSoon(this.watched(this.reduceSteps(axis, true)), options);
  }

  private *reduceSteps(axis: number | undefined, mean: boolean): Steps<DenseArray | Element> {
    if (isVector(this.data)) throw new AnnDataError('ERR_ARGUMENT', 'text cannot be added up');
    if (axis !== undefined && !(Number.isInteger(axis) && axis >= 0 && axis < this.nDim))
      throw new AnnDataError('ERR_ARGUMENT', `axis ${axis} is none of the ${this.nDim} axes`);
    const from = this.dtype as NumericDType;
    const dtype = mean ? meanDType(from) : sumDType(from);
    const { data, offset, shape, stride } = this;
    const sums = yield* denseSumSteps({ data, offset, shape, stride, dtype: from }, axis ?? null, dtype);
    const count = axis === undefined ? this.size : shape[axis]!;
    const rounded = roundSums(sums, dtype, mean ? count : undefined);
    if (axis === undefined) return new DenseArray(rounded, [], { dtype }).get();
    return new DenseArray(
      rounded,
      shape.filter((_, i) => i !== axis),
      { dtype },
    );
  }

  /** Axes reversed; shares the memory. */
  transpose(): DenseArray {
    const { dtype, offset } = this;
    return new DenseArray(this.data, [...this.shape].reverse(), { dtype, offset, stride: [...this.stride].reverse() });
  }

  /**
   * The same elements in another shape; shares the memory when it is contiguous.
   *
   * @example
   * ```ts
   * DenseArray.from([[1, 2], [3, 4]]).reshape([4]).toNested(); // [1, 2, 3, 4]
   * ```
   */
  reshape(shape: readonly number[]): DenseArray {
    if (sizeOf(shape) !== this.size) {
      throw new AnnDataError('ERR_SHAPE', `[${this.shape.join(', ')}] cannot take the shape [${shape.join(', ')}]`);
    }
    const source = this.isContiguous ? this : this.copy();
    return new DenseArray(source.data, shape, { dtype: source.dtype, offset: source.offset });
  }

  /** Whether dtype, shape and every element are equal; NaN equals NaN, the layout in memory does not matter. */
  equals(other: unknown): boolean {
    return runNow(this.equalSteps(other));
  }

  /** As {@link equals}, in small pieces: the event loop goes on meanwhile, but do not change the arrays. */
  async equalsAsync(other: unknown, options: AsyncOptions = {}): Promise<boolean> {
    return runSoon(this.watched(this.equalSteps(other)), options);
  }

  private *equalSteps(other: unknown): Steps<boolean> {
    if (!isDenseArray(other) || other.dtype !== this.dtype) return false;
    if (other.nDim !== this.nDim || other.shape.some((n, axis) => n !== this.shape[axis])) return false;
    if (isVector(this.data)) return sameVector(this.text(), other.text());
    for (let at = 0; at < this.size; at += pieceElements) {
      const count = Math.min(pieceElements, this.size - at);
      if (!sameNumbers(this.numbers(at, count), other.numbers(at, count))) return false;
      yield;
    }
    return true;
  }

  /** The elements in row-major order as a vector of text. */
  private text(): Vector {
    const { offset, size } = this;
    return this.isContiguous
      ? (this.data as Vector).slice(offset, offset + size)
      : (this.toContiguous().data as Vector);
  }

  /** Some elements in row-major order; shares the memory where it can. */
  private numbers(start: number, count: number): TypedArray {
    const dtype = this.dtype as NumericDType;
    const { slots } = dtypes[dtype];
    if (this.isContiguous) {
      const from = (this.offset + start) * slots;
      return (this.data as TypedArray).subarray(from, from + count * slots);
    }
    const block = allocate(dtype, count);
    this.copySlice(start, count, block, 0);
    return block;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const shown = this.first(6).map(showElement);
    const more = this.size > shown.length ? ', …' : '';
    return `DenseArray(${this.shape.join(' × ')} ${this.dtype}) [${shown.join(', ')}${more}]`;
  }
}

/** Whether `value` is a {@link DenseArray}, of whichever copy of this package. */
export function isDenseArray(value: unknown): value is DenseArray {
  return typeof value === 'object' && value !== null && brand in value;
}

function slotsOf(dtype: DType): number {
  return dtype === 'string' ? 1 : dtypes[dtype].slots;
}

function checkMemory(dtype: DType, data: TypedArray | Vector): void {
  if (isVector(data) ? dtype === 'string' && isUtf8(data) : isTypedArray(data) && holds(data, dtype as NumericDType))
    return;
  const found = isVector(data)
    ? `a vector of ${data.type}`
    : isTypedArray(data)
      ? data[Symbol.toStringTag]
      : typeof data;
  const expected = dtype === 'string' ? 'a vector of text' : `a ${dtypes[dtype]?.array.name ?? 'typed array'}`;
  throw new AnnDataError('ERR_ARGUMENT', `${found} cannot hold elements of dtype ${dtype}; ${expected} can`);
}

/** The error for a value that is no element of `dtype`. */
export function unheld(value: unknown, dtype: DType): AnnDataError {
  return new AnnDataError('ERR_ARGUMENT', `${String(value)} is no element of dtype ${dtype}`);
}
