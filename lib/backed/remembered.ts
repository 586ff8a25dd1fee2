// SPDX-License-Identifier: BSD-3-Clause

/** The value that belongs to an object; made when it is first asked for, and gone with the object. */
export function remembered<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}
