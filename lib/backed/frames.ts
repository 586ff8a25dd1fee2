// SPDX-License-Identifier: BSD-3-Clause

import type { NumericDType } from '../arrays/dtype';
import type { Positions } from '../arrays/positions';
import { readColumn } from '../elements/column';
import { frameLayout } from '../elements/dataframe';
import { readOldColumn } from '../elements/legacy/dataframe-0-1-0';
import { attrOf, child, invalid } from '../elements/node-access';
import { hasEncoding, specOf } from '../elements/registry';
import { lengthOf } from '../elements/stored-values';
import type { Column, ColumnEncoding } from '../frame/column';
import { DataFrame } from '../frame/data-frame';
import { type HeldColumn, isLazyColumn } from '../frame/lazy-column';
import type { ArrayNode, StorageNode } from '../storage/storage';
import { bytesBelow } from './about';
import type { BackedFile } from './backed-file';
import { BaseHandle } from './base-handle';
import { type ColumnHandle, FileColumn, type StoredColumn } from './column-handle';
import type { FrameHandle, ReadHandleOptions } from './handle';
import type { ReadRequest } from './request';

/** Whether a node is a frame of a version that is known. */
export function isFrame(node: StorageNode): boolean {
  const spec = specOf(node);
  return node.kind === 'group' && spec.encodingType === 'dataframe' && hasEncoding(spec);
}

/**
 * A stored frame whose columns and index stay in the file.
 *
 * @param isAxis - whether rows will be looked for by name: then names that are loaded come with an index
 */
export function lazyFrame(file: BackedFile, node: StorageNode, isAxis = false): DataFrame {
  const { names, indexName } = frameLayout(node);
  const read = specOf(node).encodingVersion === '0.1.0' ? readOldColumn : readColumn;
  const lazy = (name: string, isNames = false): FileColumn =>
    new FileColumn({ ...storedColumn(file, child(node, name), read), isNames });
  const index = lazy(indexName, isAxis);
  const columns = names.map((name) => {
    const column = lazy(name);
    if (column.length === index.length) return [name, column] as const;
    throw invalid(`${node.key}/${name}`, `the column has ${column.length} values, the index ${index.length}`);
  });
  return new DataFrame({ columns, index, indexName: indexName === '_index' ? null : indexName });
}

function storedColumn(file: BackedFile, node: StorageNode, read: typeof readColumn): Omit<StoredColumn, 'isNames'> {
  const { encoding, array } = columnLayout(node);
  const { type } = array;
  const dtype: NumericDType | 'string' =
    type.kind === 'numeric' ? (type.dtype === 'longdouble' ? 'float64' : type.dtype) : 'string';
  const { key } = node;
  const length = lengthOf(array);
  return { file, key, generation: file.generation, read, encoding, dtype, length, bytes: bytesBelow(node) };
}

/** The encoding of a column, and the array that lies along its rows. */
function columnLayout(node: StorageNode): { encoding: ColumnEncoding; array: ArrayNode } {
  if (node.kind === 'array') {
    if (attrOf(node, 'categories') !== undefined) return { encoding: 'categorical', array: node };
    return { encoding: node.type.kind === 'string' ? 'string-array' : 'array', array: node };
  }
  const encoding = specOf(node).encodingType as ColumnEncoding;
  const name = encoding === 'categorical' ? 'codes' : 'values';
  const array = child(node, name);
  if (array.kind !== 'array') throw invalid(array.key, 'an array was expected here, not a group');
  return { encoding, array };
}

/** The columns, and the index, of a frame that still lie in a file. */
export function unloadedColumns(frame: DataFrame): ColumnHandle[] {
  const held = [frame.heldIndex, ...frame.columns.map((name) => frame.held(name))];
  return held.filter(isLazyColumn).filter(({ isLoaded }) => !isLoaded) as ColumnHandle[];
}

/** Loads a column, or the index (null), of a frame. */
export async function loadColumn(frame: DataFrame, name: string | null, options?: ReadHandleOptions): Promise<Column> {
  const held = name === null ? frame.heldIndex : frame.held(name);
  return isLazyColumn(held) ? (held as ColumnHandle).load(options) : held;
}

/** Reads a column as a part of a larger request. */
export async function fetchColumn(held: HeldColumn, request: ReadRequest): Promise<Column> {
  return isLazyColumn(held) ? (held as ColumnHandle).fetch(request) : held;
}

/** Bytes of memory that what still lies in a file will take. */
export function unloadedBytes(frame: DataFrame): number {
  return unloadedColumns(frame).reduce((sum, { expectedBytes }) => sum + expectedBytes, 0);
}

/** A frame with all its columns in memory; the frame itself stays as it is. */
export async function readFrame(frame: DataFrame, request: ReadRequest): Promise<DataFrame> {
  const columns: [string, Column][] = [];
  const index = await fetchColumn(frame.heldIndex, request);
  for (const name of frame.columns) columns.push([name, await fetchColumn(frame.held(name), request)]);
  return new DataFrame({ columns, index, indexName: frame.indexName });
}

/** A frame among the entries of `obsm` and `varm`: its columns are read one by one, or all at once. */
export class LazyFrame extends BaseHandle<DataFrame> implements FrameHandle {
  readonly kind = 'dataframe';

  constructor(
    readonly frame: DataFrame,
    readonly key: string,
    readonly filename: string,
  ) {
    super();
  }

  get shape(): readonly number[] {
    return this.frame.shape;
  }

  get expectedBytes(): number {
    return unloadedBytes(this.frame);
  }

  override get isLoaded(): boolean {
    return this.frame.isLoaded();
  }

  subset(rows: Positions): LazyFrame {
    return this.with(rows === null ? this.frame.copy() : this.frame.subset(rows));
  }

  /** The same entry with another frame. */
  with(frame: DataFrame): LazyFrame {
    return new LazyFrame(frame, this.key, this.filename);
  }

  copy(): LazyFrame {
    return this.with(this.frame.copy());
  }

  protected override present(): { readonly value: DataFrame } | null {
    return this.isLoaded ? { value: this.frame } : null;
  }

  protected produce(request: ReadRequest): Promise<DataFrame> {
    return readFrame(this.frame, request);
  }

  override async loadWith(request: ReadRequest): Promise<DataFrame> {
    for (const column of unloadedColumns(this.frame)) await column.loadWith(request);
    return this.frame;
  }
}
