// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "engine/control.h"
#include "engine/numbers.h"
#include "h5/dataset.h"

namespace anndata::engine {

// Reads text, of any kind of storage; refuses more than `maxBytes` and invalid UTF-8. Takes the
// lock for moments. Throws what h5/dataset.h lists, and ERR_ABORTED.
h5::Text ReadTexts(h5::File& file, const std::string& key, const std::string& field,
                   const Picks& picks, uint64_t maxBytes, const Control& control);

}  // namespace anndata::engine
