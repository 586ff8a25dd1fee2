// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import type { DenseArray, Element } from './dense-array';

const brand = Symbol.for('anndata.RecordArray');

/**
 * A structured array: rows of named fields, each field an array whose first axis is the rows.
 *
 * @example
 * ```ts
 * const genes = new RecordArray([['name', DenseArray.from(['CD3D', 'NKG7'])], ['score', DenseArray.from([3.5, 2])]]);
 * genes.get(0); // { name: 'CD3D', score: 3.5 }
 * ```
 */
export class RecordArray {
  /** In the order of the file. */
  readonly fields: ReadonlyMap<string, DenseArray>;
  /** Number of rows. */
  readonly length: number;
  readonly [brand] = true;

  /** @throws {AnnDataError} `ERR_SHAPE` when a field has another number of rows, `ERR_NAME` when a name comes twice */
  constructor(fields: Iterable<readonly [string, DenseArray]>, length?: number) {
    const list = [...fields];
    this.fields = new Map(list);
    this.length = length ?? list[0]?.[1].shape[0] ?? 0;
    if (this.fields.size !== list.length) throw new AnnDataError('ERR_NAME', 'two fields have the same name');
    for (const [name, field] of list) {
      if (field.shape[0] !== this.length) {
        throw new AnnDataError(
          'ERR_SHAPE',
          `field ${quote(name)} has ${field.shape[0] ?? 'no'} rows, not ${this.length}`,
        );
      }
    }
  }

  /**
   * One field.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is none of that name
   * @example
   * ```ts
   * const genes = new RecordArray([['name', DenseArray.from(['CD3D', 'NKG7'])], ['score', DenseArray.from([3.5, 2])]]);
   * genes.field('score').get(1); // 2
   * ```
   */
  field(name: string): DenseArray {
    const field = this.fields.get(name);
    if (field === undefined)
      throw new AnnDataError(
        'ERR_NAME',
        `there is no field ${quote(name)}; there are ${[...this.fields.keys()].join(', ')}`,
      );
    return field;
  }

  /**
   * One row: field → element, for fields with more axes nested arrays.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when it is out of range
   * @example
   * ```ts
   * const genes = new RecordArray([['name', DenseArray.from(['CD3D', 'NKG7'])], ['score', DenseArray.from([3.5, 2])]]);
   * genes.get(1); // { name: 'NKG7', score: 2 }
   * ```
   */
  get(row: number): Record<string, unknown> {
    const record = Object.create(null) as Record<string, unknown>;
    for (const [name, field] of this.fields)
      record[name] = field.subset([row]).reshape(field.shape.slice(1)).toNested() as Element;
    return record;
  }

  /**
   * Given rows, in that order, repeats allowed; a copy.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when one is out of range
   * @example
   * ```ts
   * const genes = new RecordArray([['name', DenseArray.from(['CD3D', 'NKG7'])], ['score', DenseArray.from([3.5, 2])]]);
   * genes.subset([1, 1, 0]).length; // 3
   * ```
   */
  subset(rows: ArrayLike<number>): RecordArray {
    return new RecordArray(
      [...this.fields].map(([name, field]) => [name, field.subset(rows)] as const),
      rows.length,
    );
  }

  /** A copy whose fields have memory of their own. */
  copy(): RecordArray {
    return new RecordArray(
      [...this.fields].map(([name, field]) => [name, field.copy()] as const),
      this.length,
    );
  }

  /** Whether fields, their order and all elements are equal. */
  equals(other: unknown): boolean {
    if (!isRecordArray(other) || other.length !== this.length || other.fields.size !== this.fields.size) return false;
    const theirs = [...other.fields];
    return [...this.fields].every(([name, field], i) => name === theirs[i]![0] && field.equals(theirs[i]![1]));
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const fields = [...this.fields].map(
      ([name, { dtype, shape }]) => `${name}: ${[dtype, ...shape.slice(1)].join(' × ')}`,
    );
    return `RecordArray(${this.length} rows) {${fields.join(', ')}}`;
  }
}

/** Whether `value` is a {@link RecordArray}, of whichever copy of this package. */
export function isRecordArray(value: unknown): value is RecordArray {
  return typeof value === 'object' && value !== null && brand in value;
}
