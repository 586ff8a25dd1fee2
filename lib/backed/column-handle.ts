// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, compose } from '../arrays/axis-index';
import type { IndexArray, NumericDType } from '../arrays/dtype';
import type { ReadContext } from '../elements/registry';
import { type Column, type ColumnEncoding, takeColumn } from '../frame/column';
import { type CopyPlan, type LazyColumn, lazyColumn } from '../frame/lazy-column';
import { NameIndex } from '../frame/name-index';
import type { StorageNode } from '../storage/storage';
import { BaseHandle } from './base-handle';
import { pickOf } from './cut';
import { cutElement } from './cut-node';
import { remembered } from './remembered';
import type { ReadRequest } from './request';
import { type Origin, type StoredElement, storedElement } from './stored';

/** How a column lies in a file. */
export interface StoredColumn extends Origin {
  readonly encoding: ColumnEncoding;
  readonly dtype: NumericDType | 'string';
  readonly length: number;
  readonly bytes: number;
  /** Whether rows will be looked for by these values. */
  readonly isNames: boolean;
  readonly read: (node: StorageNode, ctx: ReadContext) => Promise<Column>;
}

/** A column that lies in a file, or what becomes of one. Columns never change, so what is read is kept by whoever loads it. */
export abstract class ColumnHandle extends BaseHandle<Column> implements LazyColumn {
  readonly [lazyColumn] = true as const;
  readonly kind = 'column';
  abstract readonly encoding: ColumnEncoding;
  abstract readonly dtype: NumericDType | 'string';
  abstract readonly length: number;
  readonly #parts = new WeakMap<object, ColumnHandle>();

  /** Some rows. For the same array of rows it is the same handle: what shows a column twice reads it once. */
  subset(rows: ArrayLike<number>): ColumnHandle {
    return remembered(this.#parts, rows, () => this.part(rows as IndexArray));
  }

  protected abstract part(rows: IndexArray): ColumnHandle;

  map(change: (column: Column) => Column): ColumnHandle {
    return new ChangedColumn(this, this.length, change);
  }

  copyTo(plan: CopyPlan, key: string): boolean {
    const { stored } = this;
    if (stored !== null) plan.copy(key, stored.node, stored.source);
    return stored !== null;
  }

  copy(): this {
    return this;
  }

  protected override get isConstant(): boolean {
    return true;
  }
}

/** A whole column of a file, or some rows of one. */
export class FileColumn extends ColumnHandle {
  readonly #stored: StoredColumn;
  readonly #rows: AxisIndex | null;
  readonly #root: FileColumn | null;

  constructor(stored: StoredColumn, rows: AxisIndex | null = null, root: FileColumn | null = null) {
    super();
    this.#stored = stored;
    this.#rows = rows;
    this.#root = root;
  }

  get key(): string {
    return this.#stored.key;
  }

  get filename(): string {
    return this.#stored.file.filename;
  }

  get encoding(): ColumnEncoding {
    return this.#stored.encoding;
  }

  get dtype(): NumericDType | 'string' {
    return this.#stored.dtype;
  }

  get length(): number {
    return this.#rows?.length ?? this.#stored.length;
  }

  get expectedBytes(): number {
    const { bytes, length } = this.#stored;
    return length === 0 ? 0 : Math.round((bytes * this.length) / length);
  }

  // Columns never change, so a loaded one is the one of the file, too.
  override get stored(): StoredElement | null {
    return this.#rows === null ? storedElement(this.#stored) : null;
  }

  override get isLoaded(): boolean {
    return this.kept !== null || this.#root?.isLoaded === true;
  }

  override async loadWith(request: ReadRequest): Promise<Column> {
    if (this.#stored.isNames) await NameIndex.prepare((await this.fetch(request)).values);
    return super.loadWith(request);
  }

  protected part(rows: IndexArray): ColumnHandle {
    const index = this.#rows === null ? rows : composedOnce(this.#rows, rows);
    return new FileColumn(this.#stored, index, this.#root ?? this);
  }

  protected override present(): { readonly value: Column } | null {
    const source = this.#root?.kept;
    return source == null ? null : { value: takeColumn(source.value, this.#rows as IndexArray) };
  }

  protected async produce(request: ReadRequest): Promise<Column> {
    const present = this.present();
    if (present !== null) return present.value;
    const { file, key, generation, read } = this.#stored;
    const node = file.need(key, generation);
    return file.use(key, request, (ctx) => {
      if (this.#rows === null) return read(node, ctx);
      const part = cutElement(ctx.storage, node, (shape) =>
        shape.map((n, axis) => pickOf(axis === 0 ? this.#rows : null, n)),
      );
      return read(part.node, { ...ctx, storage: part.storage });
    });
  }
}

/** What a function makes of another column. */
class ChangedColumn extends ColumnHandle {
  constructor(
    private readonly source: ColumnHandle,
    readonly length: number,
    private readonly change: (column: Column) => Column,
  ) {
    super();
  }

  get key(): string {
    return this.source.key;
  }

  get filename(): string {
    return this.source.filename;
  }

  get encoding(): ColumnEncoding {
    return this.source.encoding;
  }

  get dtype(): NumericDType | 'string' {
    return this.source.dtype;
  }

  get expectedBytes(): number {
    return this.source.expectedBytes;
  }

  override get isLoaded(): boolean {
    return this.kept !== null || this.source.isLoaded;
  }

  protected part(rows: IndexArray): ColumnHandle {
    return new ChangedColumn(this, rows.length, (column) => takeColumn(column, rows));
  }

  protected override present(): { readonly value: Column } | null {
    return this.source.isLoaded ? { value: this.change(this.source.value) } : null;
  }

  protected async produce(request: ReadRequest): Promise<Column> {
    return this.change(await this.source.fetch(request));
  }
}

/** A column that is made of others when it is read. */
export class ComputedColumn extends ColumnHandle {
  readonly encoding: ColumnEncoding;
  readonly dtype: NumericDType | 'string';
  readonly length: number;
  readonly key: string;
  readonly filename: string;
  readonly expectedBytes: number;

  /** @param about - what it will be, as well as is known; `make` makes it */
  constructor(
    about: Pick<ColumnHandle, 'encoding' | 'dtype' | 'length' | 'key' | 'filename' | 'expectedBytes'>,
    private readonly make: (request: ReadRequest) => Promise<Column>,
  ) {
    super();
    this.encoding = about.encoding;
    this.dtype = about.dtype;
    this.length = about.length;
    this.key = about.key;
    this.filename = about.filename;
    this.expectedBytes = about.expectedBytes;
  }

  protected part(rows: IndexArray): ColumnHandle {
    return new ChangedColumn(this, rows.length, (column) => takeColumn(column, rows));
  }

  protected produce(request: ReadRequest): Promise<Column> {
    return this.make(request);
  }
}

/** Columns of one frame share their rows: what is taken of them is put together once. */
const compositions = new WeakMap<object, WeakMap<object, AxisIndex>>();

function composedOnce(outer: AxisIndex, inner: IndexArray): AxisIndex {
  const known = remembered(compositions, outer, () => new WeakMap<object, AxisIndex>());
  return remembered(known, inner, () => compose(outer, inner));
}
