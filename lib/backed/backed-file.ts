// SPDX-License-Identifier: BSD-3-Clause

import type { ReadContext } from '../elements/registry';
import { AnnDataError, isAnnDataError } from '../errors';
import type { StorageNode, StorageReader } from '../storage/storage';
import type { AnnDataFile, BackedMode } from './anndata-file';
import { handleOf } from './elements';
import type { Handle } from './handle';
import type { ReadRequest } from './request';

/** What opening a file gives. */
export interface OpenedFile {
  readonly storage: StorageReader;
  /** The root and everything below it. */
  readonly root: StorageNode;
  readonly warn: ReadContext['warn'];
}

/**
 * The file behind a backed object. It is open until {@link BackedFile.close}; what lies in it was listed when it was opened.
 */
export class BackedFile implements AnnDataFile {
  readonly filename: string;
  readonly mode: BackedMode;
  /** Counts how often the file was opened: handles belong to a generation. */
  #generation = 1;
  #opened: OpenedFile;
  #isOpen = true;
  #closing: Promise<void> | null = null;
  readonly #reads = new Set<Promise<unknown>>();

  constructor(opened: OpenedFile, mode: BackedMode) {
    this.#opened = opened;
    this.filename = opened.storage.location;
    this.mode = mode;
  }

  get generation(): number {
    return this.#generation;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The root of the file. */
  get root(): StorageNode {
    return this.#opened.root;
  }

  /** What the file may make us do. */
  get maxBytes(): number {
    return this.#opened.storage.limits.maxBytes;
  }

  /** Names of the members of the root. */
  keys(): string[] {
    const { root } = this;
    return root.kind === 'group' ? [...(root.children?.keys() ?? [])] : [];
  }

  /** Whether there is an element at a key, such as `obs/louvain`. */
  has(key: string): boolean {
    return this.find(key) !== undefined;
  }

  /** What stands for the element at a key, whatever it is; null for one that says that there is nothing. */
  get(key: string): Handle | null {
    return handleOf(this, this.need(key));
  }

  /** What is known of the element at a key; undefined when there is none. */
  find(key: string): StorageNode | undefined {
    let node: StorageNode | undefined = this.root;
    for (const name of key === '' ? [] : key.split('/')) {
      node = node?.kind === 'group' ? node.children?.get(name) : undefined;
    }
    return node;
  }

  /** What is known of the element at a key. @throws {AnnDataError} `ERR_KEY_NOT_FOUND` */
  need(key: string): StorageNode {
    const node = this.find(key);
    if (node !== undefined) return node;
    throw new AnnDataError('ERR_KEY_NOT_FOUND', 'there is nothing at that key', { file: this.filename, key });
  }

  /**
   * Runs something that reads. `close` waits for it.
   *
   * @throws {AnnDataError} `ERR_CLOSED`
   */
  async use<T>(key: string, request: ReadRequest, action: (ctx: ReadContext) => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw new AnnDataError('ERR_CLOSED', 'the file was closed', { file: this.filename, key });
    const { storage, warn } = this.#opened;
    const { signal, onBytes } = request;
    const read = (async () => action({ storage, signal, onBytes, warn }))();
    this.#reads.add(read);
    try {
      return await read;
    } catch (error) {
      throw isAnnDataError(error) ? error.at({ file: this.filename, key }) : error;
    } finally {
      this.#reads.delete(read);
    }
  }

  /** Closes the file once the reads under way have ended. Can be called again. What is loaded stays. */
  close(): Promise<void> {
    this.#isOpen = false;
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await Promise.allSettled(this.#reads);
    await this.#opened.storage.close();
  }
}
