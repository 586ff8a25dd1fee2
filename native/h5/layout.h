// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

#include "h5/handle.h"
#include "h5/records.h"

namespace anndata::h5 {

// How a dataset's data lies, and whether it may be read at all. All under the lock.

// The creation properties of a dataset, its fill value left out when that is text.
PropsId CreationOf(hid_t dataset);

// Why a dataset is not read whatever it holds: virtual data and external raw storage reach out of
// the file. Empty when fine.
std::string UnsafeLayout(hid_t creation);

std::vector<FilterRecord> FiltersOf(hid_t creation);

// Chunk shape; empty unless chunked.
std::vector<hsize_t> ChunksOf(hid_t creation, size_t rank);

}  // namespace anndata::h5
