// SPDX-License-Identifier: BSD-3-Clause

import fc from 'fast-check';

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
const dtypes = [
  'float32',
  'float64',
  'int32',
  'int64',
  'uint8',
  'bool',
  'complex64',
  'int8',
  'uint64',
  'int16',
  'float32',
];

/** Mostly different names; sometimes one of them comes twice. */
const names = (pool: readonly string[]): fc.Arbitrary<string[]> =>
  fc
    .tuple(fc.shuffledSubarray([...pool]), fc.integer({ min: 0, max: 14 }))
    .map(([list, twice]) => (twice < list.length && twice < 2 ? [...list, list[twice]!] : list));

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
  text: sized(fc.constant('text')),
  mixed: sized(fc.constantFrom('dense', 'csr', 'frame', 'lists')),
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
  /** Whether the object is joined as a view of itself, turned round on both axes. */
  view: fc.integer({ min: 0, max: 5 }).map((n) => n === 5),
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
      varm: fc.boolean(),
    }),
    { freq: 3 },
  ),
});

/** `last` is a function on both sides: of each name the value of the last object that has it. */
const strategy = fc.constantFrom(null, 'same', 'unique', 'first', 'only', 'last');

/** Half of the cases lie on names that all objects share, so that more than names is looked at. */
const objects = fc
  .record({ list: fc.array(object, { minLength: 1, maxLength: 3 }), alike: fc.boolean(), twice: fc.boolean() })
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
    label: fc.constantFrom('batch', 'number', null),
    indexUnique: fc.constantFrom('-', '_é', '', null),
    fillValue: fc.constantFrom(0, 7, 0.5, -1, 300, true, null),
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
  keyed: fc.constantFrom('no', 'keys', 'more keys', 'numbers', 'Map', 'object'),
});

export type Specification = typeof specification extends fc.Arbitrary<infer T> ? T : never;

/** Keys of the objects; null is none. */
export function keysOf({ keyed, objects }: Specification): (string | number)[] | null {
  if (keyed === 'no') return null;
  const keys = objects.map((_, i) => (keyed === 'numbers' ? 10 - i : `k${10 - i}`));
  return keyed === 'more keys' ? [...keys, 'spare'] : keys;
}

/** The same case with one thing less, bigger steps first. */
export function smaller(specification: Specification): Specification[] {
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
  if (specification.keyed !== 'no') out.push({ ...specification, keyed: 'no' });
  objects.forEach((each, i) => {
    const [obsNames, varNames] = [each.obsNames, each.varNames].map((names) => names.slice(0, 1)) as [
      string[],
      string[],
    ];
    for (const less of [{ obsNames }, { varNames }, { view: false }, { obs: [] as never }, { var: [] as never }]) {
      out.push({ ...specification, objects: objects.toSpliced(i, 1, { ...each, ...less }) });
    }
  });
  return out.filter((each) => JSON.stringify(each) !== JSON.stringify(specification));
}
