// SPDX-License-Identifier: BSD-3-Clause

import type { StorageNode } from '../../storage/storage';
import { invalid, sizesAttr, textAttr } from '../node-access';
import type { Read, ReadContext } from '../registry';
import { readSparse } from '../sparse';

/** Sparse matrices of 0.5 and 0.6: the same three arrays, other attributes. */
export async function readOldSparse(node: StorageNode, ctx: ReadContext): Promise<Read> {
  const format = textAttr(node, 'h5sparse_format');
  if (format !== 'csr' && format !== 'csc')
    throw invalid(node.key, `the sparse format ${JSON.stringify(format)} is not known`);
  return { value: await readSparse(node, ctx, format, sizesAttr(node, 'h5sparse_shape')) };
}
