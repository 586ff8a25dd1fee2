// SPDX-License-Identifier: BSD-3-Clause

import { numericVector, stringVector, type Table, type Vector, validityBytes, vectorNumbers } from '../arrays/arrow';
import { type DenseArray, type Element, isDenseArray } from '../arrays/dense-array';
import { AnnDataError, quote } from '../errors';
import { fromTable, tableOf } from './arrow-table';
import { type Column, columnEquals, columnLength } from './column';
import { type ColumnInput, type ColumnValue, columnFrom } from './column-from';
import { filteredRows, type Row, type RowFilter } from './filter-rows';
import { GroupBy, type GroupByOptions, groupRows } from './group-by';
import { columnOf, type HeldColumn, isHeldLoaded, isLazyColumn, takeHeld } from './lazy-column';
import { printFrame } from './print-frame';
import { fromRecords, recordsOf } from './records';
import { replaceValues } from './replace-values';
import { type SortOptions, sortedPositions } from './sort-rows';

import { type ValueCountsOptions, valueCounts } from './value-counts';
import { rowsWhere, type WhereTest, where } from './where';

/** What a {@link DataFrame} is made of. */
export interface DataFrameInit {
  /** Columns by name, in order. */
  columns?:
    | Iterable<readonly [string, ColumnInput | HeldColumn]>
    | Readonly<Record<string, ColumnInput | HeldColumn>>
    | undefined;
  /** Row names, one a row; "0", "1", … by default. */
  index?: ColumnInput | HeldColumn | undefined;
  /** Name of the index; none by default. */
  indexName?: string | null | undefined;
}

const brand = Symbol.for('anndata.DataFrame');

/**
 * Named columns of equal length, in order, and an index that names the rows. Columns are immutable records over Arrow
 * vectors, so a copy of a frame shares them.
 *
 * Columns given as an object come in the order JS keeps its keys: names that are whole numbers first. Give pairs or a Map
 * where that matters.
 *
 * @example
 * ```ts
 * const obs = new DataFrame({ columns: { n_genes: Int32Array.of(781, 1352) }, index: ['AAAC-1', 'AAAG-1'] });
 * obs.set('batch', categorical(['a', 'b']));
 * obs.get('n_genes').get(1); // 1352
 * ```
 */
export class DataFrame {
  readonly [brand] = true;
  #columns = new Map<string, HeldColumn>();
  #index: HeldColumn;
  #indexName: string | null;

