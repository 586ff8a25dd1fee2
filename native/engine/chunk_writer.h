// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codecs/encode.h"
#include "h5/dataset.h"
#include "h5/file.h"
#include "h5/open_dataset.h"

namespace anndata::engine {

// A box of a dataset that is made of whole chunks whose filters we can apply. Owns no library ids:
// the dataset must stay open.
struct WholeChunks {
  hid_t dataset = -1;
  int descriptor = -1;  // of our driver
  std::vector<hsize_t> chunks;
  h5::Box box;
  h5::DType dtype = h5::DType::kInt8;
  size_t memoryBytes = 0;  // an element as it lies in the caller's memory
  size_t storedBytes = 0;  // … and in a chunk
  std::vector<pipeline::EncodeStage> stages;
};

// Nothing when the box cuts through a chunk, when the library has to convert, or when a filter is
// unknown. Under the lock.
std::optional<WholeChunks> AsWholeChunks(const h5::File& file, const h5::OpenDataset& dataset,
                                         const h5::Element& element, const std::string& field,
                                         const h5::Box& box);

// Filters the chunks on this thread and those of the pool, and writes them in the order in which
// they lie, while others are being filtered. Not under the lock. After a
// failure some chunks may have been written.
void WriteChunks(const WholeChunks& job, const unsigned char* data);

}  // namespace anndata::engine
