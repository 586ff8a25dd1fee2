// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';
import { type AnnData, type AxisSelector, CsrMatrix, DenseArray, isAnnDataError, mask, slice, where } from '../../lib';
import { stringVector, type Vector } from '../../lib/arrays/arrow';
import { categoriesOf } from '../../lib/frame/categories';
import { columnFrom } from '../../lib/frame/column-from';
import { excuse } from '../support/deviations';

/** A selector as both languages understand it. */
export type SelectorSpec =
  | { kind: 'all' }
  | { kind: 'one'; value: number | string }
  | { kind: 'list'; value: number[] | string[] }
  | { kind: 'names'; value: string[] }
  | { kind: 'array'; value: number[]; dtype: 'int8' | 'int32' | 'int64' | 'uint8' | 'float64' }
  | { kind: 'slice'; start: number | string | null; stop: number | string | null; step: number | null }
  | { kind: 'mask'; value: boolean[]; form: 'list' | 'bytes' | 'vector' | 'column' | 'sparse' }
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
  | { op: 'delete'; slot: 'obsm' | 'varm' | 'obsp' | 'varp' | 'layers' }
  /** An edit of the object that the chain started with, while the chain may be at a view of it. */
  | { op: 'root'; edit: Op };

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

/** The kind of recipe that takes the whole axis. */
const everything = 14;

const arrayTypes = ['int8', 'int32', 'int64', 'float64'] as const;
const maskForms = ['list', 'bytes', 'vector', 'column', 'sparse'] as const;

const selectorRecipe: fc.Arbitrary<SelectorRecipe> = fc.record({
  kind: fc.nat(everything),
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
  const byName = [1, 5, 9, 12].includes(recipe.kind);
  if (byName && names.nullCount > 0) return { kind: 'all' };
  switch (recipe.kind) {
    case 0:
      return { kind: 'one', value: odd || n === 0 ? n + 3 : (rows[0] ?? 0) };
    case 1:
      return { kind: 'one', value: odd || n === 0 ? 'no such name' : namesOf([rows[0] ?? 0])[0]! };
    case 2:
      return { kind: 'list', value: odd ? [...rows, -n - 1] : rows };
    case 3:
      return { kind: 'array', value: rows, dtype: arrayTypes[picks.length % arrayTypes.length]! };
    case 4:
      return { kind: 'array', value: rows.map((row) => (row < 0 ? row + n : row)), dtype: 'uint8' };
    case 5:
      return { kind: 'list', value: odd ? [...namesOf(rows), 'no such name'] : namesOf(rows) };
    case 6:
    case 7:
      return {
        kind: 'mask',
        value: Array.from({ length: odd ? n + 2 : n }, (_, i) => (picks[i % picks.length] ?? i) % 3 > 0),
        form: maskForms[picks.length % maskForms.length]!,
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
    case 12:
      return { kind: 'names', value: namesOf(rows) };
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

/** The step a recipe stands for, given the object it meets; `root` is the one the chain started with, if it may be edited. */
function opFor(recipe: Recipe, adata: AnnData, root: AnnData | null): Op {
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
    case 13:
    case 14:
    case 15:
      return root === null ? { op: 'subset', obs, var: variables } : { op: 'root', edit: editOf(value) };
    default:
      return { op: 'subset', obs, var: variables };
  }
}

function editOf(value: number): Op {
  const edits: Op[] = [
    { op: 'X', value },
    { op: 'layer', name: 'added', value },
    { op: 'uns', name: 'added', value: value + 0.5 },
    { op: 'delete', slot: (['obsm', 'varm', 'obsp', 'varp', 'layers'] as const)[(value >> 3) % 5]! },
  ];
  return edits[value % edits.length]!;
}

function selectorOf(spec: SelectorSpec): AxisSelector {
  switch (spec.kind) {
    case 'all':
      return null;
    case 'slice':
      return slice(spec.start, spec.stop, spec.step);
    case 'names':
      return stringVector(spec.value);
    case 'array':
      return arrayOf(spec.dtype, spec.value);
    case 'mask':
      return maskOf(spec.form, spec.value);
    case 'where':
      return where(spec.column, spec.value);
    default:
      return spec.value;
  }
}

function arrayOf(dtype: 'int8' | 'int32' | 'int64' | 'uint8' | 'float64', value: number[]): AxisSelector {
  if (dtype === 'int64') return BigInt64Array.from(value, BigInt);
  return { int8: Int8Array, int32: Int32Array, uint8: Uint8Array, float64: Float64Array }[dtype].from(value);
}

function maskOf(form: (typeof maskForms)[number], value: boolean[]): AxisSelector {
  const bytes = Uint8Array.from(value, Number);
  const column = new DenseArray(bytes, [value.length, 1], { dtype: 'bool' });
  switch (form) {
    case 'bytes':
      return mask(bytes);
    case 'vector':
      return columnFrom(value).values as Vector;
    case 'column':
      return column;
    case 'sparse':
      return CsrMatrix.fromDense(column);
    default:
      return value;
  }
}

function filled(adata: AnnData, value: number): DenseArray {
  return new DenseArray(new Float32Array(adata.nObs * adata.nVars).fill(value), adata.shape);
}

/** Applies a step; the object it gives is another one for some. */
export function applyOp(adata: AnnData, op: Op, root: AnnData): AnnData {
  switch (op.op) {
    case 'root':
      applyOp(root, op.edit, root);
      return adata;
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
      adata = applyOp(adata, op, start);
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
  // A column set in a view makes it an object in Python. Ours stays a view: it cannot be transposed, and goes on to show
  // what happens to the root.
  let isStill = false;
  let isLoose = false;
  let isAnnotated = false;
  for (const recipe of recipes) {
    let op = opFor(recipe, adata, isLoose || adata === start ? null : start);
    if (isStill && op.op === 'transpose' && excuse('V2-private')) op = { op: 'copy' };
    // A view of a view has the annotation of the first here, that of the root there.
    if (isAnnotated && adata.isView && op.op === 'subset' && excuse('V3')) op = { op: 'copy' };
    if (op.op === 'root' && op.edit.op === 'uns') isAnnotated = true;
    if (adata.isView && (op.op === 'column' || op.op === 'uns')) isStill = isLoose = true;
    ops.push(op);
    try {
      adata = applyOp(adata, op, start);
    } catch (error) {
      if (!isAnnDataError(error)) throw error;
      break;
    }
    if (op.op === 'subset' || !adata.isView) isStill = false;
    if (!adata.isView) isLoose = false;
  }
  return ops;
}

/** The same with a step less, or with everything instead of something. */
export function smaller({ source, recipes }: Chain): Chain[] {
  const chains: Recipe[][] = recipes.length === 1 ? [] : recipes.map((_, i) => recipes.toSpliced(i, 1));
  recipes.forEach((recipe, i) => {
    for (const axis of ['obs', 'var'] as const) {
      if (recipe[axis].kind === everything) continue;
      chains.push(recipes.toSpliced(i, 1, { ...recipe, [axis]: { ...recipe[axis], kind: everything } }));
    }
  });
  return chains.map((each) => ({ source, recipes: each }));
}

/** Which object a chain starts with, and its steps. */
export interface Chain {
  source: number;
  recipes: Recipe[];
}
