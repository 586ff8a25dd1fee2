// SPDX-License-Identifier: BSD-3-Clause

import type { AwkwardArray } from '../arrays/awkward-array';
import type { TypedArray } from '../arrays/dtype';
import type { Matrix } from '../arrays/matrix';
import type { RecordArray } from '../arrays/record-array';
import type { AxisHandle, Handle, MatrixHandle } from '../backed';
import type { ColumnInput } from '../frame/column-from';
import type { DataFrame } from '../frame/data-frame';

/** Where an object's elements are: in memory, or in a file and reached by handles. */
export type Mode = 'memory' | 'backed';

export type { Matrix };

/** What stands for an element of type `T` that lies in a file. */
export type HandleOf<T> = [T] extends [Matrix] ? MatrixHandle : [T] extends [AxisValue] ? AxisHandle : Handle<T>;

/** How an element of type `T` appears: as itself in memory, as a handle when backed. */
export type Held<S extends Mode, T> = S extends 'memory' ? T : HandleOf<T>;

/** What a method gives that looks at elements: at once in memory, by a promise when backed. */
export type Later<S extends Mode, T> = S extends 'memory' ? T : Promise<T>;

/** Entries of `obsm` and `varm`. */
export type AxisValue = Matrix | DataFrame | RecordArray | AwkwardArray;

/** What may be put where a matrix belongs; a frame becomes an array. */
export type MatrixInput = Matrix | DataFrame | MatrixHandle;

/** What may be put into `obsm` and `varm`; a typed array is one column. */
export type AxisInput = AxisValue | TypedArray | AxisHandle;

/** Values of a column to be made (see `columnFrom`). A scalar fills it. */
export type ColumnOrScalar = ColumnInput | string | number | bigint | boolean;

/** A plain object or a Map. */
export type Mapping<V> = { readonly [key: string]: V } | ReadonlyMap<string, V>;

/** Layers may hold X under the key `null`, which only a Map can. */
export type LayersInput =
  | { readonly [key: string]: MatrixInput | null }
  | ReadonlyMap<string | null, MatrixInput | null>;

/** Annotation of an axis: a frame, or columns by name, of which one may be the names. */
export type AnnotationInput = DataFrame | Mapping<ColumnOrScalar>;

/** Entries of an axis: by name, or records, whose fields become entries. */
export type AxisMappingInput = Mapping<AxisInput | null> | RecordArray;

/** Unstructured annotation: an object without prototype, so that every key is just a key. */
export type Uns = Record<string, unknown>;

/** What may be assigned to X: a matrix, or a scalar to fill it with; a typed array must have as many elements. */
export type XInput = MatrixInput | TypedArray | number | bigint | boolean;
