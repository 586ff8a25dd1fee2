// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

// How many bytes a decoded chunk of the dataset in hand has. HDF5 does not tell its filters, and a
// size that stands in the stream cannot be trusted, so whoever calls H5Dread or H5Dwrite on a
// filtered dataset (a write may have to read a chunk back) says it first, on the same thread:
//
//   ExpectedChunk expected(chunk_bytes);
//   H5Dread(…);
namespace anndata {

class ExpectedChunk {
 public:
  explicit ExpectedChunk(size_t bytes) : before_(current_) { current_ = bytes; }
  ~ExpectedChunk() { current_ = before_; }
  ExpectedChunk(const ExpectedChunk&) = delete;
  ExpectedChunk& operator=(const ExpectedChunk&) = delete;

  // 0 when nobody said.
  static size_t bytes() { return current_; }

 private:
  static inline thread_local size_t current_ = 0;
  size_t before_;
};

}  // namespace anndata
