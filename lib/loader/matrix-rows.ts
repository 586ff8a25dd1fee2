// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { type DType, dtypes, type IndexArray, type NumericDType } from '../arrays/dtype';
import { rowsByPart } from '../arrays/part-rows';
import { CsrMatrix, isSparse } from '../arrays/sparse-matrix';
import { upperBound } from '../arrays/upper-bound';
import { ElementHandle, type LineBytes, type ReadRequest, requestOf, type Source, ValueSource } from '../backed';
import { AnnDataError } from '../errors';

/** Rows as they are read: sparse by rows, or dense. */
export type Rows = CsrMatrix | DenseArray;

/** The same matrix of several objects, one below the other. */
export class MatrixRows {
  readonly #sources: readonly Source[];
  /** Where the rows of each object begin. */
  readonly #starts: readonly number[];
  readonly key: string;
  readonly nColumns: number;
  /** Whether rows come dense. */
  readonly isDense: boolean;

  /**
   * @param matrices - one of each object: in memory, or handles
   * @throws {AnnDataError} `ERR_ARGUMENT` for what is no matrix of numbers, or sparse in one object and dense in another
   */
  constructor(key: string, matrices: readonly unknown[]) {
    this.key = key;
    this.#sources = matrices.map((matrix) => sourceOf(matrix, key));
    const shapes = this.#sources.map(({ about }) => about.shape as readonly number[]);
    this.nColumns = shapes[0]![1]!;
    let height = 0;
    this.#starts = shapes.map(([rows]) => {
      height += rows!;
      return height - rows!;
    });
    this.isDense = this.#sources[0]!.about.format === 'dense';
    for (const { about } of this.#sources) {
      if ((about.format === 'dense') === this.isDense && about.shape?.[1] === this.nColumns) continue;
      const reason = 'the matrices of all objects have as many columns, and are all sparse or all dense';
      throw new AnnDataError('ERR_ARGUMENT', reason, { key });
    }
  }

  /** Whether nothing has to be read from a file. */
  get isInMemory(): boolean {
    return this.#sources.every((source) => source instanceof ValueSource);
  }

  /** Bytes of all rows, as well as is known. */
  get bytes(): number {
    return this.#sources.reduce((sum, { about }) => sum + about.bytes, 0);
  }

  /** Bytes each row takes in memory. */
  async lineBytes(signal: AbortSignal | undefined): Promise<LineBytes> {
    const request = requestOf({ signal }, 0);
    const each: LineBytes[] = [];
    for (const source of this.#sources) each.push(await source.lineBytes(0, request));
    const [only] = each;
    if (each.length === 1) return only as LineBytes;
    return (row) => {
      const which = upperBound(this.#starts, row) - 1;
      return each[which]!(row - this.#starts[which]!);
    };
  }

  /** Rows at which chunks of each object begin; null where every row can be read alone. */
  async chunkEdges(signal: AbortSignal | undefined): Promise<(IndexArray | null)[]> {
    const request = requestOf({ signal }, 0);
    const edges: (IndexArray | null)[] = [];
    for (const source of this.#sources) edges.push((await source.chunkEdges?.(request)) ?? null);
    return edges;
  }

  /** Reads rows in the order asked for, repeats allowed. */
  async read(rows: IndexArray, request: ReadRequest): Promise<Rows> {
    const [only] = this.#sources;
    if (this.#sources.length === 1) return readRows(only as Source, rows, request);
    const { groups, order } = rowsByPart(this.#starts, rows);
    const parts: Rows[] = [];
    for (const [which, local] of groups.entries()) {
      if (local.length > 0) parts.push(await readRows(this.#sources[which]!, Int32Array.from(local), request));
    }
    if (this.isDense) return placed(parts as DenseArray[], order ?? Int32Array.from(rows.keys()), this.nColumns);
    const stacked =
      parts.length === 1 ? (parts[0] as CsrMatrix) : await CsrMatrix.vstackAsync(parts as CsrMatrix[], request);
    return order === null ? stacked : stacked.subsetAsync(order, null, request);
  }
}

async function readRows(source: Source, rows: IndexArray, request: ReadRequest): Promise<Rows> {
  const { value } = await source.read({ rows, columns: null }, request);
  return isSparse(value) ? value.toCsrAsync(request) : (value as DenseArray);
}

function sourceOf(matrix: unknown, key: string): Source {
  const source = matrix instanceof ElementHandle ? matrix.snapshot() : valueSource(matrix, key);
  const { kind, shape, dtype } = source.about;
  if (kind === 'matrix' && shape?.length === 2 && isReal(dtype)) return source;
  const found = kind === 'matrix' ? `${shape?.length} axes of ${dtype}` : kind;
  throw new AnnDataError('ERR_ARGUMENT', `a matrix of real numbers with two axes is loaded, not ${found}`, { key });
}

function isReal(dtype: DType | null): boolean {
  return dtype !== null && dtype !== 'string' && dtypes[dtype as NumericDType].slots === 1;
}

function valueSource(value: unknown, key: string): Source {
  if (!isSparse(value) && !isDenseArray(value)) {
    throw new AnnDataError('ERR_ARGUMENT', 'only matrices are loaded, no frames, records and awkward arrays', { key });
  }
  return ValueSource.of(value);
}

/** Rows of dense parts at their places, as float32: what batches are made of anyway. */
function placed(parts: readonly DenseArray[], places: Int32Array, columns: number): DenseArray {
  const all = new Float32Array(places.length * columns);
  const rows: [DenseArray, number][] = parts.flatMap((part) =>
    Array.from({ length: part.shape[0]! }, (_, row) => [part, row] as [DenseArray, number]),
  );
  places.forEach((place, to) => {
    const [part, row] = rows[place]!;
    all.set(floats(part, row, row + 1), to * columns);
  });
  return new DenseArray(all, [places.length, columns]);
}

/** Rows of a dense matrix as float32; shares the memory where it can. */
export function floats(array: DenseArray, from: number, to: number): Float32Array {
  const { data, stride, offset, shape, dtype } = array.isContiguous ? array : array.toContiguous();
  const [first, last] = [offset + from * stride[0]!, offset + to * stride[0]!];
  const columns = shape[1]!;
  const values = (data as Float32Array).subarray(columns === 0 ? 0 : first, columns === 0 ? 0 : last);
  return dtype === 'float32' || dtype === 'float16' ? values : Float32Array.from(values, Number);
}
