// SPDX-License-Identifier: BSD-3-Clause

import { AnnDataError, isAnnDataError, quote } from '../errors';
import type { StorageNode, StorageReader } from '../storage/storage';
import type { WarningCategory } from '../warnings';
import { refuse, textAttr } from './node-access';
import type { WritePlan } from './plan';
import { describeValue, unwriteable } from './unwriteable';

/** Encoding name and version, as written in the attributes of an element. */
export interface IOSpec {
  readonly encodingType: string;
  readonly encodingVersion: string;
}

/** What readers share during one request. */
export interface ReadContext {
  readonly storage: StorageReader;
  readonly signal?: AbortSignal | undefined;
  /** Told the bytes read since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Called for what is odd but readable; `UserWarning` by default. */
  warn(message: string, key: string, category?: WarningCategory): void;
}

/** A value and what it cannot say itself about how it was stored. */
export interface Read<T = unknown> {
  value: T;
  hint?: Hint | undefined;
}

/** How a value was stored; see `hints.ts`. */
export interface Hint extends IOSpec {
  /** Stored dtype of a scalar. */
  readonly dtype?: string;
  /** For Arrow vectors standing alone: the column they are the values of. */
  readonly column?: import('../frame/column').Column;
  /** For records that are not a plain list of rows: the shape of the dataset. */
  readonly shape?: readonly number[];
}

/** One encoding: how it is recognised and read. Register with `registerEncoding`. */
export interface Encoding extends IOSpec {
  read(node: StorageNode, ctx: ReadContext): Promise<Read>;
}

/** How values of one kind are written. The first writer whose `accepts` is true takes the value. */
export interface Writer<T = unknown> {
  accepts(value: unknown, hint: Hint | undefined): value is T;
  plan(plan: WritePlan, key: string, value: T, hint: Hint | undefined): void;
}

const encodings = new Map<string, Map<string, Encoding>>();
const writers: Writer[] = [];

/** Adds an encoding; the same name and version again replaces the former. */
export function registerEncoding(encoding: Encoding): void {
  const versions = encodings.get(encoding.encodingType) ?? new Map<string, Encoding>();
  versions.set(encoding.encodingVersion, encoding);
  encodings.set(encoding.encodingType, versions);
}

/** Adds a writer, asked after those that are there already. */
export function registerWriter<T>(writer: Writer<T>): void {
  writers.push(writer as Writer);
}

/** Whether elements of that encoding can be read. */
export function hasEncoding({ encodingType, encodingVersion }: IOSpec): boolean {
  return encodings.get(encodingType)?.has(encodingVersion) ?? false;
}

/** What a node says it is; both strings are empty for elements older than the encoding attributes. */
export function specOf(node: StorageNode): IOSpec {
  return {
    encodingType: textAttr(node, 'encoding-type') ?? '',
    encodingVersion: textAttr(node, 'encoding-version') ?? '',
  };
}

/**
 * Reads any element. The error of whatever goes wrong names the innermost key known.
 *
 * @throws {AnnDataError} `ERR_UNSUPPORTED_ENCODING`, `ERR_UNSAFE_FILE`, `ERR_INVALID_FILE`, `ERR_LIMIT`, …
 */
export async function readElement<T = unknown>(node: StorageNode, ctx: ReadContext): Promise<Read<T>> {
  ctx.signal?.throwIfAborted();
  if (node.kind === 'refused') throw refuse(node);
  try {
    return (await readerOf(node).read(node, ctx)) as Read<T>;
  } catch (error) {
    if (isAnnDataError(error)) error.at({ key: node.key, file: ctx.storage.location });
    throw error;
  }
}

function readerOf(node: StorageNode): Encoding {
  const { encodingType, encodingVersion } = withRootRule(node, specOf(node));
  const versions = encodings.get(encodingType);
  const encoding = versions?.get(encodingVersion);
  if (encoding !== undefined) return encoding;
  const found = `${quote(encodingType)} version ${quote(encodingVersion)}`;
  const known =
    versions === undefined
      ? `no version of it is known; known encodings are ${[...encodings.keys()].filter((name) => name !== '').join(', ')}`
      : `known versions are ${[...versions.keys()].join(', ')}`;
  throw new AnnDataError('ERR_UNSUPPORTED_ENCODING', `the element has the encoding ${found}: ${known}`, {
    key: node.key,
  });
}

/** Before 0.8 the root of a file did not say that it is an AnnData. */
function withRootRule(node: StorageNode, spec: IOSpec): IOSpec {
  if (node.key !== '' || node.kind !== 'group' || spec.encodingType !== '' || !encodings.has('anndata')) return spec;
  return { encodingType: 'anndata', encodingVersion: '0.1.0' };
}

/**
 * Records how to write `value` at `key`. Synchronous: what cannot be written fails here, before a file exists.
 *
 * @param hint - how the value was stored where it came from (`hintFor`), if it is known and the value unchanged
 * @throws {AnnDataError} `ERR_UNWRITEABLE` naming the key
 */
export function planElement(plan: WritePlan, key: string, value: unknown, hint?: Hint): void {
  const writer = writers.find((candidate) => candidate.accepts(value, hint));
  if (writer === undefined) throw unwriteable(key, `${describeValue(value)} has no counterpart in the file format`);
  try {
    writer.plan(plan, key, value, hint);
  } catch (error) {
    if (isAnnDataError(error)) error.at({ key });
    throw error;
  }
}
