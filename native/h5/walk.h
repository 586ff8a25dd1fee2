// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "h5/file.h"
#include "h5/records.h"

namespace anndata::h5 {

// Metadata of the object at `key` and of what is below it, `depth` levels down. Links that are not
// followed, cycles and data outside the file become refused nodes; an object that is reached over
// and over, or more than `maxObjects` of them, end the walk with ERR_LIMIT. Takes the lock in short
// turns.
NodeRecord Walk(File& file, const std::string& key, unsigned depth, size_t maxObjects);

}  // namespace anndata::h5