  /** @throws {AnnDataError} `ERR_SHAPE` when lengths differ, `ERR_NAME` when a name comes twice */
  constructor({ columns = [], index, indexName = null }: DataFrameInit = {}) {
    const list = isIterable(columns) ? [...columns] : Object.entries(columns);
    const made = list.map(([name, values]) => [name, named(name, values)] as const);
    this.#index = index === undefined ? counted(made[0] ? heldLength(made[0][1]) : 0) : heldFrom(index);
    this.#indexName = null;
    this.indexName = indexName;
    for (const [name, column] of made) {
      if (this.#columns.has(name)) throw new AnnDataError('ERR_NAME', `the column ${quote(name)} comes twice`);
      this.setColumn(name, column);
    }
  }

  /** Names of the columns, in order. */
  get columns(): string[] {
    return [...this.#columns.keys()];
  }

  /** Names of the rows. @throws {AnnDataError} `ERR_ARGUMENT` for complex numbers, which have no Arrow type: see {@link indexColumn} */
  get index(): Vector {
    const { values } = this.indexColumn;
    if (isDenseArray(values))
      throw new AnnDataError('ERR_ARGUMENT', `an index of dtype ${values.dtype} has no Arrow vector; use indexColumn`);
    return values;
  }

  /** The index with how it is stored. */
  get indexColumn(): Column {
    return columnOf(this.#index);
  }

  /** The index, or what stands for it while it lies in a file. */
  get heldIndex(): HeldColumn {
    return this.#index;
  }

  /** What the index is called; null when it has no name. */
  get indexName(): string | null {
    return this.#indexName;
  }

  set indexName(name: string | null) {
    if (name !== null && typeof name !== 'string')
      throw new AnnDataError('ERR_NAME', `the index is named by a string or null, not ${typeof name}`);
    this.#indexName = name;
  }

  /** Number of rows. */
  get nRows(): number {
    return heldLength(this.#index);
  }

  /** Rows and columns. */
  get shape(): [rows: number, columns: number] {
    return [this.nRows, this.#columns.size];
  }

  /** Whether there is a column of that name. */
  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /**
   * Whether a column, or the index (null), is in memory; without argument, whether all are. Frames that were made in memory
   * are; those of backed objects can have columns that still lie in the file.
   */
  isLoaded(name?: string | null): boolean {
    if (name === null) return isHeldLoaded(this.#index);
    if (name !== undefined) return isHeldLoaded(this.held(name));
    return isHeldLoaded(this.#index) && [...this.#columns.values()].every(isHeldLoaded);
  }

  /**
   * One column with how it is stored.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is none of that name, `ERR_NOT_LOADED` when it still lies in a file
   * @example
   * ```ts
   * obs.column('louvain').encoding; // 'categorical'
   * ```
   */
  column(name: string): Column {
    return columnOf(this.held(name));
  }

  /** As {@link DataFrame.column}, or what stands for the column while it lies in a file; encoding and dtype are known in any case. */
  held(name: string): HeldColumn {
    const column = this.#columns.get(name);
    if (column === undefined) {
      const known = this.columns.slice(0, 20).map((known) => quote(known));
      throw new AnnDataError('ERR_NAME', `there is no column ${quote(name)}; there are ${known.join(', ') || 'none'}`);
    }
    return column;
  }

  /**
   * The values of a column. Complex columns have no Arrow type: see {@link column}.
   *
   * @param options - `int64`: `number` gives 64-bit integers as Float64, NaN where missing; a copy
   * @throws {AnnDataError} `ERR_NAME` when there is no such column, `ERR_LIMIT` when an integer is not exact as a number
   * @example
   * ```ts
   * obs.get('n_genes').get(0); // 300n
   * obs.get('n_genes', { int64: 'number' }).get(0); // 300
   * ```
   */
  get(name: string, { int64 = 'bigint' }: { int64?: 'bigint' | 'number' } = {}): Vector {
    const { dtype, values } = this.column(name);
    if (isDenseArray(values))
      throw new AnnDataError('ERR_ARGUMENT', `column ${quote(name)} is ${dtype}; use column(name).values`);
    return int64 === 'number' && (dtype === 'int64' || dtype === 'uint64') ? exactNumbers(name, values) : values;
  }

  /**
   * Adds or replaces a column; see `columnFrom` for what becomes of `values`.
   *
   * @throws {AnnDataError} `ERR_SHAPE`, `ERR_UNWRITEABLE`
   * @example
   * ```ts
   * obs.set('depth', Float32Array.of(1.5, 2, 3)).get('depth').get(0); // 1.5
   * ```
   */
  set(name: string, values: ColumnInput): this {
    return this.setColumn(name, named(name, values));
  }

  /**
   * Adds or replaces a column as it is.
   *
   * @example
   * ```ts
   * obs.setColumn('copy', obs.column('phase')).has('copy'); // true
   * ```
   */
  setColumn(name: string, column: HeldColumn): this {
    if (typeof name !== 'string')
      throw new AnnDataError('ERR_NAME', `a column is named by a string, not ${typeof name}`);
    if (heldLength(column) !== this.nRows) {
      throw new AnnDataError(
        'ERR_SHAPE',
        `column ${quote(name)} has ${heldLength(column)} values, the frame ${this.nRows} rows`,
      );
    }
    this.#columns.set(name, column);
    return this;
  }

  /**
   * Replaces single values; the column itself is copied, other frames that share it do not change.
   *
   * @param rows - positions
   * @param values - one a row, or one for all; null makes it missing
   * @throws {AnnDataError} `ERR_ARGUMENT` when a value does not fit the column, such as a label that is no category
   * @example
   * ```ts
   * obs.setValues('phase', [0, 2], ['G2M', null]);
   * [...obs.get('phase')]; // ['G2M', 'S', null]
   * ```
   */
  setValues(name: string, rows: ArrayLike<number>, values: unknown): this {
    return this.setColumn(name, replaceValues(this.column(name), rows, values));
  }

  /** Removes a column; whether there was one. */
  delete(name: string): boolean {
    return this.#columns.delete(name);
  }

  /**
   * Renames a column in its place.
   *
   * @throws {AnnDataError} `ERR_NAME` when the new name is taken
   * @example
   * ```ts
   * obs.rename('n_genes', 'genes').columns; // ['louvain', 'phase', 'genes']
   * ```
   */
  rename(from: string, to: string): this {
    this.held(from);
    if (typeof to !== 'string') throw new AnnDataError('ERR_NAME', `a column is named by a string, not ${typeof to}`);
    if (from !== to && this.has(to)) throw new AnnDataError('ERR_NAME', `there is a column ${quote(to)} already`);
    this.#columns = new Map([...this.#columns].map(([name, column]) => [name === from ? to : name, column]));
    return this;
  }

  /**
   * Replaces the row names, and their name when one is given.
   *
   * @throws {AnnDataError} `ERR_SHAPE` when there are more or fewer than rows
   * @example
   * ```ts
   * obs.setIndex(['x', 'y', 'z'], 'cell').index.get(0); // 'x'
   * ```
   */
  setIndex(values: ColumnInput | HeldColumn, name: string | null = this.#indexName): this {
    const column = heldFrom(values);
    if (heldLength(column) !== this.nRows) {
      throw new AnnDataError('ERR_SHAPE', `the index has ${heldLength(column)} values, the frame ${this.nRows} rows`);
    }
    this.indexName = name;
    this.#index = column;
    return this;
  }

  /** A frame of its own; the columns, which never change, are shared. */
  copy(): DataFrame {
    return new DataFrame({ columns: this.#columns, index: this.#index, indexName: this.#indexName });
  }

  /**
   * The given rows, in that order, repeats allowed; a copy.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when one is out of range
   * @example
   * ```ts
   * [...obs.subset([2, 0]).index]; // ['c', 'a']
   * ```
   */
  subset(rows: ArrayLike<number>): DataFrame {
    const columns = [...this.#columns].map(([name, column]) => [name, takeHeld(column, rows)] as const);
    return new DataFrame({ columns, index: takeHeld(this.#index, rows), indexName: this.#indexName });
  }

  /** Whether index, its name, columns, their order and all values are equal. */
  equals(other: unknown): boolean {
    if (!isDataFrame(other) || other.nRows !== this.nRows || other.indexName !== this.indexName) return false;
    const theirs = other.columns;
    if (theirs.length !== this.#columns.size || !columnEquals(this.indexColumn, other.indexColumn)) return false;
    return this.columns.every((name, i) => theirs[i] === name && columnEquals(this.column(name), other.column(name)));
  }

  /**
   * The rows that a function says yes to, that a mask marks, or that {@link where} chooses. The object the function gets
   * looks values up when they are asked for, and is the same for every row.
   *
   * @throws {AnnDataError} `ERR_SHAPE` for a mask of another length, `ERR_ARGUMENT` for one with missing values
   * @example
   * ```ts
   * obs.filter((row: { n_genes: bigint }) => row.n_genes > 200n);
   * obs.filter(where('louvain', ['B cells', 'T cells']));
   * ```
   */
  filter<R extends object = Row>(keep: RowFilter<R>): DataFrame {
    return this.subset(filteredRows(this, keep as RowFilter));
  }

  /** The rows whose value in a column passes a test: a value, one of several, or a function; see {@link where}. */
  where<T extends Element>(column: string, test: WhereTest<T>): DataFrame {
    return this.subset(rowsWhere(this, where(column, test)));
  }

  /**
   * The rows in the order of one or several columns; rows equal in all of them keep their order. Text is ordered by code
   * points, categoricals by their categories.
   *
   * @param options.descending - for all columns, or one a column
   * @param options.missing - where missing values (and NaN) go, whichever the direction; last by default
   * @throws {AnnDataError} `ERR_NAME` when there is no such column
   * @example
   * ```ts
   * obs.sort(['louvain', 'n_genes'], { descending: [false, true] });
   * ```
   */
  sort(by: string | readonly string[], options: SortOptions = {}): DataFrame {
    return this.subset(sortedPositions(this, by, options));
  }

  /**
   * The first `n` rows; with a negative `n` all but the last ones.
   *
   * @example
   * ```ts
   * obs.head(2).nRows; // 2
   * obs.head(-1).nRows; // 2
   * ```
   */
  head(n = 5): DataFrame {
    return this.#between(0, n < 0 ? Math.max(0, this.nRows + n) : n);
  }

  /**
   * The last `n` rows; with a negative `n` all but the first ones.
   *
   * @example
   * ```ts
   * [...obs.tail(1).index]; // ['c']
   * ```
   */
  tail(n = 5): DataFrame {
    return this.#between(n < 0 ? -n : Math.max(0, this.nRows - n), this.nRows);
  }

  /**
   * How often each value of a column occurs, unused categories included; the most frequent first, as in pandas.
   *
   * @example
   * ```ts
   * obs.valueCounts('louvain'); // Map { 'T cells' => 311, 'B cells' => 98, … }
   * ```
   */
  valueCounts(column: string, options?: ValueCountsOptions): Map<ColumnValue, number> {
    return valueCounts(this.column(column), column, options);
  }

  /**
   * Groups the rows by the values of one column, or of several together.
   *
   * @throws {AnnDataError} `ERR_NAME` when there is no such column
   * @example
   * ```ts
   * const rows = obs.groupBy('louvain').indices; // Map { 'B cells' => Int32Array […], … }
   * obs.groupBy(['louvain', 'phase']).get(['B cells', 'S']);
   * ```
   */
  groupBy(column: string, options?: GroupByOptions): GroupBy;
  groupBy(columns: readonly string[], options?: GroupByOptions): GroupBy<readonly ColumnValue[]>;
  groupBy(by: string | readonly string[], options?: GroupByOptions): GroupBy<never> {
    return new GroupBy(this, groupRows(this, by, options));
  }

  /**
   * An Arrow table that shares the frame's memory: what Polars, Observable Plot and others read. The index becomes
   * the last column; the table says which one it is.
   *
   * @param options - `index`: whether to take the index along (default)
   * @throws {AnnDataError} `ERR_ARGUMENT` for complex columns
   * @example
   * ```ts
   * obs.toArrow().numCols; // 4
   * obs.toArrow({ index: false }).numCols; // 3
   * ```
   */
  toArrow({ index = true }: { index?: boolean } = {}): Table {
    return tableOf(this, index);
  }

  /**
   * A frame of an Arrow table; values are copied.
   *
   * @param options - `index`: name of the column that becomes the index; by default the one that the table names (also when
   *   pandas made it), else rows are counted. Null: count them
   * @throws {AnnDataError} `ERR_NAME` when there is no such column or a name comes twice, `ERR_UNWRITEABLE` for types that
   *   the file format has no room for
   * @example
   * ```ts
   * DataFrame.fromArrow(obs.toArrow()).equals(obs); // true
   * ```
   */
  static fromArrow(table: Table, { index }: { index?: string | null } = {}): DataFrame {
    return new DataFrame(fromTable(table, index));
  }

  /**
   * Rows as objects: column → value.
   *
   * @param options - `index`: the key to put the row names under; without it they are left out
   * @example
   * ```ts
   * obs.toRecords({ index: 'cell' })[0].cell; // 'a'
   * ```
   */
  toRecords({ index }: { index?: string } = {}): Record<string, unknown>[] {
    return recordsOf(this, index);
  }

  /**
   * A frame of objects. Columns are the keys in the order they first appear; a key that a record lacks is missing there.
   *
   * @param options - `index`: the key that holds the row names
   * @throws {AnnDataError} `ERR_UNWRITEABLE` for values that make no column; see `columnFrom`
   * @example
   * ```ts
   * DataFrame.fromRecords([{ cell: 'AAAC', depth: 10 }, { cell: 'AAAG' }], { index: 'cell' });
   * ```
   */
  static fromRecords(
    records: readonly Readonly<Record<string, ColumnValue>>[],
    { index }: { index?: string } = {},
  ): DataFrame {
    return new DataFrame(fromRecords(records, index));
  }

  /** Name → values. */
  toColumns(): Record<string, Vector | DenseArray> {
    const columns = Object.create(null) as Record<string, Vector | DenseArray>;
    for (const name of this.columns) columns[name] = this.column(name).values;
    return columns;
  }

  /**
   * One row: column → value, null where missing.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` when it is out of range
   * @example
   * ```ts
   * obs.at(0).phase; // 'S'
   * ```
   */
  at(row: number): Record<string, unknown> {
    if (!(Number.isInteger(row) && row >= 0 && row < this.nRows)) {
      throw new AnnDataError('ERR_ARGUMENT', `row ${row} is outside of [0, ${this.nRows})`);
    }
    const record = Object.create(null) as Record<string, unknown>;
    for (const name of this.columns) record[name] = this.column(name).values.get(row);
    return record;
  }

  #between(start: number, end: number): DataFrame {
    const length = Math.max(0, Math.min(end, this.nRows) - start);
    return this.subset(Int32Array.from({ length }, (_, i) => start + i));
  }

  /** A table of the first rows, with as many columns as fit. */
  toString(): string {
    return printFrame(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Whether `value` is a {@link DataFrame}, of whichever copy of this package. */
export function isDataFrame(value: unknown): value is DataFrame {
  return typeof value === 'object' && value !== null && brand in value;
}

function isIterable<T>(value: object): value is Iterable<T> {
  return Symbol.iterator in value;
}

function counted(length: number): Column {
  return columnFrom(stringVector(Array.from({ length }, (_, i) => String(i))));
}

function heldFrom(values: ColumnInput | HeldColumn): HeldColumn {
  return isLazyColumn(values) ? values : columnFrom(values as ColumnInput);
}

function heldLength(held: HeldColumn): number {
  return isLazyColumn(held) ? held.length : columnLength(held);
}

/** A column whose errors name it. */
function named(name: string, values: ColumnInput | HeldColumn): HeldColumn {
  try {
    return heldFrom(values);
  } catch (error) {
    throw error instanceof AnnDataError ? error.at({ key: name }) : error;
  }
}

function exactNumbers(name: string, values: Vector): Vector {
  const whole = vectorNumbers(values);
  const valid = validityBytes(values);
  const numbers = new Float64Array(whole.length);
  for (let i = 0; i < numbers.length; i++) {
    const isThere = valid === null || valid[i] === 1;
    const number = isThere ? Number(whole[i]) : Number.NaN;
    if (isThere && !Number.isSafeInteger(number)) {
      const reason = `column ${quote(name)} holds ${whole[i]} at row ${i}, which no JS number holds exactly`;
      throw new AnnDataError('ERR_LIMIT', reason);
    }
    numbers[i] = number;
  }
  return numericVector('float64', numbers);
}
