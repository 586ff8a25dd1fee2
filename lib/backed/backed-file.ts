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

/** What keeps others from replacing a file that is open for changes. */
export interface WriteGuard {
  release(): Promise<void>;
}

/** Where elements that a commit carried over lie since: keys before and after. */
export type Moves = ReadonlyMap<string, string>;

/**
 * The file behind a backed object. It is open until {@link BackedFile.close}; what lies in it was listed when it was opened.
 */
export class BackedFile implements AnnDataFile {
  readonly filename: string;
  readonly mode: BackedMode;
  /** Counts how often the file was opened: handles belong to a generation. */
  #generation = 1;
  #opened: OpenedFile;
  /** One a commit. */
  readonly #moves: Moves[] = [];
  /** Of a file that can be committed; null for others. */
  readonly guard: WriteGuard | null;
  /** What nothing else may happen beside, for messages. */
  #alone: string | null = null;
  #isCommitting = false;
  #isOpen = true;
  #closing: Promise<void> | null = null;
  readonly #reads = new Set<Promise<unknown>>();

  constructor(opened: OpenedFile, mode: BackedMode, guard: WriteGuard | null = null) {
    this.guard = guard;
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

  get storage(): StorageReader {
    return this.#opened.storage;
  }

  /**
   * What is known of the element at a key; undefined when there is none.
   *
   * @param generation - of the file when the element lay at that key; a commit may have moved or replaced it since
   */
  find(key: string, generation = this.#generation): StorageNode | undefined {
    const now = this.#locate(key, generation);
    return now === undefined ? undefined : this.#at(now);
  }

  #at(key: string): StorageNode | undefined {
    let node: StorageNode | undefined = this.root;
    for (const name of key === '' ? [] : key.split('/')) {
      node = node?.kind === 'group' ? node.children?.get(name) : undefined;
    }
    return node;
  }

  /** What is known of the element at a key. @throws {AnnDataError} `ERR_KEY_NOT_FOUND` */
  need(key: string, generation = this.#generation): StorageNode {
    const node = this.find(key, generation);
    if (node !== undefined) return node;
    if (generation !== this.#generation) {
      const reason = 'a commit replaced or removed this element after it was asked for; ask for it again';
      throw new AnnDataError('ERR_CLOSED', reason, { file: this.filename, key });
    }
    throw new AnnDataError('ERR_KEY_NOT_FOUND', 'there is nothing at that key', { file: this.filename, key });
  }

  /**
   * Runs something that reads. `close` waits for it, and for what a commit that is under way still has to read.
   *
   * @throws {AnnDataError} `ERR_CLOSED`
   */
  async use<T>(key: string, request: ReadRequest, action: (ctx: ReadContext) => Promise<T>): Promise<T> {
    if (!this.#isOpen && !this.#isCommitting) {
      throw new AnnDataError('ERR_CLOSED', 'the file was closed', { file: this.filename, key });
    }
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

  /**
   * Runs a commit, one at a time; `close` waits for it.
   *
   * @throws {AnnDataError} `ERR_CLOSED`, `ERR_ARGUMENT` while another one is under way
   */
  async commitWith(action: (opened: OpenedFile) => Promise<void>): Promise<void> {
    if (!this.#isOpen) throw new AnnDataError('ERR_CLOSED', 'the file was closed', { file: this.filename });
    await this.alone('a commit', async () => {
      this.#isCommitting = true;
      const commit = action(this.#opened);
      this.#reads.add(commit);
      try {
        await commit;
      } finally {
        this.#isCommitting = false;
        this.#reads.delete(commit);
      }
    });
  }

  /**
   * Runs what must not see the file replaced, or the object become another, meanwhile: a commit, or what takes all of the object.
   *
   * @throws {AnnDataError} `ERR_ARGUMENT` while something else of the kind is under way
   */
  async alone<T>(what: string, action: () => Promise<T>): Promise<T> {
    if (this.#alone !== null) {
      const reason = `${this.#alone} is under way already; await it first`;
      throw new AnnDataError('ERR_ARGUMENT', reason, { file: this.filename });
    }
    this.#alone = what;
    try {
      return await action();
    } finally {
      this.#alone = null;
    }
  }

  /** From now on the file is a new one. The old one is closed once the reads under way have ended. */
  adopt(opened: OpenedFile, moves: Moves): void {
    const old = this.#opened.storage;
    this.#opened = opened;
    this.#moves.push(moves);
    this.#generation++;
    const reads = [...this.#reads].map((read) => read.catch(() => undefined));
    void Promise.all(reads)
      .then(() => old.close())
      .catch(() => undefined);
  }

  #locate(key: string, generation: number): string | undefined {
    let now: string | undefined = key;
    for (const moves of this.#moves.slice(generation - 1)) now = now === undefined ? now : movedTo(moves, now);
    return now;
  }

  /** Closes the file once the reads under way have ended. Can be called again. What is loaded stays. */
  close(): Promise<void> {
    this.#isOpen = false;
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    // A commit may begin new ones.
    while (this.#reads.size > 0) await Promise.allSettled(this.#reads);
    await this.#opened.storage.close();
    await this.guard?.release();
  }
}

/** The element itself may have been carried over, or something it lies in. */
function movedTo(moves: Moves, key: string): string | undefined {
  const parts = key.split('/');
  for (let n = parts.length; n > 0; n--) {
    const now = moves.get(parts.slice(0, n).join('/'));
    if (now !== undefined) return [now, ...parts.slice(n)].join('/');
  }
  return undefined;
}
