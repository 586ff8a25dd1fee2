// SPDX-License-Identifier: BSD-3-Clause

import { array, arrayWriter, typedArrayWriter } from './array';
import { awkwardArray, awkwardWriter } from './awkward-array';
import { bytes, bytesWriter } from './bytes';
import { categorical } from './categorical';
import { dataframe, dataframeWriter } from './dataframe';
import { dict, dictWriter } from './dict';
import { basic } from './legacy/basic';
import { dataframe010 } from './legacy/dataframe-0-1-0';
import { nothing, nullWriter } from './null';
import { nullableBoolean, nullableInteger } from './nullable';
import { nullableStringArray } from './nullable-string-array';
import { numericScalar, scalarWriter } from './numeric-scalar';
import { listWriter } from './plain-list';
import { recArray, recArrayWriter } from './rec-array';
import { registerEncoding, registerWriter, type Writer } from './registry';
import { cscMatrix, csrMatrix, sparseWriter } from './sparse';
import { string, stringWriter } from './string';
import { stringArray } from './string-array';
import { columnWriter, vectorWriter } from './vector';

export { type AnnDataParts, type RawParts, readAnnDataParts, readRawParts } from './anndata-parts';
export { type ExecuteOptions, executePlan, type Progress } from './execute-plan';
export { copyHints, hintFor, setHint } from './hints';
export { type MatrixFormat, RecordingPlan, type WriteOptions, type WritePlan } from './plan';
export {
  type Encoding,
  type Hint,
  planElement,
  type Read,
  type ReadContext,
  readElement,
  registerEncoding,
  registerWriter,
  specOf,
  type Writer,
} from './registry';

for (const encoding of [
  dict,
  array,
  stringArray,
  csrMatrix,
  cscMatrix,
  dataframe,
  categorical,
  nullableInteger,
  nullableBoolean,
  nullableStringArray,
  numericScalar,
  string,
  nothing,
  recArray,
  awkwardArray,
  bytes,
  basic,
  dataframe010,
]) {
  registerEncoding(encoding);
}

const writers: Writer<never>[] = [
  nullWriter,
  stringWriter,
  scalarWriter,
  bytesWriter,
  typedArrayWriter,
  arrayWriter,
  sparseWriter,
  dataframeWriter,
  recArrayWriter,
  awkwardWriter,
  vectorWriter,
  columnWriter,
  listWriter,
  dictWriter,
] as Writer<never>[];
for (const writer of writers) registerWriter(writer);
