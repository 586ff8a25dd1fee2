// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>

#include "engine/control.h"
#include "engine/open_array.h"

namespace anndata::engine {

// For what only the library reads: cuts a selection into boxes, each read in one hold of the lock.
// `read(box, n, to)` puts the n elements of a box row by row at `to`, which is then copied to where
// they go in the result at `dest`, of `bytes` an element.
void ForEachBox(const OpenArray& array, size_t bytes, const Control& control,
                const std::function<void(const h5::Box&, uint64_t, uint8_t*)>& read, uint8_t* dest);

}  // namespace anndata::engine
