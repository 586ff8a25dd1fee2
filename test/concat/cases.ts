// SPDX-License-Identifier: BSD-3-Clause

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AnnData } from '../../lib/anndata/anndata';
import { isAnnDataError } from '../../lib/errors';
import { isDataFrame } from '../../lib/frame/data-frame';
import { type ConcatInput, type ConcatOptions, concat, readH5ad, writeH5ad } from '../../lib/index';
import { runPython } from '../support/python';

const obsPool = ['c1', 'c2', 'c3', 'c10', 'Ünï', 'c4'];
const varPool = ['z', 'a', 'm', 'g10', 'g2', 'B', '日本'];
const numberKinds = ['int64', 'int8', 'uint8', 'int32', 'float32', 'float64', 'uint64'];
const flagKinds = ['bool', 'boolean'];
const nullableKinds = ['Int64', 'Int8', 'UInt32', 'int64', 'uint8'];
const textKinds = ['text', 'textnull', 'textNA', 'cat_ab', 'cat_ba', 'cat_null', 'cat_num'];
const categoryKinds = ['cat_ab', 'cat_ba', 'cat_null', 'cat_num', 'cat_empty'];
const orderedKinds = ['ord_ab', 'ord_abn', 'ord_ac', 'cat_ba'];
const labelKinds = ['cat_int', 'cat_intnull', 'cat_float', 'int64'];
const anyKinds = [...numberKinds, ...textKinds, ...flagKinds, 'complex64', 'cat_bool', 'Int64'];
const columnKinds: Readonly<Record<string, readonly string[]>> = {
  number: numberKinds,
  flag: flagKinds,
  nullable: nullableKinds,
  text: textKinds,
  category: categoryKinds,
  ordered: orderedKinds,
  labels: labelKinds,
  '10': ['int64'],
  any: anyKinds,
};
const matrixKinds = ['dense', 'fortran', 'csr', 'csc', 'csr_array'];
const dtypes = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool', 'complex64', 'float32'];

const names = (pool: readonly string[]): fc.Arbitrary<string[]> => fc.shuffledSubarray([...pool]);

const columns = fc
  .shuffledSubarray(Object.keys(columnKinds), { maxLength: 5 })
  .chain((chosen) =>
    fc.tuple(...chosen.map((name) => fc.constantFrom(...columnKinds[name]!).map((kind) => ({ name, kind })))),
  );

const matrix = fc.record({ kind: fc.constantFrom(...matrixKinds), dtype: fc.constantFrom(...dtypes) });

function some<T>(entries: Record<string, fc.Arbitrary<T>>): fc.Arbitrary<Record<string, T>> {
  return fc.record(entries, { requiredKeys: [] }) as fc.Arbitrary<Record<string, T>>;
}

const sized = (kind: fc.Arbitrary<string>): fc.Arbitrary<AxisSpec> =>
  fc.record({ kind, dtype: fc.constantFrom(...dtypes), width: fc.integer({ min: 0, max: 3 }), columns });

interface AxisSpec {
  kind: string;
  dtype: string;
  width: number;
  columns: { name: string; kind: string }[];
}

const axisValues = some({
  arrays: sized(fc.constantFrom(...matrixKinds)),
  frames: sized(fc.constant('frame')),
  ragged: sized(fc.constant('lists')),
  records: sized(fc.constantFrom('b', 'c')),
  cube: sized(fc.constant('cube')),
});

const unsKeys = ['k', 'l', 'm'];
const unsValues = [
  ...['int', 'float', 'two', 'true', 'text', 'nan', 'none', 'array', 'array32', 'strings', 'f32', 'dict', 'dict2'],
  ...['empty', 'csr', 'csc', 'eye', 'frame', 'frame2', 'cat'],
];

