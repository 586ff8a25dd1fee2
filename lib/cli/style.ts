// SPDX-License-Identifier: BSD-3-Clause

/** Terminal styles; each function returns its text unchanged when colour is off. */
export interface Style {
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

type Stream = { isTTY?: boolean };

/** Colour is used on terminals only, never with NO_COLOR or a dumb terminal; FORCE_COLOR asks for it elsewhere. */
export function usesColour(stream: Stream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

export function styleFor(stream: Stream, env: NodeJS.ProcessEnv = process.env): Style {
  const on = usesColour(stream, env);
  const wrap = (start: number, end: number) => (text: string) =>
    on && text !== '' ? `\x1b[${start}m${text}\x1b[${end}m` : text;
  return { dim: wrap(2, 22), bold: wrap(1, 22), red: wrap(31, 39), yellow: wrap(33, 39) };
}
