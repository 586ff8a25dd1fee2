// SPDX-License-Identifier: BSD-3-Clause

import type { DType, NumericDType } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import { checkedPositions, type Positions } from '../arrays/positions';
import { runNow } from '../arrays/sparse/passes';
import { isSparse } from '../arrays/sparse-matrix';
import { AnnDataError } from '../errors';
import type { StorageNode } from '../storage/storage';
import type { About } from './about';
import { applyEdits } from './apply-edits';
import type { BackedFile } from './backed-file';
import { BaseHandle } from './base-handle';
import { type Cut, cutAgain, cutShape, isWhole, whole } from './cut';
import { type BlockValues, type Edit, editOf } from './edits';
import type { Handle, HandleKind } from './handle';
import { HandleBlocks } from './handle-blocks';
import { remembered } from './remembered';
import type { ReadRequest } from './request';
import {
  CutSource,
  EditedSource,
  partBytes,
  type Source,
  type Subsettable,
  taken,
  takenSoon,
  ValueSource,
} from './source';
import type { StoredElement } from './stored';
import { StoredSource } from './stored-source';

/** Stands for all positions among the keys of parts. */
const all = {};

/** An element of a file, a part of one, what was made of such, or a value in memory that stands where elements stand. */
export class ElementHandle extends BaseHandle<unknown> implements Handle<unknown> {
  readonly key: string;
  readonly filename: string;
  readonly shape: readonly number[];
  readonly #about: About;
  /** Null for a value that was never in a file, and for parts, which ask their root. */
  #source: Source | null;
  readonly #cut: Cut;
  readonly #root: ElementHandle | null;
  #revision = 0;
  /** Parts by the arrays they were asked for with: a view asks for the same one again and again. */
  readonly #parts = new WeakMap<object, WeakMap<object, ElementHandle>>();

  /** Parts that keep a value, which follows changes of the whole. */
  readonly #loadedParts = new Set<WeakRef<ElementHandle>>();

