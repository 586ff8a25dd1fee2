// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "codecs/pipeline.h"
#include "engine/stored_chunk.h"
#include "h5/dataset_cache.h"
#include "h5/file.h"

namespace anndata::engine {

// Bytes of a chunk that are wanted: whole rows of it.
struct Window {
  size_t from = 0;
  size_t to = 0;
};

// Where the stored bytes of a dataset come from, chunk by chunk. Contiguous data have chunks too:
// blocks of rows, unfiltered. Thread-safe: the lock is held only to find a chunk.
class Source {
 public:
  // Null when the data lie in a way that only the library reads. Under the lock.
  static std::unique_ptr<Source> Of(h5::File& file, std::shared_ptr<h5::OpenDataset> dataset);

  const std::vector<hsize_t>& shape() const { return dataset_->shape; }
  // Of at least one axis, also for scalars.
  const std::vector<hsize_t>& chunk() const { return chunk_; }
  size_t chunk_bytes() const { return chunk_bytes_; }
  size_t element_bytes() const { return dataset_->elementBytes; }

  // Decodes the chunk at that position. `to` has room for the whole chunk; only the window has to
  // be filled. Throws ERR_INVALID_FILE for damaged chunks.
  void Read(const std::vector<hsize_t>& at, Window window, uint8_t* to) const;

 private:
  Source() = default;
  StoredChunk Find(const std::vector<hsize_t>& at, std::vector<uint8_t>& raw) const;
  void Fill(Window window, uint8_t* to) const;

  std::shared_ptr<h5::OpenDataset> dataset_;
  std::vector<hsize_t> chunk_;
  size_t chunk_bytes_ = 0;
  std::vector<pipeline::Stage> stages_;
  int descriptor_ = -1;  // to read from outside the lock; -1: the library reads
  bool contiguous_ = false;
  uint64_t address_ = 0;  // of contiguous data; 0 when nothing was ever written
};

}  // namespace anndata::engine
