// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, quote } from '../errors';
import { warn } from '../warnings';
import { AnnData } from './anndata';
import type { Mode } from './types';

declare global {
  /**
   * What registered namespaces add to every AnnData, for extensions to merge into: name → type. It is global because a
   * module that only passes AnnData on cannot be augmented.
   */
  interface AnnDataNamespaces {}
}

declare module './anndata' {
  interface AnnData<S extends Mode = 'memory'> extends AnnDataNamespaces {}
}

/** A class whose instances extend an AnnData: built with the object, at first use. */
export type NamespaceClass<T extends object = object> = new (adata: AnnData) => T;

const registered = new Set<string>();

/**
 * Gives every AnnData an attribute whose value is built from the object when it is first asked for, and kept with it. Tell
 * TypeScript about it by merging a declaration into `AnnDataNamespaces`.
 *
 * @param Namespace - a class whose constructor takes one argument, the object
 * @returns the class
 * @throws {AnnDataError} `ERR_NAME` for a name that AnnData uses itself, `ERR_ARGUMENT` for something else than such a class
 * @example
 * ```ts
 * class Quality {
 *   constructor(readonly adata: AnnData) {}
 *   get hasCounts() {
 *     return this.adata.layers.has('counts');
 *   }
 * }
 * declare global {
 *   interface AnnDataNamespaces {
 *     quality: Quality;
 *   }
 * }
 * registerAnndataNamespace('quality', Quality);
 * adata.quality.hasCounts;
 * ```
 */
export function registerAnndataNamespace<C extends NamespaceClass>(name: string, Namespace: C): C {
  if (typeof name !== 'string' || name === '') throw new AnnDataError('ERR_ARGUMENT', 'a namespace needs a name');
  checkConstructor(Namespace);
  if (registered.has(name)) warn('UserWarning', `the namespace ${quote(name)} of AnnData is replaced by another one`);
  else if (name in AnnData.prototype) {
    throw new AnnDataError('ERR_NAME', `AnnData has a member ${quote(name)} of its own; choose another name`);
  }
  registered.add(name);
  const made = new WeakMap<AnnData, object>();
  Object.defineProperty(AnnData.prototype, name, {
    configurable: true,
    get(this: AnnData): object {
      let namespace = made.get(this);
      if (namespace === undefined) {
        namespace = new Namespace(this);
        made.set(this, namespace);
      }
      return namespace;
    },
  });
  return Namespace;
}

function checkConstructor(Namespace: unknown): void {
  if (!isConstructor(Namespace)) {
    throw new AnnDataError('ERR_ARGUMENT', `a namespace is a class, not ${String(Namespace)}`);
  }
  if (Namespace.length === 1) return;
  throw new AnnDataError(
    'ERR_ARGUMENT',
    `the constructor of ${quote(Namespace.name)} takes ${Namespace.length} arguments; it is called with one: the AnnData`,
  );
}

function isConstructor(value: unknown): value is NamespaceClass {
  if (typeof value !== 'function') return false;
  try {
    // Asks whether `new` works, without running the constructor.
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}
