// SPDX-License-Identifier: BSD-3-Clause

import { type AlignedMapping, fillWith, showThrough } from './aligned-mapping';
import type { Contents } from './contents';
import { cutMatrix, cutRows } from './cut';
import { AxisArrays, Layers, PairwiseArrays } from './mappings';
import type { Part } from './part';
import { Raw, type RawParent } from './raw';
import type { AxisValue, Matrix, Mode } from './types';

/** The arrays of an object. Replaced as a whole when an object is subset in place: its views keep the old ones. */
export interface Slots<S extends Mode = 'memory'> {
  layers: Layers<S>;
  axisArrays: [AxisArrays<S>, AxisArrays<S>];
  pairs: [PairwiseArrays<S>, PairwiseArrays<S>];
  raw: Raw | null;
}

/** A mapping of whatever kind. */
export type AnyMapping = AlignedMapping<string | null, unknown, never>;

/** Slots with nothing in them. */
export function emptySlots<S extends Mode>(owner: RawParent): Slots<S> {
  const parent = owner as unknown as AnyMapping['parent'];
  return {
    layers: new Layers<S>(parent),
    axisArrays: [new AxisArrays<S>(parent, 0), new AxisArrays<S>(parent, 1)],
    pairs: [new PairwiseArrays<S>(parent, 0), new PairwiseArrays<S>(parent, 1)],
    raw: null,
  };
}

/** Slots that hold what is known to fit. */
export function filledSlots<S extends Mode>(owner: RawParent, contents: Contents): Slots<S> {
  const slots = emptySlots<S>(owner);
  slots.layers[fillWith](contents.layers as never);
  for (const axis of [0, 1] as const) {
    slots.axisArrays[axis][fillWith](contents.axisArrays[axis] as never);
    slots.pairs[axis][fillWith](contents.pairs[axis] as never);
  }
  slots.raw = contents.raw === null ? null : new Raw(owner, contents.raw);
  return slots;
}

/**
 * Slots that show a part of those of another object.
 *
 * @param detach - called before one of them is changed
 */
export function shownSlots<S extends Mode>(
  owner: RawParent,
  part: Part<S>,
  detach: (mapping: AnyMapping, key: string | null | undefined) => void,
): Slots<S> {
  const slots = emptySlots<S>(owner);
  const show = <V>(mapping: unknown, source: () => unknown, cut: (value: V) => V): void => {
    const shown = mapping as AlignedMapping<string | null, V, never>;
    const lens = { source: source as () => typeof shown, cut, detach: (key?: string | null) => detach(shown, key) };
    shown[showThrough](lens);
  };
  show<Matrix>(
    slots.layers,
    () => part.root.layers,
    (value) => cutMatrix(value, part.positions(0), part.positions(1)),
  );
  for (const axis of [0, 1] as const) {
    const rows = () => part.positions(axis);
    show<AxisValue>(
      slots.axisArrays[axis],
      () => part.root.axisArrays[axis],
      (value) => cutRows(value, rows()),
    );
    show<Matrix>(
      slots.pairs[axis],
      () => part.root.pairs[axis],
      (value) => cutMatrix(value, rows(), rows()),
    );
  }
  return slots;
}

/** The mappings among the slots. */
export function mappingsOf<S extends Mode>({ layers, axisArrays, pairs }: Slots<S>): AnyMapping[] {
  return [layers, ...axisArrays, ...pairs] as unknown as AnyMapping[];
}
