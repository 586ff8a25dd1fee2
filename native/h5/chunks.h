// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "h5/open_dataset.h"

namespace anndata::h5 {

// Copies a part of each element in a box of a filtered dataset, `bytes` from `offset` on, as it is
// stored, to `to`. Chunks are decoded by us: see codecs/pipeline.h. Under the lock. Throws
// ERR_INVALID_FILE for damaged chunks.
void ReadStored(OpenDataset& dataset, const Box& box, size_t offset, size_t bytes,
                unsigned char* to);

}  // namespace anndata::h5
