// SPDX-License-Identifier: BSD-3-Clause
//
// What a case must reach, and whether it did.

const mega = 2 ** 20;
const number = (value) => (value === undefined || Number.isNaN(value) ? null : value);

/** Each goal: how it reads, where its figure comes from, whether more is better. A figure that is not there misses the goal. */
const goals = {
  ratio: { text: (v) => `≥ ${v}×`, of: (m) => m.ratio, more: true },
  ofLimit: { text: (v) => `≥ ${Math.round(v * 100)} % of the limit`, of: (m) => m.ofLimit, more: true },
  size: { text: (v) => `≤ ${v} of the size`, of: (m) => m.size },
  ms: { text: (v) => `≤ ${v} ms`, of: (m) => m.ours?.ms.median },
  memoryMB: { text: (v) => `≤ ${v} MB more`, of: (m) => m.extraMemory / mega },
  stallMs: { text: (v) => `stall ≤ ${v} ms`, of: (m) => m.ours?.ownStallMs },
};

/** The longest the event loop may wait, in any case, while it has the processors. */
export const stallMs = 20;

export function goalText(goal) {
  return Object.entries(goal)
    .map(([name, value]) => goals[name].text(value))
    .join(', ');
}

function missed(goal, measured) {
  return Object.entries(goal)
    .filter(([name, value]) => {
      const figure = number(goals[name].of(measured));
      return figure === null || (goals[name].more ? figure < value : figure > value);
    })
    .map(([name, value]) => goals[name].text(value));
}

/**
 * `aim`, `floor`, `below` (with what was missed), `no goal`, or why there is no figure: `not built`, `differs`, `failed`.
 *
 * @param measured - `{ problem, ratio, ofLimit, size, extraMemory, ours }`
 */
export function judge({ floor, aim }, measured) {
  if (measured.problem) return measured.problem;
  const below = missed({ ...floor, stallMs }, measured);
  if (below.length > 0) return { verdict: 'below', why: below.join(', ') };
  if (Object.keys(aim).length === 0) return { verdict: 'no goal', why: '' };
  const short = missed(aim, measured);
  return short.length === 0 ? { verdict: 'aim', why: '' } : { verdict: 'floor', why: short.join(', ') };
}
