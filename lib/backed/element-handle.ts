// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { type AxisIndex, positionsOf } from '../arrays/axis-index';
import { DenseArray, isDenseArray } from '../arrays/dense-array';
import type { DType, IndexArray } from '../arrays/dtype';
import { checkedPositions, type Positions } from '../arrays/positions';
import { isSparse } from '../arrays/sparse-matrix';
import { readElement } from '../elements/registry';
import { AnnDataError } from '../errors';
import type { StorageNode } from '../storage/storage';
import { type About, aboutElement } from './about';
import type { BackedFile } from './backed-file';
import { BaseHandle } from './base-handle';
import { type Cut, composed, pickOf, positionsOrNull, whole } from './cut';
import { cutElement } from './cut-node';
import type { Handle, HandleKind } from './handle';
import { remembered } from './remembered';
import { checkSize, type ReadRequest } from './request';
import { readIndptr, readSparsePart } from './sparse-part';
import { type Origin, type StoredElement, storedElement } from './stored';

/** Where an element lies; null for a value that was never in a file. */
interface Place extends Origin {
  /** An array of one axis that stands for one column. */
  readonly asColumn: boolean;
  indptr: Promise<IndexArray> | null;
}

/** Stands for all positions among the keys of parts. */
const all = {};

/** Anything with rows and columns. */
interface Subsettable {
  subset(rows: Positions, columns?: Positions): unknown;
  subsetAsync?(rows: Positions, columns: Positions, options: { signal?: AbortSignal | undefined }): Promise<unknown>;
  copy(): unknown;
}

/** An element of a file, a part of one, or a value in memory that stands where elements stand. */
export class ElementHandle extends BaseHandle<unknown> implements Handle<unknown> {
  readonly key: string;
  readonly filename: string;
  readonly shape: readonly number[];
  readonly #about: About;
  readonly #place: Place | null;
  readonly #cut: Cut;
  readonly #root: ElementHandle | null;
  /** Parts by the arrays they were asked for with: a view asks for the same one again and again. */
  readonly #parts = new WeakMap<object, WeakMap<object, ElementHandle>>();

