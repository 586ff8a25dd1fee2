// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "codecs/codec.h"

// The filters of an HDF5 dataset, undone without HDF5: the library's own pipeline hands on whatever
// a filter gives, of any size, and then reads as many bytes as a chunk should have.
namespace anndata::pipeline {

struct Stage {
  int filter = 0;          // HDF5's id
  unsigned type_size = 0;  // shuffle: bytes of an element
};

// Whether a filter can be undone here.
bool Knows(int filter);

// Memory to work in, kept from chunk to chunk.
struct Scratch {
  std::vector<uint8_t> buffers[2];
};

// Undoes the stages, given in the order they were applied, of the `size` bytes stored at `data`.
// Bit i of `skipped` says stage i was not applied to this chunk. Fills exactly `exact` bytes at
// `to`, the last stage straight into them. False when the chunk is damaged.
bool Decode(const std::vector<Stage>& stages, uint32_t skipped, const uint8_t* data, size_t size,
            uint8_t* to, size_t exact, Scratch& scratch);

}  // namespace anndata::pipeline
