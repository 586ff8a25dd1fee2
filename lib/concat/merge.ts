// SPDX-License-Identifier: BSD-3-Clause

import { hintFor, setHint } from '../elements/hints';
import { AnnDataError } from '../errors';
import { isColumn } from '../frame/column-from';
import { isPlainObject } from '../plain-object';
import { equalValues } from './equal';

/** What a merge works on: name → value, one for each object. */
export type MergeSource = ReadonlyMap<string, unknown>;

/** Chooses from the sources; gets them in the order of the objects. */
export type MergeFunction = (
  sources: readonly MergeSource[],
) => ReadonlyMap<string, unknown> | { readonly [name: string]: unknown };

/**
 * Which elements that do not lie along the joined axis are kept.
 *
 * | strategy | keeps |
 * |---|---|
 * | null | nothing |
 * | `same` | what all objects have, with equal values |
 * | `unique` | what has one value, in however many objects |
 * | `first` | the first of each name |
 * | `only` | what exactly one object has |
 * | a function | what it returns |
 */
export type MergeStrategy = 'same' | 'unique' | 'first' | 'only' | MergeFunction | null;

type Choice = { readonly value: unknown } | undefined;

interface Rule {
  readonly everywhere: boolean;
  readonly choose: (values: readonly unknown[]) => Choice;
}

const rules: Readonly<Record<'same' | 'unique' | 'first' | 'only', Rule>> = {
  same: { everywhere: true, choose: single },
  unique: { everywhere: false, choose: single },
  first: { everywhere: false, choose: (values) => ({ value: values[0] }) },
  only: { everywhere: false, choose: (values) => (values.length === 1 ? { value: values[0] } : undefined) },
};

/** @throws {AnnDataError} `ERR_ARGUMENT` for what is no strategy */
export function checkStrategy(strategy: unknown, name: string): MergeStrategy {
  if (strategy === null || strategy === undefined) return null;
  if (typeof strategy === 'function' || (typeof strategy === 'string' && Object.hasOwn(rules, strategy))) {
    return strategy as MergeStrategy;
  }
  const known = Object.keys(rules).join(', ');
  throw new AnnDataError(
    'ERR_ARGUMENT',
    `${name} must be null, a function or one of ${known}, not ${String(strategy)}`,
  );
}

/** Merges mappings; objects in them are merged name by name, and left out when nothing remains. */
export function mergeMappings(sources: readonly MergeSource[], strategy: MergeStrategy): Map<string, unknown> {
  if (strategy === null) return new Map();
  if (typeof strategy === 'string') return mergeBy(sources, rules[strategy]);
  const made = strategy(sources);
  if (isMapLike(made)) return new Map(made);
  if (!isPlainObject(made)) {
    throw new AnnDataError('ERR_ARGUMENT', 'the merge function must return a Map or a plain object');
  }
  return new Map(Object.entries(made));
}

/** Merges free mappings, with what is known about how their values are stored. */
export function mergeUns(
  sources: readonly Readonly<Record<string, unknown>>[],
  strategy: MergeStrategy,
): Record<string, unknown> {
  const merged = mergeMappings(
    sources.map((source) => new Map(Object.entries(source))),
    strategy,
  );
  return asObject(merged, sources);
}

/** Whether a value is a mapping of its own; a column record is not. */
function isNested(value: unknown): value is Record<string, unknown> {
  return isPlainObject(value) && !isColumn(value);
}

function isMapLike(value: unknown): value is ReadonlyMap<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]';
}

function mergeBy(sources: readonly MergeSource[], rule: Rule): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const name of namesOf(sources, rule.everywhere)) {
    const values = sources.filter((source) => source.has(name)).map((source) => source.get(name));
    if (values.every(isNested)) {
      const inner = mergeBy(
        values.map((value) => new Map(Object.entries(value))),
        rule,
      );
      if (inner.size > 0) out.set(name, inner);
    } else {
      const choice = rule.choose(values);
      if (choice !== undefined) out.set(name, choice.value);
    }
  }
  return out;
}

/** Names of any, in the order they first come; or names of all, in the order of the last, as upstream has it. */
function namesOf(sources: readonly MergeSource[], everywhere: boolean): string[] {
  if (!everywhere) return [...new Set(sources.flatMap((source) => [...source.keys()]))];
  return [...(sources.at(-1)?.keys() ?? [])].filter((name) => sources.every((source) => source.has(name)));
}

function single(values: readonly unknown[]): Choice {
  return values.every((value, i) => i === 0 || equalValues(value, values[0])) ? { value: values[0] } : undefined;
}

/** Merged maps as objects without prototype. */
function asObject(
  merged: ReadonlyMap<string, unknown>,
  sources: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown> {
  const out = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of merged) {
    const inner = sources.map((source) => source[name]).filter(isNested);
    out[name] = isMapLike(value) ? asObject(value, inner) : value;
    for (const source of sources) {
      // The first that holds the value is where it comes from: 1 of an integer and 1 of a float are one value here.
      if (!Object.is(source[name], value)) continue;
      const hint = hintFor(source, name, value);
      if (hint !== undefined) setHint(out, name, value, hint);
      break;
    }
  }
  return out;
}
