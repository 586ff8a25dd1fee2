// SPDX-License-Identifier: BSD-3-Clause

import type { AxisValue, Matrix } from '../anndata/types';
import { isAwkwardArray } from '../arrays/awkward-array';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import type { NumericDType } from '../arrays/dtype';
import { isRecordArray, RecordArray } from '../arrays/record-array';
import { promote } from '../arrays/sparse/stack';
import { type CsrMatrix, isSparse } from '../arrays/sparse-matrix';
import { ElementHandle, isFrameHandle, isMatrixHandle, LazyFrame, unloadedColumns } from '../backed';
import { AnnDataError } from '../errors';
import { isDataFrame } from '../frame/data-frame';
import type { Join } from './alignment';
import { type Fill, withFill } from './fill';
import { type Block, type Indexer, resized, same } from './indexer';
import { joinFrames, type Names, reindexFrame } from './join-frames';
import { type Stack, type StackedForm, StackedMatrix, StackedSource } from './lazy-stack';
import { fieldsOfAwkward, reindexAwkward, selectFields, stackAwkward } from './stack-awkward';
import { type DenseBlock, stackDense, stackStrings } from './stack-dense';
import { stackSparse } from './stack-sparse';
import type { Steps } from './steps';

/** What all arrays of a slot share. */
export interface SlotOptions {
  readonly join: Join;
  /** Null is 0 where an array is sparse, else NaN. */
  readonly fill: Fill | null;
  /** Whether matrices in memory are put together later, too. */
  readonly stacksLater: boolean;
}

/** Arrays in one: CSR when one of them is sparse, else dense. Where one lies in a file, so does the result. */
export function* stackMatrices(
  blocks: readonly Block[],
  shape: readonly number[],
  fill: Fill | null,
  key: string,
  stacksLater = false,
): Steps<DenseArray | CsrMatrix> {
  const arrays = blocks.map(({ array }) => array).filter((array) => array !== null);
  if (arrays.some(({ dtype }) => dtype === 'string')) return stackText(blocks, arrays, shape, key);
  const isAnySparse = arrays.some((array) => (isMatrixHandle(array) ? array.format !== 'dense' : isSparse(array)));
  if (isAnySparse && shape.length > 2) throw mixed(key, `a sparse matrix and an array with ${shape.length} axes`);
  const chosen = fill ?? (isAnySparse ? 0 : Number.NaN);
  const common = elementType(blocks, chosen, isAnySparse);
  const dtype = isAnySparse && common === 'float16' ? 'float32' : common;
  const stack: Stack<DenseArray | CsrMatrix> = (some, size, room) =>
    isAnySparse
      ? stackSparse(some, size as [number, number], dtype, chosen, room)
      : stackDense(some as readonly DenseBlock[], size, dtype, chosen);
  const form = {
    dtype,
    format: isAnySparse ? 'csr' : 'dense',
    isFilled: !isAnySparse || Number(chosen) !== 0,
    stacksLater,
  } as const;
  return yield* stacked(blocks, shape, form, stack, key);
}

/** Stacks what is in memory; where something lies in a file, or when that is wanted, it is done when the result is read. */
function* stacked<M extends Matrix>(
  blocks: readonly Block[],
  shape: readonly number[],
  { stacksLater, ...form }: StackedForm & { stacksLater: boolean },
  stack: Stack<M>,
  key: string,
): Steps<M> {
  const inFile = blocks.find(({ array }) => isMatrixHandle(array))?.array as unknown as ElementHandle | undefined;
  if (inFile === undefined) {
    return stacksLater ? (new StackedMatrix(blocks, shape, form, stack) as never) : yield* stack(blocks, shape);
  }
  const source = new StackedSource(blocks, shape, form, stack);
  return ElementHandle.over(source, { key, filename: inFile.filename }) as never;
}

function elementType(blocks: readonly Block[], fill: Fill, isAnySparse: boolean): NumericDType {
  const given = blocks.filter(({ array }) => array !== null);
  // Zeros of a sparse matrix are not stored, so nothing has to hold them.
  const weak = (dtype: NumericDType): NumericDType =>
    isAnySparse && Number(fill) === 0 ? dtype : withFill(dtype, fill);
  const types = given.map(({ array, rows, columns }) => {
    const dtype = array!.dtype as NumericDType;
    return rows.hasMissing || columns.hasMissing ? weak(dtype) : dtype;
  });
  const common = promote(types);
  return given.length < blocks.length ? weak(common) : common;
}

function stackText(
  blocks: readonly Block[],
  arrays: readonly Matrix[],
  shape: readonly number[],
  key: string,
): DenseArray {
  if (!arrays.every(({ dtype }) => dtype === 'string')) throw mixed(key, 'an array of text and numbers');
  return stackStrings(blocks as readonly DenseBlock[], shape, key);
}

/** An entry of `obsm` (`varm`): arrays are cut to the narrowest or padded to the widest, frames are joined by column. */
export function* stackAxisArrays(
  given: readonly (AxisValue | null)[],
  lengths: readonly number[],
  options: SlotOptions,
  names: Names,
  key: string,
): Steps<AxisValue> {
  const { join } = options;
  const values = given.map((value) => (isFrameHandle(value) ? value.frame : value));
  const present = values.filter((value) => value !== null);
  if (present.some(isDataFrame)) {
    if (!present.every(isDataFrame)) throw mixed(key, 'a DataFrame and an array');
    const frame = yield* joinFrames(values as Parameters<typeof joinFrames>[0], lengths, join, names, key);
    const [unread] = unloadedColumns(frame);
    return unread === undefined ? frame : (new LazyFrame(frame, key, unread.filename) as unknown as AxisValue);
  }
  if (present.some(isAwkwardArray)) {
    if (!present.every(isAwkwardArray)) throw mixed(key, 'an AwkwardArray and an array');
    const fields = present
      .map(fieldsOfAwkward)
      .reduce((common, list) => list.filter((field) => common.includes(field)));
    const chosen = values.map((value) =>
      isAwkwardArray(value) && join === 'inner' ? selectFields(value, fields) : value,
    );
    return stackAwkward(
      chosen.map((array, i) => ({ array, length: lengths[i]! })) as Parameters<typeof stackAwkward>[0],
    );
  }
  if (present.some(isRecordArray)) {
    if (!values.every(isRecordArray)) throw mixed(key, 'a RecordArray and an array, or nothing');
    return yield* stackRecords(values, lengths, key);
  }
  return yield* stackRows(values as (Matrix | null)[], lengths, options, key);
}

