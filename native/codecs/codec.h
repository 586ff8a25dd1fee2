// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

// What every codec here keeps to:
//
//   bool   Decode(src, n, dst, exact)    true only when the stream yields exactly `exact` bytes;
//   never writes
//                                        outside dst[0, exact), never allocates by a size found in
//                                        the stream.
//   size_t Encode(src, n, dst, capacity) bytes written, or 0 when they do not fit (or the input is
//   too large).
//
// All functions are thread-safe and know neither HDF5 nor Node. A codec whose library was not there
// at build time is left out: its source compiles to nothing and ANNDATA_HAVE_<NAME> is not defined.
