// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>

#include "failure.h"

namespace anndata::engine {

// Two int32 that JS and our threads share while a request runs: whether it is to stop, and how many
// KiB are done. Cheap enough to be looked at before every chunk.
class Control {
 public:
  Control() = default;
  // Null: nobody stops it, nobody looks.
  explicit Control(int32_t* shared) : shared_(shared) {}

  // Throws ERR_ABORTED when JS said stop.
  void Check() const {
    if (shared_ != nullptr && At(0).load(std::memory_order_relaxed) != 0)
      throw Failure("ERR_ABORTED", "the request was aborted");
  }

  void Add(uint64_t bytes) const {
    if (shared_ != nullptr)
      At(1).fetch_add(static_cast<int32_t>(bytes / 1024), std::memory_order_relaxed);
  }

 private:
  std::atomic<int32_t>& At(int i) const {
    static_assert(sizeof(std::atomic<int32_t>) == sizeof(int32_t), "shared with an Int32Array");
    return reinterpret_cast<std::atomic<int32_t>*>(shared_)[i];
  }

  int32_t* shared_ = nullptr;
};

}  // namespace anndata::engine
