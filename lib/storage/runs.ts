// SPDX-License-Identifier: BSD-3-Clause

import type { AxisPick, Selection } from './storage';

/** Runs of positions along each axis, in the order of the result. */
export interface AxisRuns {
  starts: Float64Array[];
  counts: Float64Array[];
  /** Positions taken along each axis. */
  lengths: number[];
}

/** A box as runs: one an axis. */
export function runsOfBox({ start, count }: Selection): AxisRuns {
  return {
    starts: start.map((n) => Float64Array.of(n)),
    counts: count.map((n) => Float64Array.of(n)),
    lengths: [...count],
  };
}

/** Positions a pick takes. */
export function lengthOfPick(pick: AxisPick): number {
  if ('start' in pick) return pick.count;
  if (!('starts' in pick)) return pick.length;
  let length = 0;
  for (let i = 0; i < pick.counts.length; i++) length += pick.counts[i] as number;
  return length;
}

/** Picks as runs; neighbouring positions become one. */
export function runsOfPicks(picks: readonly AxisPick[]): AxisRuns {
  const runs: AxisRuns = { starts: [], counts: [], lengths: [] };
  for (const pick of picks) {
    const { starts, counts } = runsOfPick(pick);
    runs.starts.push(starts);
    runs.counts.push(counts);
    runs.lengths.push(lengthOfPick(pick));
  }
  return runs;
}

function runsOfPick(pick: AxisPick): { starts: Float64Array; counts: Float64Array } {
  if ('start' in pick) return { starts: Float64Array.of(pick.start), counts: Float64Array.of(pick.count) };
  if ('starts' in pick) return { starts: new Float64Array(pick.starts), counts: new Float64Array(pick.counts) };
  return runsOfPositions(pick);
}

function runsOfPositions(positions: Int32Array | Float64Array) {
  const starts = new Float64Array(positions.length);
  const counts = new Float64Array(positions.length);
  let n = 0;
  for (let i = 0; i < positions.length; n++) {
    const start = positions[i] as number;
    const first = i;
    do i++;
    while (i < positions.length && positions[i] === start + i - first);
    starts[n] = start;
    counts[n] = i - first;
  }
  return { starts: starts.slice(0, n), counts: counts.slice(0, n) };
}
