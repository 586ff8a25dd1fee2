// SPDX-License-Identifier: BSD-3-Clause

import type { Vector } from '../arrays/arrow';
import { warn } from '../warnings';
import { AlignedMapping, type AlignedParent, type Axis, dims } from './aligned-mapping';
import { isMap } from './mapping';
import type {
  AxisInput,
  AxisMappingInput,
  AxisValue,
  Held,
  LayersInput,
  Mapping,
  Matrix,
  MatrixInput,
  Mode,
} from './types';
import { admitAxisValue, admitLayer, admitPairwise, fieldsOf, needMapping } from './validate';

/**
 * `obsm` or `varm`: arrays, frames and awkward arrays with a row for each observation or variable.
 *
 * @example
 * ```ts
 * adata.obsm.set('X_umap', new DenseArray(new Float32Array(4), [2, 2]));
 * adata.obsm.dim; // 'obs'
 * adata.obsm.dimNames.length; // 2
 * ```
 */
export class AxisArrays<S extends Mode = 'memory'> extends AlignedMapping<string, Held<S, AxisValue>, AxisInput> {
  readonly axes: readonly [Axis];
  protected readonly className = 'AxisArrays';
  readonly #prefix: string;

  /** `prefix` precedes keys in messages. */
  constructor(parent: AlignedParent, axis: Axis, values?: AxisMappingInput | null, prefix = '') {
    super(parent);
    this.axes = [axis];
    this.#prefix = prefix;
    if (values !== null && values !== undefined) this.update(fieldsOf(values, this.attrname));
  }

  get attrname(): 'obsm' | 'varm' {
    return `${this.dim}m`;
  }

  /** The axis: `obs` or `var`. */
  get dim(): 'obs' | 'var' {
    return dims[this.axes[0]];
  }

  /** Names along the axis. */
  get dimNames(): Vector {
    return this.axes[0] === 0 ? this.parent.obsNames : this.parent.varNames;
  }

  protected admit(key: string, value: AxisInput): Held<S, AxisValue> {
    return admitAxisValue(value, `${this.#prefix}${this.attrname}/${key}`, this.parent, this.axes[0]) as Held<
      S,
      AxisValue
    >;
  }
}

/**
 * `obsp` or `varp`: square arrays, dense or sparse, of each observation or variable with each.
 *
 * @example
 * ```ts
 * adata.obsp.set('distances', new DenseArray(new Float32Array(4), [2, 2]));
 * adata.obsp.axes; // [0, 0]
 * ```
 */
export class PairwiseArrays<S extends Mode = 'memory'> extends AlignedMapping<string, Held<S, Matrix>, MatrixInput> {
  readonly axes: readonly [Axis, Axis];
  protected readonly className = 'PairwiseArrays';

  /** @param axis - 0: observations, 1: variables */
  constructor(parent: AlignedParent, axis: Axis, values?: Mapping<MatrixInput | null> | null) {
    super(parent);
    this.axes = [axis, axis];
    if (values !== null && values !== undefined) this.update(needMapping(values, this.attrname));
  }

  get attrname(): 'obsp' | 'varp' {
    return `${this.dim}p`;
  }

  /** The axis: `obs` or `var`. */
  get dim(): 'obs' | 'var' {
    return dims[this.axes[0]];
  }

  protected admit(key: string, value: MatrixInput): Held<S, Matrix> {
    return admitPairwise(value, `${this.attrname}/${key}`, this.parent, this.axes[0]) as Held<S, Matrix>;
  }
}

/**
 * `layers`: matrices of the object's shape. The entry `null` is X.
 *
 * @example
 * ```ts
 * adata.layers.set('counts', adata.X.copy());
 * adata.layers.get(null) === adata.X; // true
 * ```
 */
export class Layers<S extends Mode = 'memory'> extends AlignedMapping<string | null, Held<S, Matrix>, MatrixInput> {
  readonly attrname = 'layers';
  readonly axes = [0, 1] as const;
  protected readonly className = 'Layers';

  /** @param parent - the object whose shape they have */
  constructor(parent: AlignedParent, values?: LayersInput | null) {
    super(parent);
    if (values !== null && values !== undefined) this.update(needMapping(values, 'layers'));
  }

  /**
   * Removes all layers. X stays unless `keepX` is false.
   *
   * Python has announced that the default will change, so calling without it warns when there is an X.
   *
   * @example
   * ```ts
   * adata.layers.clear({ keepX: true });
   * [...adata.layers.keys()]; // [null]
   * ```
   */
  override clear({ keepX }: { keepX?: boolean } = {}): void {
    if (keepX === undefined && this.has(null)) {
      warn(
        'FutureWarning',
        'layers.clear() keeps X; upstream will drop it one day: say {keepX: true} or {keepX: false}',
      );
    }
    for (const key of [...this.keys()]) {
      if (key !== null || keepX === false) this.delete(key);
    }
  }

  protected admit(key: string | null, value: MatrixInput): Held<S, Matrix> {
    return admitLayer(value, key === null ? 'X' : `layers/${key}`, this.parent) as Held<S, Matrix>;
  }

  protected override allowsKey(key: string | null): boolean {
    return key === null;
  }

  protected override put(key: string | null, value: Held<S, Matrix> | null): void {
    if (key === null && value === null) this.delete(null);
    else super.put(key, value);
  }
}

/** Whether layers that were passed in say something about X. */
export function mentionsX(
  layers: LayersInput | null | undefined,
): layers is ReadonlyMap<string | null, MatrixInput | null> {
  return isMap(layers) && layers.has(null as never);
}
