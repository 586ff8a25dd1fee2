// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

namespace anndata::h5 {

// Sets libhdf5 up, once per process, and its error stack, once per thread. The lock calls it.
void PrepareLibrary();

// Neither of the next two calls libhdf5, so any thread may ask.
std::string LibraryVersion();
// Ids of all filters that can be decoded and encoded.
std::vector<int> AvailableFilters();

// Whether a filter can be decoded here. n-bit, scale-offset and szip count as missing: no writer of
// AnnData uses them and their decoders have a bad record. Under the lock.
bool FilterAvailable(H5Z_filter_t id);

}  // namespace anndata::h5
