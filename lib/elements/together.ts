// SPDX-License-Identifier: BSD-3-Clause

/**
 * Waits for all reads, whatever becomes of them: none goes on behind the caller's back.
 *
 * @throws what the first of the list that failed failed with
 */
export async function together<T extends readonly unknown[]>(
  reads: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const settled = await Promise.allSettled(reads);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  }) as unknown as T;
}
