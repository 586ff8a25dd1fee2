// SPDX-License-Identifier: BSD-3-Clause

import { DenseArray, isDenseArray } from '../arrays/dense-array';
import { dtypes, type IndexArray, type NumericDType, sizeOf, type TypedArray } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import { freshRoom, type Room } from '../arrays/room';
import { CscMatrix, CsrMatrix } from '../arrays/sparse-matrix';
import type { Scratch, ScratchFile } from '../storage/scratch';

/** Numbers in a scratch file. */
interface Stretch {
  readonly at: number;
  readonly isWide: boolean;
}

/** A matrix that was put down in a scratch file; any run of its lines (rows; columns of csc) can be read. */
export class SpilledMatrix {
  private constructor(
    private readonly file: ScratchFile,
    private readonly about: { dtype: NumericDType; format: 'dense' | 'csr' | 'csc'; rest: readonly number[] },
    private readonly data: number,
    private readonly positions: { indices: Stretch; indptr: Stretch } | null,
  ) {}

  /** Writes a matrix, which must not change meanwhile. */
  static async put(file: ScratchFile, matrix: Matrix): Promise<SpilledMatrix> {
    const dtype = matrix.dtype as NumericDType;
    if (isDenseArray(matrix)) {
      const at = await file.append(matrix.toContiguous().data as TypedArray);
      return new SpilledMatrix(file, { dtype, format: 'dense', rest: matrix.shape.slice(1) }, at, null);
    }
    const { data, indices, indptr, format, shape } = matrix;
    const numbers = async (values: IndexArray): Promise<Stretch> => ({
      at: await file.append(values),
      isWide: values.BYTES_PER_ELEMENT === 8,
    });
    const rest = [shape[format === 'csr' ? 1 : 0]];
    const at = await file.append(data);
    const positions = { indices: await numbers(indices), indptr: await numbers(indptr) };
    return new SpilledMatrix(file, { dtype, format, rest }, at, positions);
  }

  /** Lines `from` to `to`; `room` is memory for them. */
  async read(from: number, to: number, room = freshRoom): Promise<Matrix> {
    const { dtype, format, rest } = this.about;
    if (this.positions === null) {
      const each = sizeOf(rest);
      const data = await this.#values(from * each, to * each, room);
      return new DenseArray(data, [to - from, ...rest], { dtype });
    }
    const indptr = await this.#numbers(this.positions.indptr, from, to + 1, freshRoom);
    const [first, last] = [indptr[0]!, indptr[indptr.length - 1]!];
    const [indices, data] = await Promise.all([
      this.#numbers(this.positions.indices, first, last, room),
      this.#values(first, last, room),
    ]);
    const [width] = rest as [number];
    const parts = { dtype, data, indices, indptr: indptr.map((position) => position - first) };
    if (format === 'csr') return new CsrMatrix({ shape: [to - from, width], ...parts });
    return new CscMatrix({ shape: [width, to - from], ...parts });
  }

  #values(from: number, to: number, room: Room): Promise<TypedArray> {
    const { slots, array } = dtypes[this.about.dtype];
    const values = room.take(array, (to - from) * slots);
    return this.file.read(this.data + from * slots * values.BYTES_PER_ELEMENT, values);
  }

  #numbers({ at, isWide }: Stretch, from: number, to: number, room: Room): Promise<IndexArray> {
    const values = room.take(isWide ? Float64Array : Int32Array, to - from) as IndexArray;
    return this.file.read(at + from * values.BYTES_PER_ELEMENT, values);
  }
}

/** Puts matrices down one after the other, each while the next one is made. */
export async function spillEach<T>(
  scratch: Scratch,
  made: AsyncIterable<{ matrix: Matrix; about: T }>,
): Promise<{ matrix: SpilledMatrix; about: T }[]> {
  const file = await scratch.open();
  const spilled: { matrix: SpilledMatrix; about: T }[] = [];
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const { matrix, about } of made) {
      await writing;
      writing = SpilledMatrix.put(file, matrix).then((put) => void spilled.push({ matrix: put, about }));
      writing.catch(() => undefined);
    }
  } finally {
    await writing;
  }
  return spilled;
}
