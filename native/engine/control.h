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
  // `shared` null: nobody stops it, nobody looks. `over`: becomes true when nobody waits any more.
  explicit Control(int32_t* shared, const std::atomic<bool>* over = nullptr)
      : shared_(shared), over_(over) {}

  // Throws ERR_ABORTED when JS said stop.
  void Check() const {
    if ((shared_ != nullptr && At(0).load(std::memory_order_relaxed) != 0) ||
        (over_ != nullptr && over_->load(std::memory_order_relaxed)))
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
  const std::atomic<bool>* over_ = nullptr;
};

}  // namespace anndata::engine
