// SPDX-License-Identifier: BSD-3-Clause

import type { NumericDType } from '../../lib/arrays/dtype';
import { createHdf5 } from '../../lib/storage/hdf5';

export const rows = 400_000;
const [texts, minor] = [20_000, 1000];

/** The file that hdf5-lifetimes.js reads. */
export async function writeLifetimesFile(file: string): Promise<void> {
  const writer = await createHdf5(file);
  const write = async (name: string, dtype: NumericDType, data: Float64Array | Int32Array) => {
    const spec = { chunks: [4096], compression: { codec: 'gzip', level: 1 } } as const;
    await writer.createArray(name, { type: { kind: 'numeric', dtype }, shape: [rows], ...spec });
    await writer.writeNumeric(name, data, { start: [0], count: [rows] });
  };
  await write(
    'numbers',
    'float64',
    Float64Array.from({ length: rows }, (_, i) => i),
  );
  await write(
    'complex',
    'complex128',
    Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? -(i - 1) / 2 : i / 2)),
  );
  await write(
    'indices',
    'int32',
    Int32Array.from({ length: rows }, (_, i) => i % minor),
  );
  await writer.createArray('texts', { type: { kind: 'string' }, shape: [texts] });
  const offsets = Int32Array.from({ length: texts + 1 }, (_, i) => 9 * i);
  const bytes = Buffer.alloc(9 * texts, 'text');
  await writer.writeStrings('texts', { offsets, bytes }, { start: [0], count: [texts] });
  await writer.close();
}
