// SPDX-License-Identifier: BSD-3-Clause
//
// From numbers of colours to colours.

const hueStep = 137.508; // the golden angle: neighbours are far apart, however many there are

/** A colour for each category, as `#rrggbb`. */
export function categoryColours(count) {
  return Array.from({ length: count }, (_, i) => hex(fromHsl((i * hueStep) % 360, 0.65, [0.45, 0.6, 0.35][i % 3])));
}

// From dark blue by green to yellow: also told apart in grey, and by who does not see red.
const scale = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** Colours of a scale of numbers, from the least to the greatest. */
export function numberColours(steps) {
  return Array.from({ length: steps }, (_, i) => {
    const at = (i / Math.max(1, steps - 1)) * (scale.length - 1);
    const below = Math.min(Math.floor(at), scale.length - 2);
    return hex(scale[below].map((value, c) => value + (scale[below + 1][c] - value) * (at - below)));
  });
}

/** `#rrggbb` as the GPU has it: 4 bytes a colour. */
export function paletteOf(colours) {
  const bytes = new Uint8Array(colours.length * 4);
  colours.forEach((colour, i) => {
    const number = Number.parseInt(colour.slice(1), 16);
    bytes.set([number >> 16, (number >> 8) & 255, number & 255, 255], i * 4);
  });
  return bytes;
}

function fromHsl(hue, saturation, lightness) {
  const a = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return 255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  });
}

function hex(rgb) {
  return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
