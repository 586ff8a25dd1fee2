// SPDX-License-Identifier: BSD-3-Clause

import { type ColumnHandle, ComputedColumn, fetchColumn } from '../backed';
import type { Column } from '../frame/column';
import { columnOf, type HeldColumn, isHeldLoaded, isLazyColumn, lazyBytes } from '../frame/lazy-column';
import { runStepsAsync, type Steps } from './steps';

/** A part of a column: null where values are missing, undefined where there are no rows. */
type Part<T> = T | null | undefined;

/** Makes one column of several. Where one of them lies in a file that is done when the result is read. */
export function* columnOfParts(
  parts: readonly Part<HeldColumn>[],
  lengths: readonly number[],
  key: string,
  make: (parts: Part<Column>[]) => Steps<Column>,
): Steps<HeldColumn> {
  const unread = parts.find((part) => isLazyColumn(part) && !isHeldLoaded(part)) as ColumnHandle | undefined;
  if (unread === undefined) return yield* make(parts.map((part) => part && columnOf(part)));
  const { encoding, dtype, filename } = unread;
  const about = {
    key,
    filename,
    encoding,
    dtype,
    length: lengths.reduce((sum, n) => sum + n, 0),
    expectedBytes: parts.reduce((sum, part) => sum + lazyBytes(part), 0),
  };
  return new ComputedColumn(about, async (request) => {
    const read = await Promise.all(parts.map((part) => part && fetchColumn(part, request)));
    return runStepsAsync(make(read), request.signal);
  });
}