/** Arrays below each other; their second axes are brought to one length. */
function* stackRows(
  values: readonly (Matrix | null)[],
  lengths: readonly number[],
  { join, fill, stacksLater }: SlotOptions,
  key: string,
): Steps<DenseArray | CsrMatrix> {
  const present = values.filter((value) => value !== null);
  const rest = sharedTail(present, key);
  const widths = present.map(({ shape }) => shape[1] as number);
  const width = widths.reduce((a, b) => (join === 'inner' ? Math.min(a, b) : Math.max(a, b)));
  let row = 0;
  const blocks = values.map((array, i): Block => {
    const block = { array, rows: same(lengths[i]!), columns: resized(array?.shape[1] ?? 0, width), row, column: 0 };
    row += lengths[i]!;
    return block;
  });
  return yield* stackMatrices(blocks, [row, width, ...rest], fill, key, stacksLater);
}

/** What the shapes have after the second axis. */
function sharedTail(arrays: readonly Matrix[], key: string): readonly number[] {
  const [first, ...others] = arrays.map(({ shape }) => shape.slice(2)) as [number[], ...number[][]];
  if (others.every((tail) => String(tail) === String(first))) return first;
  const shapes = arrays.map(({ shape }) => `(${shape.join(', ')})`).join(', ');
  throw new AnnDataError('ERR_SHAPE', `arrays of the shapes ${shapes} cannot be joined`, { key });
}

const asTheyAre: SlotOptions = { join: 'inner', fill: null, stacksLater: false };

function* stackRecords(values: readonly RecordArray[], lengths: readonly number[], key: string): Steps<RecordArray> {
  const [first] = values as [RecordArray];
  const names = [...first.fields.keys()];
  if (!values.every(({ fields }) => String([...fields.keys()]) === String(names))) {
    throw mixed(key, 'records of different fields');
  }
  const fields: [string, DenseArray][] = [];
  for (const name of names) {
    const parts = values.map((value) => value.field(name));
    const flat = parts.map((part) => (part.nDim === 1 ? part.reshape([part.size, 1]) : part));
    const joined = (yield* stackRows(flat, lengths, asTheyAre, `${key}/${name}`)) as DenseArray;
    fields.push([name, parts[0]!.nDim === 1 ? joined.reshape([joined.size]) : joined]);
  }
  return new RecordArray(
    fields,
    lengths.reduce((sum, n) => sum + n, 0),
  );
}

/** A value of the axis that is not joined, at the places of the result. */
export function* reindexRows(value: AxisValue, indexer: Indexer, names: Names, key: string): Steps<AxisValue> {
  if (isDataFrame(value)) return yield* reindexFrame(value, indexer, names, key);
  if (indexer.toOld === null) return value;
  if (isAwkwardArray(value)) return reindexAwkward(value, indexer.toOld);
  if (isRecordArray(value)) {
    if (indexer.hasMissing) throw mixed(key, 'records and rows that are missing');
    return value.subset(indexer.toOld);
  }
  return yield* reindexMatrix(value, indexer, same(value.shape[1] as number), key);
}

/** A matrix with its rows and columns at new places; what is missing is 0 in sparse, NaN in dense ones. CSC with rows stays CSC. */
export function* reindexMatrix(matrix: Matrix, rows: Indexer, columns: Indexer, key: string): Steps<Matrix> {
  if (rows.toOld === null && columns.toOld === null) return matrix;
  const shape = [rows.newLength, columns.newLength, ...matrix.shape.slice(2)];
  if (isDenseArray(matrix) || matrix.format === 'csr' || matrix.shape[0] === 0) {
    return yield* stackMatrices([{ array: matrix, rows, columns, row: 0, column: 0 }], shape, null, key);
  }
  const turned = { array: matrix.transpose(), rows: columns, columns: rows, row: 0, column: 0 };
  const made = yield* stackMatrices([turned], [shape[1]!, shape[0]!], null, key);
  return made.transpose();
}

/** Square matrices along the diagonal of one. */
export function* stackDiagonal(
  values: readonly (Matrix | null)[],
  lengths: readonly number[],
  key: string,
): Steps<CsrMatrix> {
  let at = 0;
  const blocks = values.map((array, i) => {
    const length = same(lengths[i]!);
    const block = { array, rows: length, columns: length, row: at, column: at };
    at += lengths[i]!;
    return block;
  });
  const dtypes = values.filter((value) => value !== null).map(({ dtype }) => dtype as NumericDType);
  const common = promote(dtypes);
  const dtype = common === 'float16' ? 'float32' : common;
  const stack: Stack<CsrMatrix> = (some, size, room) => stackSparse(some, size as [number, number], dtype, 0, room);
  return yield* stacked(blocks, [at, at], { dtype, format: 'csr', isFilled: false, stacksLater: false }, stack, key);
}

function mixed(key: string, what: string): AnnDataError {
  return new AnnDataError('ERR_ARGUMENT', `${what} cannot be joined`, { key });
}