const object = fc.record({
  obsNames: names(obsPool),
  varNames: names(varPool),
  obsIndexName: fc.constantFrom(null, null, 'cell'),
  varIndexName: fc.constantFrom(null, null, 'gene'),
  x: fc.option(matrix, { freq: 6 }),
  obs: columns,
  var: columns,
  layers: some({ counts: matrix, scaled: matrix }),
  obsm: axisValues,
  varm: axisValues,
  obsp: some({ graph: matrix, other: matrix }),
  varp: some({ graph: matrix }),
  uns: some(Object.fromEntries(unsKeys.map((key) => [key, fc.constantFrom(...unsValues)]))),
  raw: fc.option(
    fc.record({
      varNames: names(varPool),
      var: columns,
      kind: matrix.map((m) => m.kind),
      dtype: fc.constantFrom(...dtypes),
    }),
    { freq: 3 },
  ),
});

const strategy = fc.constantFrom(null, 'same', 'unique', 'first', 'only');

/** Half of the cases lie on names that all objects share, so that more than names is looked at. */
const objects = fc
  .record({ list: fc.array(object, { minLength: 1, maxLength: 4 }), alike: fc.boolean(), twice: fc.boolean() })
  .map(({ list, alike, twice }) => {
    const [first] = list as [(typeof list)[number]];
    const made = alike ? list.map((each) => ({ ...each, obsNames: first.obsNames, varNames: first.varNames })) : list;
    return twice && made.length > 1 ? [made[0]!, ...made.slice(0, -1)] : made;
  });

