// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import { type AnnData, type AxisSelector, DenseArray, isAnnDataError, mask, slice, where } from '../../lib';
import type { Vector } from '../../lib/arrays/arrow';
import { categoriesOf } from '../../lib/frame/categories';

/** A selector as both languages understand it. */
export type SelectorSpec =
  | { kind: 'all' }
  | { kind: 'one'; value: number | string }
  | { kind: 'list'; value: number[] | string[] }
  | { kind: 'array'; value: number[]; dtype: 'int8' | 'int32' | 'int64' | 'uint8' }
  | { kind: 'slice'; start: number | string | null; stop: number | string | null; step: number | null }
  | { kind: 'mask'; value: boolean[] }
  | { kind: 'where'; column: string; value: string[] };

/** One step of a chain, with everything in it. */
export type Op =
  | { op: 'subset' | 'raw_subset'; obs: SelectorSpec; var: SelectorSpec }
  | { op: 'copy' | 'to_memory' | 'transpose' | 'raw' | 'raw_to_adata' }
  | { op: 'inplace'; axis: 'obs' | 'var'; selector: SelectorSpec }
  | { op: 'names'; axis: 'obs' | 'var'; value: string[] }
  | { op: 'column'; axis: 'obs' | 'var'; name: string; value: number[] }
  | { op: 'X'; value: number }
  | { op: 'layer' | 'uns'; name: string; value: number }
  | { op: 'delete'; slot: 'obsm' | 'varm' | 'obsp' | 'varp' | 'layers' };

/** What decides a step before the object is known that it meets. */
export interface Recipe {
  what: number;
  obs: SelectorRecipe;
  var: SelectorRecipe;
}

interface SelectorRecipe {
  kind: number;
  picks: number[];
  a: number | null;
  b: number | null;
  step: number | null;
  odd: boolean;
}

const selectorRecipe: fc.Arbitrary<SelectorRecipe> = fc.record({
  kind: fc.nat(11),
  picks: fc.array(fc.nat(1_000), { maxLength: 24 }),
  a: fc.option(fc.integer({ min: -40, max: 40 }), { freq: 4 }),
  b: fc.option(fc.integer({ min: -40, max: 40 }), { freq: 4 }),
  step: fc.option(fc.constantFrom(-3, -2, -1, 1, 2, 3, 50), { freq: 2 }),
  odd: fc.integer({ min: 0, max: 15 }).map((n) => n === 15),
});

/** A chain: mostly subsets. */
export const chainRecipe: fc.Arbitrary<Recipe[]> = fc.array(
  fc.record({ what: fc.nat(31), obs: selectorRecipe, var: selectorRecipe }),
  { minLength: 1, maxLength: 5 },
);

function selectorFor(
  recipe: SelectorRecipe,
  names: Vector,
  column: { name: string; labels: string[] } | null,
): SelectorSpec {
  const n = names.length;
  const { picks, odd } = recipe;
  const rows = picks.map((pick) => (pick % (2 * n)) - n).filter((row) => Number.isInteger(row));
  const namesOf = (places: number[]): string[] => places.map((row) => names.get(row < 0 ? row + n : row) as string);
  // Missing names cannot be asked for.
  const byName = [1, 5, 9].includes(recipe.kind);
  if (byName && names.nullCount > 0) return { kind: 'all' };
  switch (recipe.kind) {
    case 0:
      return { kind: 'one', value: odd || n === 0 ? n + 3 : (rows[0] ?? 0) };
    case 1:
      return { kind: 'one', value: odd || n === 0 ? 'no such name' : namesOf([rows[0] ?? 0])[0]! };
    case 2:
      return { kind: 'list', value: odd ? [...rows, -n - 1] : rows };
    case 3:
      return { kind: 'array', value: rows, dtype: 'int32' };
    case 4:
      return { kind: 'array', value: rows.map((row) => (row < 0 ? row + n : row)), dtype: 'uint8' };
    case 5:
      return { kind: 'list', value: odd ? [...namesOf(rows), 'no such name'] : namesOf(rows) };
    case 6:
    case 7:
      return {
        kind: 'mask',
        value: Array.from({ length: odd ? n + 2 : n }, (_, i) => (picks[i % picks.length] ?? i) % 3 > 0),
      };
    case 8:
      return { kind: 'slice', start: recipe.a, stop: recipe.b, step: recipe.step };
    case 9: {
      const [start = null, stop = null] = namesOf(rows);
      return { kind: 'slice', start, stop, step: recipe.step };
    }
    case 10:
      if (column === null) return { kind: 'all' };
      return {
        kind: 'where',
        column: column.name,
        value: picks.map((pick) => column.labels[pick % column.labels.length]!),
      };
    default:
      return { kind: 'all' };
  }
}

/** A categorical column of text whose labels can be asked for. */
function columnOf(adata: AnnData, axis: 'obs' | 'var', frame = adata[axis]): { name: string; labels: string[] } | null {
  for (const name of frame.columns) {
    const column = frame.column(name);
    if (column.encoding !== 'categorical') continue;
    const labels = [...(categoriesOf(column).values as Iterable<unknown>)];
    if (labels.length > 0 && labels.every((label) => typeof label === 'string'))
      return { name, labels: labels as string[] };
  }
  return null;
}

