// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "codecs/buffer.h"
#include "codecs/codec.h"

// The filters of an HDF5 dataset, applied to a chunk without HDF5; the other direction is in
// codecs/pipeline.h.
namespace anndata::pipeline {

struct EncodeStage {
  int filter = 0;                // HDF5's id
  std::vector<unsigned> params;  // as they stand in the file, after the filter has completed them
  bool optional = true;          // a chunk it cannot shrink is stored without it
};

// Whether a filter can be applied here.
bool CanEncode(int filter);

// Applies the stages in order to the `n` bytes at `src` and leaves the result in `data`; `scratch`
// is memory to work in. Bit i of `skipped` tells that stage i was left out. False when a stage that
// is not optional cannot be applied.
bool Encode(const std::vector<EncodeStage>& stages, const uint8_t* src, size_t n, Buffer& data,
            Buffer& scratch, uint32_t& skipped);

}  // namespace anndata::pipeline
