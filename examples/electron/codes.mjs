// SPDX-License-Identifier: BSD-3-Clause
//
// A column as numbers of colours: 2 bytes a cell are all that the page needs to draw it.

import { hostError, missing, scaleSteps } from './protocol.mjs';

const mostCategories = 1000;

/**
 * `{ kind: 'categories', categories, codes }`, or `{ kind: 'numbers', min, max, codes }` with codes from 0 (min) to 255 (max).
 *
 * @param values - an Arrow vector, as anndata gives columns
 */
export function codesOf(values, column) {
  const dictionary = values.data?.[0]?.dictionary;
  if (dictionary) return ofCategories(values, dictionary, column);
  const first = firstOf(values);
  return typeof first === 'number' || typeof first === 'bigint' ? ofNumbers(values) : ofOthers(values, column);
}

function firstOf(values) {
  for (const value of values) if (value !== null) return value;
  return null;
}

function ofCategories(values, dictionary, column) {
  const categories = [...dictionary].map(String);
  checkCount(categories.length, column);
  const codes = new Uint16Array(values.length);
  const [{ values: stored }] = values.data;
  for (let row = 0; row < codes.length; row++) {
    codes[row] = values.nullCount > 0 && !values.isValid(row) ? missing : stored[row];
  }
  return { kind: 'categories', categories, codes };
}

/** Text and booleans: what is there, in the order it comes. */
function ofOthers(values, column) {
  const numbers = new Map();
  const codes = Uint16Array.from(values, (value) => {
    if (value === null) return missing;
    const text = String(value);
    if (!numbers.has(text)) {
      checkCount(numbers.size + 1, column);
      numbers.set(text, numbers.size);
    }
    return numbers.get(text);
  });
  return { kind: 'categories', categories: [...numbers.keys()], codes };
}

function ofNumbers(values) {
  const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbers) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (max < min) return { kind: 'numbers', min: null, max: null, codes: new Uint16Array(values.length).fill(missing) };
  const scale = max > min ? (scaleSteps - 1) / (max - min) : 0;
  const codes = Uint16Array.from(numbers, (value) =>
    Number.isNaN(value) ? missing : Math.round((Math.min(Math.max(value, min), max) - min) * scale),
  );
  return { kind: 'numbers', min, max, codes };
}

function checkCount(count, column) {
  if (count <= mostCategories) return;
  const message = `the column has more than ${mostCategories} different values; choose one with fewer to colour by`;
  throw hostError('ERR_LIMIT', message, { key: `obs/${column}` });
}
