// SPDX-License-Identifier: BSD-3-Clause

import { isDenseArray } from '../arrays/dense-array';
import type { TypedArray } from '../arrays/dtype';
import { isSparse } from '../arrays/sparse-matrix';
import { AnnDataError, quote } from '../errors';
import type { AnnBatch } from '../loader';
import { fillDense } from '../loader/dense-rows';
import { floats, type Rows } from '../loader/matrix-rows';
import { defaultMemory } from '../loader/plan';

/** What the numbers of a column of obs become. */
export type ColumnDType = 'int32' | 'float32' | 'int64';

/** How a batch becomes tensors. */
export interface TensorOptions<D extends ColumnDType = ColumnDType> {
  /**
   * The dtype of columns of obs. By default int32 for labels, booleans and integers, float32 for other numbers. −1, a missing label,
   * stays −1.
   */
  columnDType?: D | undefined;
  /** Bytes the tensors of a batch may take; 1 GiB by default. */
  maxMemory?: number | undefined;
  /** Ends the work with its reason. */
  signal?: AbortSignal | undefined;
}

/** Members of a batch: `'X'`, `'layers/counts'`, `'obsm/X_pca'`, `'obs/louvain'`, `'rows'`; one, or several by other names. */
export type TensorKeys = string | Readonly<Record<string, string>>;

/** What a tensor is made of: memory nobody else has, row after row. */
export interface TensorData {
  readonly dtype: ColumnDType;
  readonly data: Float32Array | Int32Array | BigInt64Array;
  readonly shape: number[];
}

type Member = { readonly key: string; readonly value: Rows | TypedArray; readonly shape: readonly number[] };

/** The keys alone, in order. */
export function keyList(keys: TensorKeys): string[] {
  return typeof keys === 'string' ? [keys] : Object.values(keys);
}

/** One value for each key of {@link keyList}, as the keys were given. */
export function asKeys<T>(keys: TensorKeys, values: readonly T[]): T | Record<string, T> {
  if (typeof keys === 'string') return values[0] as T;
  return Object.fromEntries(Object.keys(keys).map((name, i) => [name, values[i] as T]));
}

/**
 * Members of a batch, in the order of their keys.
 *
 * @throws {AnnDataError} `ERR_NAME` for a member the batch does not have; `ERR_LIMIT`, before anything is allocated, when they take
 *   more than `maxMemory`; `ERR_ARGUMENT` for what is no batch, or one that is not valid any more
 */
export async function tensorData(
  batch: AnnBatch,
  keys: readonly string[],
  options: TensorOptions,
): Promise<TensorData[]> {
  const { maxMemory = defaultMemory, signal } = options;
  signal?.throwIfAborted();
  checkBatch(batch);
  const members = keys.map((key) => memberOf(batch, key));
  let bytes = 0;
  for (const { key, shape } of members) {
    bytes += shape.reduce(
      (size, length) => size * length,
      shape.length === 1 && options.columnDType === 'int64' ? 8 : 4,
    );
    if (bytes <= maxMemory) continue;
    const reason = `the tensors of a batch of ${batch.rows.length} rows take ${bytes} bytes or more, maxMemory is ${maxMemory}`;
    throw new AnnDataError('ERR_LIMIT', `${reason}; ask for smaller batches, fewer variables or more memory`, { key });
  }
  const made: TensorData[] = [];
  for (const member of members) made.push(await tensorOf(member, options));
  return made;
}

function checkBatch(batch: unknown): asserts batch is AnnBatch {
  const parts = batch as Partial<AnnBatch> | null | undefined;
  if (typeof parts === 'object' && parts !== null && ArrayBuffer.isView(parts.rows) && typeof parts.obs === 'object')
    return;
  const reason = 'a batch of AnnLoader is wanted; a loader with convert yields something else';
  throw new AnnDataError('ERR_ARGUMENT', reason);
}

function memberOf(batch: AnnBatch, key: string): Member {
  const members = membersOf(batch);
  const value = typeof key === 'string' ? members.get(key) : undefined;
  if (value === undefined) {
    const has = Array.from(members.keys(), (each) => quote(each)).join(', ');
    throw new AnnDataError(
      'ERR_NAME',
      `the batch has ${has}, not ${quote(String(key))}; AnnLoader's options tell what it reads`,
    );
  }
  return { key, value, shape: isMatrix(value) ? value.shape : [value.length] };
}

/** Everything a batch holds, by its key. */
function membersOf({ X, layers, obsm, obs, rows }: AnnBatch): Map<string, Rows | TypedArray> {
  const members = new Map<string, Rows | TypedArray>(X === null ? [] : [['X', X]]);
  for (const [group, values] of Object.entries({ layers, obsm, obs })) {
    for (const [name, value] of Object.entries(values)) members.set(`${group}/${name}`, value);
  }
  return members.set('rows', rows as TypedArray);
}

function isMatrix(value: Rows | TypedArray): value is Rows {
  return isSparse(value) || isDenseArray(value);
}

async function tensorOf({ key, value, shape }: Member, options: TensorOptions): Promise<TensorData> {
  if (!isMatrix(value)) return columnTensor(key, value, options.columnDType);
  checkMemory(key, value);
  const [rows, columns] = shape as [number, number];
  if (isDenseArray(value)) return { dtype: 'float32', data: floats(value, 0, rows).slice(), shape: [rows, columns] };
  const data = new Float32Array(rows * columns);
  await fillDense(value, data, options.signal);
  return { dtype: 'float32', data, shape: [rows, columns] };
}

/** @throws {AnnDataError} `ERR_ARGUMENT` for a matrix whose memory went to a later batch */
function checkMemory(key: string, matrix: Rows): void {
  const { length, buffer } = (isSparse(matrix) ? matrix.indptr : matrix.data) as Float32Array;
  if (length > 0 || buffer.byteLength > 0 || matrix.shape.includes(0)) return;
  const reason =
    'the batch is not valid any more, as a later one was asked for; use it before, or pass { copy: true } to AnnLoader';
  throw new AnnDataError('ERR_ARGUMENT', reason, { key });
}

const least = -(2 ** 31);
const most = 2 ** 31 - 1;

function columnTensor(key: string, values: TypedArray, wanted: ColumnDType | undefined): TensorData {
  const areFloats = values instanceof Float32Array || values instanceof Float64Array;
  const dtype = wanted ?? (areFloats ? 'float32' : 'int32');
  const shape = [values.length];
  const list = values as ArrayLike<number | bigint>;
  if (dtype === 'float32') return { dtype, data: Float32Array.from(list, Number), shape };
  const whole = (value: number | bigint): bigint | number => {
    const fits =
      dtype === 'int64' ? typeof value === 'bigint' || Number.isSafeInteger(value) : value >= least && value <= most;
    if (fits && (typeof value === 'bigint' || Number.isInteger(value))) return value;
    throw new AnnDataError(
      'ERR_ARGUMENT',
      `${value} is no ${dtype}; pass { columnDType: 'float32' }, or convert the column`,
      { key },
    );
  };
  if (dtype === 'int64') return { dtype, data: BigInt64Array.from(list, (value) => BigInt(whole(value))), shape };
  return { dtype, data: Int32Array.from(list, (value) => Number(whole(value))), shape };
}
