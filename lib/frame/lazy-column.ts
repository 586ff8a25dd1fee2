// SPDX-License-Identifier: BSD-3-Clause

import type { StorageNode, StorageReader } from '../storage/storage';
import type { Column, ColumnEncoding } from './column';
import { takeColumn } from './column';

/** The mark of lazy columns. */
export const lazyColumn: unique symbol = Symbol.for('anndata.LazyColumn') as never;

/** What a column that is carried over to another file is recorded in. */
export interface CopyPlan {
  copy(key: string, node: StorageNode, source: StorageReader): void;
}

/**
 * A column that lies in a file: how it is stored and how long it is are known, its values once they are loaded. Like a
 * {@link Column} it never changes, apart from being loaded.
 */
export interface LazyColumn extends Pick<Column, 'encoding' | 'dtype'> {
  readonly [lazyColumn]: true;
  readonly encoding: ColumnEncoding;
  readonly length: number;
  readonly isLoaded: boolean;
  /** The column. @throws {NotLoadedError} when it is not loaded */
  readonly value: Column;
  /** Bytes of memory it will take, as well as is known without reading. */
  readonly expectedBytes: number;
  /** Reads the column and keeps nothing. */
  read(options?: { signal?: AbortSignal | undefined }): Promise<Column>;
  /** Some rows of it: lazy, too. */
  subset(rows: ArrayLike<number>): LazyColumn;
  /** What a function makes of it, once it is loaded; the function must not change the number of rows. */
  map(change: (column: Column) => Column): LazyColumn;
  /** Records that the column is carried over as it is stored; false when it must be written like one in memory. */
  copyTo(plan: CopyPlan, key: string): boolean;
}

/** A column, or what stands for one that lies in a file. */
export type HeldColumn = Column | LazyColumn;

/** Whether `value` stands for a column that lies in a file. */
export function isLazyColumn(value: unknown): value is LazyColumn {
  return typeof value === 'object' && value !== null && lazyColumn in value;
}

/** The column itself. @throws {NotLoadedError} when it is not loaded */
export function columnOf(held: HeldColumn): Column {
  return isLazyColumn(held) ? held.value : held;
}

/** The given rows of a column, lazily where it is lazy. */
export function takeHeld(held: HeldColumn, rows: ArrayLike<number>): HeldColumn {
  return isLazyColumn(held) ? held.subset(rows) : takeColumn(held, rows);
}

/** What a function makes of a column, lazily where it is lazy. */
export function mapHeld(held: HeldColumn, change: (column: Column) => Column): HeldColumn {
  return isLazyColumn(held) ? held.map(change) : change(held);
}

/** Whether the values are in memory. */
export function isHeldLoaded(held: HeldColumn): boolean {
  return !isLazyColumn(held) || held.isLoaded;
}

/** The column itself, read where it is lazy; nothing is kept. */
export async function readHeld(held: HeldColumn, options?: { signal?: AbortSignal | undefined }): Promise<Column> {
  return isLazyColumn(held) ? held.read(options) : held;
}

/** Bytes of memory that it takes where it is lazy, as well as is known. */
export function lazyBytes(held: HeldColumn | null | undefined): number {
  return isLazyColumn(held) ? held.expectedBytes : 0;
}
