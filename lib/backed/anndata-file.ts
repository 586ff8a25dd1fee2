// SPDX-License-Identifier: BSD-3-Clause

import type { Handle } from './handle';

/** Whether a backed object may be committed. */
export type BackedMode = 'r' | 'r+';

/** The file of a backed object, as `adata.file` shows it. It is open until `close`. */
export interface AnnDataFile {
  /** Its path. */
  readonly filename: string;
  /** How it was opened. */
  readonly mode: BackedMode;
  /** Whether elements can still be read. */
  readonly isOpen: boolean;
  /** Bytes of memory that one call may fill unless it says otherwise. */
  readonly maxBytes: number;
  /** Names of the members of the root. */
  keys(): string[];
  /** Whether there is an element at a key, such as `obs/louvain`. */
  has(key: string): boolean;
  /** What stands for the element at a key, whatever it is; null for one that says that there is nothing. */
  get(key: string): Handle | null;
  /** Closes the file once the reads under way have ended. Can be called again. What is loaded stays. */
  close(): Promise<void>;
}
