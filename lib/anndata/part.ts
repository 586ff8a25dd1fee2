// SPDX-License-Identifier: BSD-3-Clause

import { type AxisIndex, compose, positionsOrAll } from '../arrays/axis-index';
import type { IndexArray } from '../arrays/dtype';
import type { BackedFile } from '../backed';
import type { DataFrame } from '../frame/data-frame';
import { settings } from '../settings';
import type { Axis } from './aligned-mapping';
import { cutFrame } from './cut';
import type { Raw } from './raw';
import type { Slots } from './slots';
import type { Mode, Uns } from './types';
import { copyUns } from './uns-copy';
import { alignColors } from './view-colors';

/** What a part is taken of: an object, or a view of one. */
export interface PartSource<S extends Mode> {
  readonly slots: Slots<S>;
  readonly frames: readonly [DataFrame, DataFrame];
  readonly uns: Uns;
  /** The file behind a backed object. */
  readonly file: BackedFile | null;
  /** What the source is a part of, when it is a view. */
  readonly part: Part<S> | null;
}

/**
 * What a view shows: which positions of which object. Annotation is that of the moment the view is made (its columns
 * never change, so holding on to them is enough; their rows are taken when somebody asks). Arrays are those the root has when
 * they are asked for.
 */
export class Part<S extends Mode = 'memory'> {
  /** Arrays of the object at the root, which is no view. */
  readonly root: Slots<S>;
  /** The file behind a backed object. */
  readonly file: BackedFile | null;
  /** The root's raw when the first view was made. */
  readonly raw: Raw | null;
  /** Taken positions of the root. */
  readonly indices: readonly [AxisIndex, AxisIndex];
  readonly #lengths: readonly [number, number];
  readonly #positions: (IndexArray | null | undefined)[] = [undefined, undefined];
  readonly #frames: readonly [DataFrame, DataFrame];
  readonly #local: readonly [IndexArray | null, IndexArray | null];
  readonly #uns: Uns;
  readonly #dropsCategories: boolean = settings.removeUnusedCategories;

  /** `local` are positions of the source. */
  constructor(source: PartSource<S>, local: readonly [AxisIndex, AxisIndex]) {
    const outer = source.part;
    this.root = outer?.root ?? source.slots;
    this.file = source.file;
    this.raw = outer === null ? source.slots.raw : outer.raw;
    this.indices = outer === null ? local : [compose(outer.indices[0], local[0]), compose(outer.indices[1], local[1])];
    const [obs, variables] = source.frames;
    this.#lengths = outer === null ? [obs.nRows, variables.nRows] : outer.#lengths;
    this.#frames = [obs.copy(), variables.copy()];
    this.#local = [positionsOrAll(local[0], obs.nRows), positionsOrAll(local[1], variables.nRows)];
    this.#uns = copyUns(source.uns, 'shared');
  }

  /** How many positions of an axis are taken. */
  length(axis: Axis): number {
    return this.indices[axis].length;
  }

  /** Taken positions of the root as an array; null when they are all, in order. */
  positions(axis: Axis): IndexArray | null {
    let positions = this.#positions[axis];
    if (positions === undefined) {
      positions = positionsOrAll(this.indices[axis], this.#lengths[axis]);
      this.#positions[axis] = positions;
    }
    return positions;
  }

  /** Annotation of an axis, a new frame at each call. */
  frame(axis: Axis): DataFrame {
    return cutFrame(this.#frames[axis], this.#local[axis], this.#dropsCategories);
  }

  /** `uns`, whose containers belong to the view. To be asked for once. */
  uns(): Uns {
    if (!this.#dropsCategories || !Object.keys(this.#uns).some((key) => key.endsWith('_colors'))) return this.#uns;
    for (const axis of [0, 1] as const) alignColors(this.#uns, this.#frames[axis], this.#local[axis]);
    return this.#uns;
  }
}
