// SPDX-License-Identifier: BSD-3-Clause

import { isRecordArray, RecordArray } from '../arrays/record-array';
import { AnnDataError, quote } from '../errors';
import { categoriesOf, renameCategories, stringsToCategorical } from '../frame/categories';
import { type Column, columnLength } from '../frame/column';
import type { ColumnInput } from '../frame/column-from';
import type { DataFrame } from '../frame/data-frame';
import { isPlainObject } from '../plain-object';
import { AnnData } from './anndata';
import { makeIndexUnique } from './make-unique';
import type { Mode, Uns } from './types';

/**
 * Methods of AnnData for names and categories. They only use what is public, so they live beside the class.
 *
 * @module
 */

declare module './anndata' {
  interface AnnData<S extends Mode = 'memory'> {
    /**
     * Makes the names of observations unique: repeats get `join` (by default `-`) and a number; see {@link makeIndexUnique}.
     *
     * @example
     * ```ts
     * adata.obsNamesMakeUnique(); // AAAC, AAAC → AAAC, AAAC-1
     * ```
     */
    obsNamesMakeUnique(join?: string): void;

    /** Makes the names of variables unique; see {@link AnnData.obsNamesMakeUnique}. */
    varNamesMakeUnique(join?: string): void;

    /**
     * Turns columns of text with fewer different values than rows into unordered categoricals, whose categories are sorted
     * as people count (`x2` before `x10`). Others stay.
     *
     * @param frame - the frame to change; by default `obs` and `var`
     * @example
     * ```ts
     * adata.stringsToCategoricals(obs);
     * obs.column('phase').encoding; // 'categorical'
     * ```
     */
    stringsToCategoricals(frame?: DataFrame): void;

    /**
     * Renames the categories of a column of `obs`, or else of `var`. Records in `uns` whose `params.groupby` names the
     * column, and whose fields are called like the old categories, are renamed too.
     *
     * @param categories - as many as there are, in their order
     * @throws {AnnDataError} `ERR_NAME` when there is no such column, `ERR_SHAPE` for another number of categories,
     *   `ERR_ARGUMENT` when they repeat or the column is no categorical
     * @example
     * ```ts
     * adata.renameCategories('louvain', ['B cells', 'T cells']);
     * ```
     */
    renameCategories(key: string, categories: ColumnInput): void;
  }
}

const methods = {
  obsNamesMakeUnique(this: AnnData, join?: string): void {
    const { indexName } = this.obs;
    this.obsNames = makeIndexUnique(this.obsNames, join);
    if (indexName !== null) this.obs.indexName = indexName;
  },

  varNamesMakeUnique(this: AnnData, join?: string): void {
    const { indexName } = this.var;
    this.varNames = makeIndexUnique(this.varNames, join);
    if (indexName !== null) this.var.indexName = indexName;
  },

  stringsToCategoricals(this: AnnData, frame?: DataFrame): void {
    for (const axis of frame === undefined ? (['obs', 'var'] as const) : [frame]) {
      const names = typeof axis === 'string' ? this[axis].columns : axis.columns;
      for (const name of names) {
        // Asked for again each time: a change may give the object another frame.
        const target = typeof axis === 'string' ? this[axis] : axis;
        const column = target.column(name);
        const converted = stringsToCategorical(column);
        if (converted !== column) target.setColumn(name, converted);
      }
    }
  },

  renameCategories(this: AnnData, key: string, categories: ColumnInput): void {
    const dim = (['obs', 'var'] as const).find((name) => this[name].has(key));
    if (dim === undefined) {
      throw new AnnDataError('ERR_NAME', `there is no column ${quote(key)} in obs or in var`);
    }
    const column = this[dim].column(key);
    const renamed = checked(() => renameCategories(column, categories), `${dim}/${key}`);
    const [from, to] = [labelsOf(column), labelsOf(renamed)];
    this[dim].setColumn(key, renamed);
    renameRecords(this.uns, key, from, to);
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(AnnData.prototype, name, { configurable: true, writable: true, value });
}

function checked<T>(action: () => T, key: string): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof AnnDataError ? error.at({ key }) : error;
  }
}

function labelsOf(column: Column): string[] {
  const categories = categoriesOf(column);
  return Array.from({ length: columnLength(categories) }, (_, code) => String(categories.values.get(code)));
}

/** Results of a grouping hold a field for each group. */
function renameRecords(uns: Uns, key: string, from: readonly string[], to: readonly string[]): void {
  for (const entry of Object.values(uns)) {
    if (!isPlainObject(entry) || !isPlainObject(entry.params) || entry.params.groupby !== key) continue;
    for (const [name, value] of Object.entries(entry)) {
      if (!isRecordArray(value)) continue;
      const fields = [...value.fields];
      if (fields.length !== from.length || fields.some(([field], i) => field !== from[i])) continue;
      entry[name] = new RecordArray(
        fields.map(([, array], i) => [to[i]!, array] as const),
        value.length,
      );
    }
  }
}
