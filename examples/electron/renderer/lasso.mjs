// SPDX-License-Identifier: BSD-3-Clause
//
// Which points a drawn line goes round.

/**
 * 1 for each point inside of the polygon, and how many there are. Where the line crosses itself, the even-odd rule tells.
 *
 * @param xy - x and y of each point in turn
 * @param polygon - corners `[x, y]`; the last is joined to the first
 */
export function pointsInside(xy, polygon) {
  const chosen = new Uint8Array(xy.length / 2);
  if (polygon.length < 3) return { chosen, count: 0 };
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  let count = 0;
  for (let i = 0; i < chosen.length; i++) {
    const x = xy[2 * i];
    const y = xy[2 * i + 1];
    // Most points are outside of the box; NaN is inside of none.
    if (!(x >= left && x <= right && y >= low && y <= high)) continue;
    if (isInside(x, y, xs, ys)) {
      chosen[i] = 1;
      count++;
    }
  }
  return { chosen, count };
}

/** Counts the sides that a ray to the right crosses. */
function isInside(x, y, xs, ys) {
  let inside = false;
  for (let i = 0, j = xs.length - 1; i < xs.length; j = i++) {
    const crosses = ys[i] > y !== ys[j] > y;
    if (crosses && x < ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i]) inside = !inside;
  }
  return inside;
}
