// SPDX-License-Identifier: BSD-3-Clause

/**
 * What went wrong, as a tag to branch on.
 *
 * | code | meaning |
 * |---|---|
 * | `ERR_ARGUMENT` | a call was made with arguments that make no sense |
 * | `ERR_SHAPE` | lengths or shapes do not fit together |
 * | `ERR_NAME` | a name is missing, duplicated or not allowed |
 * | `ERR_UNWRITEABLE` | a value has no representation in the file format |
 * | `ERR_FILE_NOT_FOUND` | there is nothing at that path |
 * | `ERR_NOT_HDF5` | the file is not an HDF5 file |
 * | `ERR_KEY_NOT_FOUND` | the file has no element at that key |
 * | `ERR_INVALID_FILE` | well-formed HDF5, but not a valid AnnData element |
 * | `ERR_UNSAFE_FILE` | the file refers outside itself, or uses a feature that is refused |
 * | `ERR_UNSUPPORTED_ENCODING` | an `encoding-type`/`encoding-version` nobody here knows |
 * | `ERR_UNSUPPORTED_FILTER` | a compression filter that is unknown or was not built in |
 * | `ERR_UNSUPPORTED_TYPE` | an HDF5 datatype that has no counterpart here |
 * | `ERR_LIMIT` | a size limit would be exceeded; nothing was allocated |
 * | `ERR_IO` | the operating system refused to read or write |
 * | `ERR_HDF5` | libhdf5 reported an error that fits no other code |
 * | `ERR_CLOSED` | the file was closed already |
 * | `ERR_ABORTED` | a native call was told to stop; callers see the reason of their signal instead |
 * | `ERR_LOCKED` | somebody else has the file open for changes |
 * | `ERR_CHANGED` | somebody else changed the file while it was open for changes |
 * | `ERR_NOT_LOADED` | something of a backed object was asked for at once, but is still in the file |
 * | `ERR_ADDON` | the native addon could not be loaded |
 */
export type ErrorCode =
  | 'ERR_ARGUMENT'
  | 'ERR_SHAPE'
  | 'ERR_NAME'
  | 'ERR_UNWRITEABLE'
  | 'ERR_FILE_NOT_FOUND'
  | 'ERR_NOT_HDF5'
  | 'ERR_KEY_NOT_FOUND'
  | 'ERR_INVALID_FILE'
  | 'ERR_UNSAFE_FILE'
  | 'ERR_UNSUPPORTED_ENCODING'
  | 'ERR_UNSUPPORTED_FILTER'
  | 'ERR_UNSUPPORTED_TYPE'
  | 'ERR_LIMIT'
  | 'ERR_IO'
  | 'ERR_HDF5'
  | 'ERR_CLOSED'
  | 'ERR_ABORTED'
  | 'ERR_LOCKED'
  | 'ERR_CHANGED'
  | 'ERR_NOT_LOADED'
  | 'ERR_ADDON';

/** Where an error happened and what caused it. */
export interface ErrorDetails {
  /** Path of the file. */
  file?: string | undefined;
  /** Key inside the file or the AnnData object, such as `obs/louvain/codes`. */
  key?: string | undefined;
  /** What was caught before. */
  cause?: unknown;
}

/**
 * The one error class of this package; `code` tells the kinds apart.
 *
 * @example
 * ```ts
 * try {
 *   await readH5ad('cells.h5ad');
 * } catch (error) {
 *   if (isAnnDataError(error, 'ERR_INVALID_FILE')) console.error(error.key, error.message);
 * }
 * ```
 */
export class AnnDataError extends Error {
  /** What kind of error it is. */
  readonly code: ErrorCode;
  /** Path of the file, when one is involved. */
  file: string | undefined;
  /** Key inside the file or object, when one is involved. */
  key: string | undefined;
  /** The message without file and key. */
  readonly reason: string;

  /** @param reason - what went wrong and what to do, without file and key */
  constructor(code: ErrorCode, reason: string, details: ErrorDetails = {}) {
    super(reason, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AnnDataError';
    this.code = code;
    this.reason = reason;
    this.file = details.file;
    this.key = details.key;
    this.compose();
  }

  /**
   * Adds file and key where they are still unknown, and returns the error itself.
   * The innermost place that knows the key wins.
   *
   * @example
   * ```ts
   * new AnnDataError('ERR_SHAPE', 'too long').at({ key: 'obs/n' }).message; // 'too long (key "obs/n")'
   * ```
   */
  at(details: { file?: string | undefined; key?: string | undefined }): this {
    this.file ??= details.file;
    this.key ??= details.key;
    this.compose();
    return this;
  }

  private compose(): void {
    const key = this.key === undefined ? '' : ` (key ${quote(this.key)})`;
    const file = this.file === undefined ? '' : ` in ${quote(this.file)}`;
    this.message = `${this.reason}${key}${file}`;
  }
}

/**
 * Something of a backed object was asked for at once, but is still in the file. The message quotes the call that loads it;
 * `code` is `ERR_NOT_LOADED`, `key` what to load.
 *
 * @example
 * ```ts
 * const backed = await readH5ad('cells.h5ad', { backed: 'r' });
 * try {
 *   backed.obs.get('louvain');
 * } catch (error) {
 *   console.error((error as Error).message); // … call: await adata.load(["obs/louvain"])
 * }
 * await backed.close();
 * ```
 */
export class NotLoadedError extends AnnDataError {
  /** @param call - what to call instead; by default `load` with the key */
  constructor(key: string, file: string, call = `await adata.load([${quote(key)}])`) {
    super('ERR_NOT_LOADED', `this is in the file and not loaded; call: ${call}`, { key, file });
    this.name = 'NotLoadedError';
  }
}

/** Whether `error` comes from this package, and, when `code` is given, is of that kind. */
export function isAnnDataError(error: unknown, code?: ErrorCode): error is AnnDataError {
  return error instanceof AnnDataError && (code === undefined || error.code === code);
}

/** Text from a file, made safe to print: control characters escaped, length bounded. */
export function quote(text: string, max = 200): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return JSON.stringify(cut);
}
