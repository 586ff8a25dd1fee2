// SPDX-License-Identifier: BSD-3-Clause

const ascii = /^[\x20-\x7e]*$/;
const combining = /\p{M}/u;
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Columns a text takes on a terminal: none for combining marks, two for East Asian wide characters. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const c of text) width += charWidth(c);
  return width;
}

/** Cuts a text to at most `columns`, an ellipsis marking the cut. */
export function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let width = 1;
  let kept = '';
  for (const c of text) {
    width += charWidth(c);
    if (width > columns) break;
    kept += c;
  }
  return `${kept}…`;
}

/** Fills a text up with spaces. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const fill = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return side === 'left' ? fill + text : text + fill;
}

function charWidth(c: string): number {
  if (combining.test(c)) return 0;
  return wide.test(c) ? 2 : 1;
}
