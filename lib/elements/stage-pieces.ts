// SPDX-License-Identifier: BSD-3-Clause

import { utf8Data, type Vector } from '../arrays/arrow';
import { type DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypes, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import { isRecordArray, type RecordArray } from '../arrays/record-array';
import { isSparse } from '../arrays/sparse-matrix';
import { AnnDataError } from '../errors';
import type { ArraySpec, Selection, StorageWriter, Utf8Data } from '../storage/storage';
import { itemBytes } from './array-spec';
import { convertBox } from './convert-numbers';
import { copyBox } from './copy-box';
import { fillDense } from './fill-dense';
import { pieceBytes, piecesOf } from './pieces';
import type { ArrayValue, SparseMatrix } from './plan';

/** What is copied one by one in a few milliseconds. */
const elementsAPiece = 2 ** 20;

/** A part of an array, and the calls that write it. */
export interface Piece {
  selection: Selection;
  write(writer: StorageWriter): Promise<void>[];
}

/**
 * Cuts an array into pieces. What a piece needs is copied when `write` is called.
 *
 * @param origin - where the first element of an array of numbers lies in the file, when it is a part of a larger one
 */
export function* stagePieces(
  key: string,
  value: NonNullable<ArrayValue>,
  spec: ArraySpec,
  bytes: number,
  origin: readonly number[] = [],
): Generator<Piece> {
  const shape = spec.shape ?? [];
  const numeric = spec.type.kind === 'numeric' ? spec.type.dtype : undefined;
  // Text and records lie row by row and are cut into runs of rows, whatever the chunks are.
  const chunk = numeric === undefined ? undefined : spec.chunks;
  const perItem = numeric === undefined ? bytes / Math.max(1, sizeOf(shape)) : itemBytes(spec.type);
  const columns = isSparse(value) && value.format === 'csc';
  // What is not copied in long runs takes its time by elements, not by bytes.
  const budget = isRun(value, spec) ? pieceBytes : Math.min(pieceBytes, elementsAPiece * perItem);
  for (const selection of piecesOf(shape, Math.max(1, perItem), { chunk, columns, budget })) {
    yield {
      selection,
      write: (writer) => writePiece({ key, value, dtype: numeric, shape, origin }, selection, writer),
    };
  }
}

/** Whether the numbers lie in memory as they will in the file. */
function isRun(value: NonNullable<ArrayValue>, { type }: ArraySpec): boolean {
  return isDenseArray(value) && type.kind === 'numeric' && value.dtype === type.dtype && value.isContiguous;
}

interface Staged {
  readonly key: string;
  readonly value: NonNullable<ArrayValue>;
  /** Undefined for text and records. */
  readonly dtype: NumericDType | undefined;
  readonly shape: readonly number[];
  readonly origin: readonly number[];
}

function writePiece(staged: Staged, selection: Selection, writer: StorageWriter): Promise<void>[] {
  const { key, value, dtype, shape, origin } = staged;
  if (isRecordArray(value)) return writeRecords(key, value, selection, shape, writer);
  const target = { ...selection, start: selection.start.map((n, axis) => n + (origin[axis] ?? 0)) };
  if (isSparse(value)) return [writer.writeNumeric(key, densePiece(value, selection, writer), target)];
  if (dtype === undefined) return [writer.writeStrings(key, textRun(value, runOf(selection, shape)), selection)];
  checkAttached(value);
  const data = writer.staging(dtype, sizeOf(selection.count));
  convertBox(value, selection, dtype, data);
  return [writer.writeNumeric(key, data, target)];
}

function writeRecords(
  key: string,
  value: RecordArray,
  selection: Selection,
  shape: readonly number[],
  writer: StorageWriter,
): Promise<void>[] {
  const rows = runOf(selection, shape);
  return [...value.fields].map(([name, field]) => {
    const dims = field.shape.slice(1);
    if (field.dtype === 'string') {
      const per = sizeOf(dims);
      return writer.writeStrings(
        key,
        textRun(field, { start: rows.start * per, count: rows.count * per }),
        selection,
        name,
      );
    }
    checkAttached(field);
    const box = { start: [rows.start, ...dims.map(() => 0)], count: [rows.count, ...dims] };
    const data = writer.staging(field.dtype, sizeOf(box.count));
    copyBox(field, box, data);
    return writer.writeNumeric(key, data, selection, name);
  });
}

function densePiece(value: SparseMatrix, selection: Selection, writer: StorageWriter): TypedArray {
  const dest = writer.staging(value.dtype, sizeOf(selection.count));
  new Uint8Array(dest.buffer, dest.byteOffset, dest.byteLength).fill(0);
  fillDense(value, selection, dest);
  return dest;
}

interface Run {
  start: number;
  count: number;
}

/** The elements of a box that is contiguous in row-major order. */
function runOf({ start, count }: Selection, shape: readonly number[]): Run {
  const first = shape.reduce((position, n, axis) => position * n + (start[axis] as number), 0);
  return { start: first, count: sizeOf(count) };
}

function textRun(value: DenseArray, { start, count }: Run): Utf8Data {
  const { offsets, bytes } = utf8Data(value.data as Vector);
  const from = Number(offsets[value.offset + start]);
  const to = Number(offsets[value.offset + start + count]);
  const part = to - from < 2 ** 31 ? new Int32Array(count + 1) : new BigInt64Array(count + 1);
  for (let i = 0; i <= count; i++) {
    const offset = Number(offsets[value.offset + start + i]) - from;
    part[i] = (part.BYTES_PER_ELEMENT === 8 ? BigInt(offset) : offset) as never;
  }
  return { offsets: part, bytes: bytes.subarray(from, to) };
}

/** A transferred ArrayBuffer leaves an empty view behind. */
function checkAttached(value: DenseArray): void {
  const { data, dtype, shape } = value;
  if (dtype === 'string' || sizeOf(shape) === 0 || (data as TypedArray).length >= dtypes[dtype].slots) return;
  throw new AnnDataError('ERR_ARGUMENT', 'the memory of an array was transferred away while it was being written');
}