  private constructor(about: About, place: Place | null, names: { key: string; filename: string }, part?: Part) {
    super();
    this.key = names.key;
    this.filename = names.filename;
    this.#about = about;
    this.#place = place;
    this.#cut = part?.cut ?? whole;
    this.#root = part?.root ?? null;
    const lengths = [this.#cut.rows?.length, this.#cut.columns?.length];
    this.shape = (about.shape ?? []).map((n, axis) => lengths[axis] ?? n);
  }

  /** An element of a file. `asColumn`: an array of one axis counts as one column. */
  static stored(file: BackedFile, node: StorageNode, asColumn = false): ElementHandle {
    const about = aboutElement(node);
    const isFlat = asColumn && about.format === 'dense' && about.shape?.length === 1;
    const shaped = isFlat ? { ...about, shape: [about.shape![0]!, 1] } : about;
    const place = { file, key: node.key, generation: file.generation, asColumn: isFlat, indptr: null };
    return new ElementHandle(shaped, place, { key: node.key, filename: file.filename });
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

  get nnz(): number | null {
    return this.#isWhole ? this.#about.nnz : null;
  }

  override get stored(): StoredElement | null {
    return this.#place === null || !this.#isWhole || this.kept !== null ? null : storedElement(this.#place);
  }

  get expectedBytes(): number {
    const full = (this.#about.shape ?? []).reduce((product, n) => product * n, 1);
    const taken = this.shape.reduce((product, n) => product * n, 1);
    return full === 0 ? 0 : Math.round((this.#about.bytes * taken) / full);
  }

  override get isLoaded(): boolean {
    return this.kept !== null || this.#root?.kept != null;
  }

  subset(rows: Positions, columns: Positions = null): ElementHandle {
    if (this.kind === 'other') throw new AnnDataError('ERR_SHAPE', 'this has no rows to take', { key: this.key });
    const byRow = checkedPositions(rows, this.shape[0] ?? 0, 'row');
    const byColumn = checkedPositions(columns, this.shape[1] ?? 0, 'column');
    const [byRows, byColumns] = [byRow ?? all, byColumn ?? all];
    const parts = remembered(this.#parts, byRows, () => new WeakMap<object, ElementHandle>());
    return remembered(parts, byColumns, () => {
      const cut = { rows: composed(this.#cut.rows, byRow), columns: composed(this.#cut.columns, byColumn) };
      return new ElementHandle(this.#about, this.#place, this, { root: this.#root ?? this, cut });
    });
  }

  copy(): ElementHandle {
    if (this.kept === null || this.kind === 'other') return this;
    const { value } = this.kept;
    const nnz = isSparse(value) ? value.nnz : null;
    const about = { ...this.#about, shape: this.shape, nnz };
    return ElementHandle.holding((value as Subsettable).copy(), about, this.key, this.filename);
  }

  protected override present(): { readonly value: unknown } | null {
    const source = this.#root?.kept;
    if (source == null) return null;
    const [rows, columns] = [positionsOrNull(this.#cut.rows), positionsOrNull(this.#cut.columns)];
    return { value: taken(source.value as Subsettable, rows, columns) };
  }

  protected async produce(request: ReadRequest): Promise<unknown> {
    const source = this.#root?.kept;
    const [rows, columns] = [positionsOrNull(this.#cut.rows), positionsOrNull(this.#cut.columns)];
    if (source != null) {
      const value = source.value as Subsettable;
      return value.subsetAsync?.(rows, columns, request) ?? taken(value, rows, columns);
    }
    const place = this.#place as Place;
    const limit = request.maxBytes ?? place.file.maxBytes;
    const node = place.file.need(place.key, place.generation);
    return place.file.use(place.key, request, async (ctx) => {
      if (this.#about.nnz !== null && !this.#isWhole) {
        place.indptr ??= readIndptr(node, this.#about, ctx).catch((error: unknown) => {
          place.indptr = null;
          throw error;
        });
        return readSparsePart(node, this.#about, this.#cut, await place.indptr, ctx, limit);
      }
      checkSize(place.key, this.expectedBytes, limit, 'take a part of it: subset(rows, columns).read()');
      const isCut = !this.#isWhole && (this.kind === 'matrix' || this.kind === 'records');
      const part = isCut
        ? cutElement(ctx.storage, node, (shape) => this.#picks(shape))
        : { node, storage: ctx.storage };
      const read = await readElement(part.node, { ...ctx, storage: part.storage });
      if (this.#isWhole) this.hint = read.hint;
      const value = this.#shaped(read.value, place);
      return isCut || this.#isWhole ? value : taken(value as Subsettable, rows, columns);
    });
  }

  get #isWhole(): boolean {
    return this.#cut.rows === null && this.#cut.columns === null;
  }

  #picks(shape: readonly number[]) {
    const cuts: (AxisIndex | null)[] = [this.#cut.rows, this.#cut.columns];
    return shape.map((n, axis) => pickOf(cuts[axis] ?? null, n));
  }

  /** Arrays of one axis are vectors when they are text; along an axis they are columns. */
  #shaped(value: unknown, { asColumn }: Place): unknown {
    if (!asColumn) return value;
    const array = isDenseArray(value) ? value : new DenseArray(value as Vector, [(value as Vector).length]);
    const column = array.reshape([array.size, 1]);
    return this.#cut.columns === null ? column : column.subset(null, positionsOf(this.#cut.columns));
  }
}

interface Part {
  readonly root: ElementHandle;
  readonly cut: Cut;
}

function taken(value: Subsettable, rows: IndexArray | null, columns: IndexArray | null): unknown {
  // Records and awkward arrays have rows only.
  if (isDenseArray(value) || isSparse(value)) return value.subset(rows, columns);
  return rows === null ? value.copy() : value.subset(rows);
}
