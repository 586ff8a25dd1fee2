// SPDX-License-Identifier: BSD-3-Clause

import type { Column } from '../frame/column';
import type { DataFrame } from '../frame/data-frame';
import { readHeld } from '../frame/lazy-column';
import { maskWhere, type WhereTest } from '../frame/where';
import { UsageError } from './usage-error';

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

interface Condition {
  readonly column: string;
  readonly operator: Operator;
  readonly value: string;
}

const operators = /==|!=|<=|>=|=|<|>/g;

/** @throws {UsageError} for a condition without an operator or a column */
export function checkConditions(texts: readonly string[], option: string): void {
  const odd = texts.find((text) => splitsOf(text).length === 0);
  if (odd === undefined) return;
  throw new UsageError(`${option} takes column=value (or != < <= > >=), not ${JSON.stringify(odd)}`);
}

/**
 * 1 for each row that meets all conditions; of several `=` for one column, one is enough. Columns are read one by one.
 *
 * @throws {AnnDataError} `ERR_NAME` when there is no such column
 * @throws {UsageError} for a value of another kind than the column's
 */
export async function maskOf(
  frame: DataFrame,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const conditions = texts.map((text) => conditionOf(text, frame));
  const passing = new Uint8Array(frame.nRows).fill(1);
  for (const name of new Set(conditions.map(({ column }) => column))) {
    const column = await readHeld(frame.held(name), { signal });
    for (const mask of masksOf(
      column,
      conditions.filter((each) => each.column === name),
    )) {
      for (let row = 0; row < passing.length; row++) passing[row]! &= mask[row]!;
    }
  }
  return passing;
}

/** Where a text can be cut into column, operator and value. */
function splitsOf(text: string): Condition[] {
  return Array.from(text.matchAll(operators), ({ 0: found, index }) => ({
    column: text.slice(0, index),
    operator: (found === '==' ? '=' : found) as Operator,
    value: text.slice(index + found.length),
  })).filter(({ column }) => column !== '');
}

/** Names of columns may have operators in them: the longest that exists is meant. */
function conditionOf(text: string, frame: DataFrame): Condition {
  const splits = splitsOf(text);
  return splits.findLast(({ column }) => frame.has(column)) ?? splits[0]!;
}

function* masksOf(column: Column, conditions: readonly Condition[]): Generator<Uint8Array> {
  const equal = conditions.filter(({ operator }) => operator === '=');
  if (equal.length > 0) {
    yield maskWhere(
      column,
      equal[0]!.column,
      equal.map((condition) => inKindOf(condition, column)),
    );
  }
  for (const condition of conditions) {
    const { operator, column: name } = condition;
    if (operator === '=') continue;
    const value = inKindOf(condition, column);
    if (operator === '!=') yield maskWhere(column, name, value).map((passes) => 1 - passes);
    else yield maskWhere(column, name, comparison(operator, value as number | bigint));
  }
}

type Value = string | number | bigint | boolean;

function comparison(operator: Operator, value: number | bigint): WhereTest {
  const compare = {
    '<': (found: number | bigint) => found < value,
    '<=': (found: number | bigint) => found <= value,
    '>': (found: number | bigint) => found > value,
    '>=': (found: number | bigint) => found >= value,
  }[operator as '<' | '<=' | '>' | '>='];
  return (found) => found !== null && compare(found as number | bigint);
}

/** The value in the kind of the column; a number in the column's precision, as NumPy compares it. */
function inKindOf({ column: name, operator, value }: Condition, { categories, dtype: stored }: Column): Value {
  const dtype = categories?.dtype ?? stored;
  const isOrder = operator !== '=' && operator !== '!=';
  const wrong = (what: string) => new UsageError(`column ${JSON.stringify(name)} holds ${dtype}: ${what}`);
  if (dtype === 'string' || dtype === 'bool') {
    if (isOrder) throw wrong(`only = and != can be asked, not ${operator}`);
    if (dtype === 'string') return value;
    if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    throw wrong(`true or false was expected, not ${JSON.stringify(value)}`);
  }
  if (dtype.startsWith('complex')) throw wrong('complex numbers cannot be asked for');
  if (/^[+-]?\d+$/.test(value) && dtype.endsWith('int64')) return BigInt(value.replace('+', ''));
  const number = Number(value);
  if (value.trim() === '' || (Number.isNaN(number) && !/^nan$/i.test(value))) {
    throw wrong(`a number was expected, not ${JSON.stringify(value)}`);
  }
  return dtype === 'float32' ? Math.fround(number) : number;
}