  private constructor(about: About, source: Source | null, names: { key: string; filename: string }, part?: Part) {
    super();
    this.key = names.key;
    this.filename = names.filename;
    this.#about = about;
    this.#source = source;
    this.#cut = part?.cut ?? whole;
    this.#root = part?.root ?? null;
    this.shape = cutShape(about.shape ?? [], this.#cut);
  }

  /** An element of a file. `asColumn`: an array of one axis counts as one column. */
  static stored(file: BackedFile, node: StorageNode, asColumn = false): ElementHandle {
    return ElementHandle.over(new StoredSource(file, node, asColumn), { key: node.key, filename: file.filename });
  }

  /** What a source gives. */
  static over(source: Source, names: { key: string; filename: string }): ElementHandle {
    return new ElementHandle(source.about, source, names);
  }

  /** A value in memory. */
  static holding(value: unknown, about: About, key: string, filename: string): ElementHandle {
    const handle = new ElementHandle(about, null, { key, filename });
    handle.keep(value);
    return handle;
  }

  get kind(): HandleKind {
    return this.#about.kind;
  }

  get dtype(): DType {
    return this.#about.dtype as DType;
  }

  get format(): 'dense' | 'csr' | 'csc' {
    return this.#about.format ?? 'dense';
  }

  /** Whether it shows rows and columns of another handle. */
  get isPart(): boolean {
    return this.#root !== null;
  }

  get nnz(): number | null {
    const { kept } = this;
    if (kept !== null && isSparse(kept.value)) return kept.value.nnz;
    return this.#isWhole ? (this.#origin.#source?.about.nnz ?? null) : null;
  }

  override get stored(): StoredElement | null {
    if (!this.#isWhole || this.kept !== null || this.#origin.kept !== null) return null;
    return this.#origin.#source?.stored ?? null;
  }

  /** What is read block by block; null for what is in memory, and for all but matrices of numbers. */
  get blocks(): HandleBlocks | null {
    const { kept } = this;
    if (kept !== null || this.kind !== 'matrix' || this.dtype === 'string') return null;
    const origin = this.#origin;
    const settle = (written: Source, file: BackedFile, key: string): void => origin.#settle(written, file, key);
    return new HandleBlocks(this.snapshot(), this.#root === null ? settle : null);
  }

  /** What it stands for at this moment, whatever is changed later. */
  snapshot(): Source {
    const { kept } = this;
    if (kept !== null) return new ValueSource(this.#about, kept.value as Subsettable);
    const all = this.#origin.#whole();
    return this.#isWhole ? all : new CutSource(all, this.#cut);
  }

  get expectedBytes(): number {
    return partBytes(this.#origin.#source?.about ?? this.#about, this.#cut);
  }

  override get isLoaded(): boolean {
    return this.kept !== null || this.#root?.kept != null;
  }

  protected override get revision(): number {
    return this.#origin.#revision;
  }

  subset(rows: Positions, columns: Positions = null): ElementHandle {
    if (this.kind === 'other') throw new AnnDataError('ERR_SHAPE', 'this has no rows to take', { key: this.key });
    const byRow = checkedPositions(rows, this.shape[0] ?? 0, 'row');
    const byColumn = checkedPositions(columns, this.shape[1] ?? 0, 'column');
    const [byRows, byColumns] = [byRow ?? all, byColumn ?? all];
    const parts = remembered(this.#parts, byRows, () => new WeakMap<object, ElementHandle>());
    return remembered(parts, byColumns, () => {
      const cut = cutAgain(this.#cut, { rows: byRow, columns: byColumn });
      return new ElementHandle(this.#about, null, this, { root: this.#origin, cut });
    });
  }

  setValues(rows: Positions, columns: Positions, values: BlockValues): this {
    const { key, shape } = this;
    if (this.kind !== 'matrix' || this.dtype === 'string') {
      throw new AnnDataError('ERR_ARGUMENT', 'only the values of matrices of numbers can be set', { key });
    }
    if (this.#root !== null) {
      const reason = 'this is a part of a matrix, and changes of a part would be lost; set values of the whole matrix';
      throw new AnnDataError('ERR_ARGUMENT', reason, { key });
    }
    const edit = editOf({ key, shape, dtype: this.dtype as NumericDType }, rows, columns, values);
    if (this.kept !== null) this.#change(edit);
    else this.#source = EditedSource.of(this.#source as Source, edit);
    for (const reference of this.#loadedParts) {
      const part = reference.deref();
      if (part === undefined) this.#loadedParts.delete(reference);
      else part.#change(edit);
    }
    this.#revision++;
    return this;
  }

  copy(): ElementHandle {
    const present = this.kept ?? this.present();
    if (present === null) {
      const source = this.#origin.#source as Source;
      return ElementHandle.over(this.#isWhole ? source : new CutSource(source, this.#cut), this);
    }
    if (this.kind === 'other') return this;
    const value = this.kept === null ? present.value : (present.value as Subsettable).copy();
    const nnz = isSparse(value) ? value.nnz : null;
    return ElementHandle.holding(value, { ...this.#about, shape: this.shape, nnz }, this.key, this.filename);
  }

  /** Changes the value that is kept, as the whole was changed. */
  #change(edit: Edit): void {
    const { shape } = this.#origin;
    super.keep(runNow(applyEdits((this.kept as { value: unknown }).value as Matrix, [edit], this.#cut, shape)));
  }

  protected override keep(value: unknown): void {
    super.keep(value);
    if (this.#root !== null) this.#root.#loadedParts.add(new WeakRef(this));
  }

  protected override present(): { readonly value: unknown } | null {
    const source = this.#root?.kept;
    return source == null ? null : { value: taken(source.value as Subsettable, this.#cut) };
  }

  protected async produce(request: ReadRequest): Promise<unknown> {
    const { kept } = this.#origin;
    if (kept !== null) return takenSoon(kept.value as Subsettable, this.#cut, request);
    const { value, hint } = await (this.#origin.#source as Source).read(this.#cut, request);
    if (this.#isWhole) this.hint = hint;
    return value;
  }

  /** From now on the matrix lies in a file as `written` was; later changes stay pending. */
  #settle(written: Source, file: BackedFile, key: string): void {
    const node = file.find(key);
    if (node === undefined || this.#source === null) return;
    this.#source = EditedSource.moved(this.#source, written, new StoredSource(file, node, this.shape.length > 1));
  }

  /** What the matrix is made of at the moment. */
  #whole(): Source {
    const { kept } = this;
    return kept === null ? (this.#source as Source) : new ValueSource(this.#about, kept.value as Subsettable);
  }

  get #origin(): ElementHandle {
    return this.#root ?? this;
  }

  get #isWhole(): boolean {
    return isWhole(this.#cut);
  }
}

/** Whether a value is a matrix that is read block by block. */
export function isStreamed(value: unknown): value is ElementHandle {
  return value instanceof ElementHandle && value.blocks !== null;
}

interface Part {
  readonly root: ElementHandle;
  readonly cut: Cut;
}
