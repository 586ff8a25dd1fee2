// SPDX-License-Identifier: BSD-3-Clause

/** Version of this package. */
export const version: string = (require('../package.json') as { version: string }).version;
