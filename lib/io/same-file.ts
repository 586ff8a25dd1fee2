// SPDX-License-Identifier: BSD-3-Clause

/** Where a file lies, as `stat` tells. */
interface Place<N> {
  readonly dev: N;
  readonly ino: N;
}

/** Whether both are there and are one file, by whatever paths it was found. */
export function isSameFile<N extends number | bigint>(
  a: Place<N> | null | undefined,
  b: Place<N> | null | undefined,
): boolean {
  return a != null && b != null && a.dev === b.dev && a.ino === b.ino;
}
