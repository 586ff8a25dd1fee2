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

/** Picks as runs; neighbouring positions become one. */
export function runsOfPicks(picks: readonly AxisPick[]): AxisRuns {
  const runs: AxisRuns = { starts: [], counts: [], lengths: [] };
  for (const pick of picks) {
    const { starts, counts } = 'start' in pick ? oneRun(pick.start, pick.count) : runsOfPositions(pick);
    runs.starts.push(starts);
    runs.counts.push(counts);
    runs.lengths.push('start' in pick ? pick.count : pick.length);
  }
  return runs;
}

function oneRun(start: number, count: number) {
  return { starts: Float64Array.of(start), counts: Float64Array.of(count) };
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
