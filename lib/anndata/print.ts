// SPDX-License-Identifier: BSD-3-Clause

/** The hook by which Node's `console.log` asks an object for its text. */
export const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

const shortEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text as Python prints it inside a list: quoted, with everything that is not printable escaped. */
export function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\p{C}\p{Z}]/gu, (char) => (char === ' ' ? char : escapeChar(char)));
  return `${quote}${quote === "'" ? body.replace(/'/g, "\\'") : body}${quote}`;
}

function escapeChar(char: string): string {
  const short = shortEscapes[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Keys in the manner of a Python list without its brackets; null is `None`. */
export function pythonKeys(keys: Iterable<string | null>, none = 'None'): string {
  return Array.from(keys, (key) => (key === null ? none : pythonText(key))).join(', ');
}

/** A heading, then a line for each slot that has keys. `null` among the keys is X. */
export function describeSlots(
  heading: string,
  shape: readonly [number, number],
  slots: Iterable<readonly [string, Iterable<string | null>]>,
  place = '',
): string {
  let text = `${heading} with n_obs × n_vars = ${shape[0]} × ${shape[1]}${place}`;
  for (const [name, keys] of slots) {
    const list = pythonKeys(keys, 'None (.X)');
    if (list !== '') text += `\n    ${name}: ${list}`;
  }
  return text;
}