const options = fc.record(
  {
    axis: fc.constantFrom<'obs' | 'var' | 0 | 1>('obs', 0, 'var', 1),
    join: fc.constantFrom<'inner' | 'outer'>('inner', 'outer', 'outer'),
    merge: strategy,
    unsMerge: strategy,
    label: fc.constantFrom('batch', 'number'),
    indexUnique: fc.constantFrom('-', '_é'),
    fillValue: fc.constantFrom(0, 7, 0.5, -1),
    pairwise: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** One call of `concat`, as JSON that both sides understand. */
export const specification = fc.record({
  seed: fc.nat(1_000_000),
  classic: fc.boolean(),
  objects,
  args: options,
  keyed: fc.constantFrom('no', 'keys', 'numbers', 'mapping'),
});

export type Specification = typeof specification extends fc.Arbitrary<infer T> ? T : never;

export interface Problem {
  case: number;
  what: string;
}

interface Outcome {
  case: number;
  error: string | null;
  dropped: string[];
}

/** Errors of Python that ours does not have, by the row of docs/deviations.md that says so. */
const pythonOnly: readonly (readonly [row: string, error: RegExp])[] = [
  ['D8', /InvalidIndexError|Reindexing only valid/],
  ['C7', /same number of dimensions/],
  ['C9', /records with different sets of field names/],
];

const script = 'test/concat/python/concat_cases.py';

/** Runs all specifications through both sides; gives what differs. `rows` are the deviations that the table lists. */
export async function runCases(
  specifications: readonly Specification[],
  folder: string,
  rows: ReadonlySet<string>,
): Promise<Problem[]> {
  mkdirSync(folder, { recursive: true });
  const jobs = specifications.map((specification, i) => ({ ...specification, args: argsOf(specification), case: i }));
  const outcomes = (await lines(['make', folder], jobs)) as unknown as Outcome[];
  const problems: Problem[] = [];
  const made: { case: number; outer: boolean }[] = [];
  for (const { case: number, error, dropped } of outcomes) {
    const specification = specifications[number]!;
    try {
      const joined = await ours(specification, folder, number, dropped);
      if (error !== null) {
        const isKnown = pythonOnly.some(([row, pattern]) => rows.has(row) && pattern.test(error));
        if (!isKnown) problems.push({ case: number, what: `only Python refuses: ${error}` });
        continue;
      }
      await writeH5ad(join(folder, `${number}-o.h5ad`), joined, { convertStringsToCategoricals: false });
      made.push({ case: number, outer: specification.args.join === 'outer' });
    } catch (thrown) {
      if (error !== null && isAnnDataError(thrown)) continue;
      problems.push({ case: number, what: `only ours refuses: ${text(thrown)}` });
    }
  }
  for (const { case: number, ...difference } of await lines(['compare', folder], made)) {
    problems.push({ case: number as number, what: JSON.stringify(difference) });
  }
  return problems;
}

/** An error and the first places it comes from. */
function text(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const places = (thrown.stack ?? '').split('\n').filter((line) => line.includes('lib/concat'));
  return [thrown.message, ...places.slice(0, 3).map((line) => line.trim())].join(' < ');
}

function argsOf({ args, objects, keyed }: Specification): Record<string, unknown> {
  const keys = objects.map((_, i) => (keyed === 'numbers' ? 10 - i : `k${10 - i}`));
  if (keyed === 'no') return args;
  return keyed === 'mapping' ? { ...args, mapping: keys } : { ...args, keys };
}

async function ours(
  specification: Specification,
  folder: string,
  number: number,
  dropped: readonly string[],
): Promise<AnnData> {
  const inputs = await Promise.all(specification.objects.map((_, i) => readH5ad(join(folder, `${number}-${i}.h5ad`))));
  for (const key of dropped) for (const input of inputs) removeColumn(input, key);
  const { mapping, ...given } = argsOf(specification) as ConcatOptions & { mapping?: string[] };
  const input: ConcatInput =
    mapping === undefined ? inputs : new Map(mapping.map((key, i) => [key, inputs[i] as AnnData] as const));
  return concat(input, given);
}

/** Columns that no file can hold are taken out on both sides. */
function removeColumn(adata: AnnData, key: string): void {
  const [slot, ...path] = key.split('/') as [string, ...string[]];
  if (slot === 'obs' || slot === 'var') adata[slot].delete(path[0]!);
  else if (slot === 'raw') adata.raw?.var.delete(path[1]!);
  else {
    const frame = adata[slot as 'obsm' | 'varm'].get(path[0]!);
    if (isDataFrame(frame)) frame.delete(path[1]!);
  }
}

async function lines(args: readonly string[], jobs: readonly unknown[]): Promise<Record<string, unknown>[]> {
  const input = jobs.map((job) => `${JSON.stringify(job)}\n`).join('');
  const { stdout } = await runPython(script, args, { input });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Makes a failing specification smaller while it still fails; each round asks Python once. */
export async function minimise(
  failing: Specification,
  folder: string,
  rows: ReadonlySet<string>,
  rounds = 12,
): Promise<{ specification: Specification; problems: Problem[] }> {
  let specification = failing;
  let problems = await runCases([failing], join(folder, 'shrink'), rows);
  for (let round = 0; round < rounds; round++) {
    const smaller = shrunk(specification);
    const found = await runCases(smaller, join(folder, 'shrink'), rows);
    const [first] = found;
    if (first === undefined) break;
    specification = smaller[first.case]!;
    problems = found.filter((problem) => problem.case === first.case);
  }
  return { specification, problems };
}

/** The same case with one thing less, bigger steps first. */
function shrunk(specification: Specification): Specification[] {
  const { objects, args } = specification;
  const out: Specification[] = [];
  objects.forEach((_, i) => {
    if (objects.length > 1) out.push({ ...specification, objects: objects.toSpliced(i, 1) });
  });
  for (const slot of ['obs', 'var'] as const) {
    out.push({ ...specification, objects: objects.map((each) => ({ ...each, [slot]: [] as never })) });
  }
  for (const slot of ['layers', 'obsm', 'varm', 'obsp', 'varp', 'uns'] as const) {
    out.push({ ...specification, objects: objects.map((each) => ({ ...each, [slot]: {} })) });
    for (const key of new Set(objects.flatMap((each) => Object.keys(each[slot])))) {
      const without = objects.map((each) => ({
        ...each,
        [slot]: Object.fromEntries(Object.entries(each[slot]).filter(([name]) => name !== key)),
      }));
      out.push({ ...specification, objects: without });
    }
  }
  for (const slot of ['raw', 'x', 'obsIndexName', 'varIndexName'] as const) {
    out.push({ ...specification, objects: objects.map((each) => ({ ...each, [slot]: null })) });
  }
  for (const key of Object.keys(args) as (keyof typeof args)[]) {
    const { [key]: _gone, ...rest } = args;
    out.push({ ...specification, args: rest });
  }
  return out.filter((each) => JSON.stringify(each) !== JSON.stringify(specification));
}
