// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace anndata {

// Threads that work for one request at most: as many as there are processors, or what the
// environment variable ANNDATA_THREADS says.
size_t ParallelWidth();

// Runs all of `work`, on this thread and, where they have time, on those of the pool, and returns
// when all is done. Throws what the first that failed threw. Waits only for what has begun, so it
// cannot be held up by whatever else the pool has to do.
void RunTogether(std::vector<std::function<void()>> work);

}  // namespace anndata