/** The step a recipe stands for, given the object it meets. */
export function opFor(recipe: Recipe, adata: AnnData): Op {
  const obs = selectorFor(recipe.obs, adata.obsNames, columnOf(adata, 'obs'));
  const variables = selectorFor(recipe.var, adata.varNames, columnOf(adata, 'var'));
  const value = recipe.obs.picks[0] ?? 1;
  const axis = value % 2 === 0 ? 'obs' : 'var';
  const { length } = axis === 'obs' ? adata.obsNames : adata.varNames;
  switch (recipe.what) {
    case 0:
      return { op: 'copy' };
    case 1:
      return { op: 'transpose' };
    case 2:
      return { op: 'inplace', axis, selector: axis === 'obs' ? obs : variables };
    case 3:
      return { op: 'names', axis, value: Array.from({ length }, (_, i) => `name ${i % (value + 1)}`) };
    case 4:
      return { op: 'column', axis, name: 'added', value: Array.from({ length }, (_, i) => i + value) };
    case 5:
      return { op: 'X', value };
    case 6:
      return { op: 'layer', name: 'added', value };
    case 7:
      return { op: 'delete', slot: (['obsm', 'varm', 'obsp', 'varp', 'layers'] as const)[value % 5]! };
    case 8:
      return { op: 'uns', name: 'added', value: value + 0.5 };
    case 9:
      return { op: 'raw' };
    case 10:
      return { op: 'raw_to_adata' };
    case 11: {
      const { raw } = adata;
      if (raw === null) return { op: 'raw' };
      const columns = selectorFor(recipe.var, raw.varNames, columnOf(adata, 'var', raw.var));
      return { op: 'raw_subset', obs, var: columns };
    }
    case 12:
      return { op: 'to_memory' };
    default:
      return { op: 'subset', obs, var: variables };
  }
}

function selectorOf(spec: SelectorSpec): AxisSelector {
  switch (spec.kind) {
    case 'all':
      return null;
    case 'slice':
      return slice(spec.start, spec.stop, spec.step);
    case 'array':
      return spec.dtype === 'uint8' ? Uint8Array.from(spec.value) : Int32Array.from(spec.value);
    case 'mask':
      return spec.value.length % 2 === 0 ? spec.value : mask(Uint8Array.from(spec.value, Number));
    case 'where':
      return where(spec.column, spec.value);
    default:
      return spec.value;
  }
}

function filled(adata: AnnData, value: number): DenseArray {
  return new DenseArray(new Float32Array(adata.nObs * adata.nVars).fill(value), adata.shape);
}

/** Applies a step; the object it gives is another one for some. */
export function applyOp(adata: AnnData, op: Op): AnnData {
  switch (op.op) {
    case 'subset':
      return adata.subset(selectorOf(op.obs), selectorOf(op.var));
    case 'copy':
      return adata.copy();
    case 'to_memory':
      return adata.toMemory();
    case 'transpose':
      return adata.T;
    case 'inplace': {
      const own = adata.isView ? adata : adata.copy();
      if (op.axis === 'obs') own.inplaceSubsetObs(selectorOf(op.selector));
      else own.inplaceSubsetVar(selectorOf(op.selector));
      return own;
    }
    case 'names':
      adata[`${op.axis}Names`] = op.value;
      return adata;
    case 'column':
      adata[op.axis].set(op.name, BigInt64Array.from(op.value, BigInt));
      return adata;
    case 'X':
      adata.X = filled(adata, op.value);
      return adata;
    case 'layer':
      adata.layers.set(op.name, filled(adata, op.value));
      return adata;
    case 'delete': {
      const [first] = adata[op.slot].keys();
      if (first !== undefined && first !== null) adata[op.slot].delete(first);
      return adata;
    }
    case 'uns':
      adata.uns[op.name] = op.value;
      return adata;
    case 'raw':
      adata.raw = adata.isView ? adata.copy() : adata;
      return adata;
    case 'raw_to_adata':
      return adata.raw?.toAdata() ?? adata;
    case 'raw_subset':
      return adata.raw?.subset(selectorOf(op.obs), selectorOf(op.var)).toAdata() ?? adata;
  }
}

/** Index of the step that failed with an error of ours, or null; and the object in the end. */
export function applyAll(start: AnnData, ops: readonly Op[]): { failed: number | null; adata: AnnData; error: string } {
  let adata = start;
  for (const [i, op] of ops.entries()) {
    try {
      adata = applyOp(adata, op);
    } catch (error) {
      if (!isAnnDataError(error)) throw error;
      return { failed: i, adata, error: `${error.code}: ${error.message}` };
    }
  }
  return { failed: null, adata, error: '' };
}

/** Steps for the recipes; each meets what the ones before have made. Ends after the first that fails. */
export function concrete(start: AnnData, recipes: readonly Recipe[]): Op[] {
  const ops: Op[] = [];
  let adata = start;
  for (const recipe of recipes) {
    const op = opFor(recipe, adata);
    ops.push(op);
    const done = applyAll(adata, [op]);
    if (done.failed !== null) break;
    adata = done.adata;
  }
  return ops;
}
