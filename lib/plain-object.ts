// SPDX-License-Identifier: BSD-3-Clause

/** Whether `value` is an object literal (of any realm) or has no prototype: an instance of a class has a meaning of its own that a mapping would lose. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  // Object.prototype of whatever realm: the only prototype that has none itself and this method of its own.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty');
}
