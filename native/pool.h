// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace anndata {

using Job = std::function<void()>;

// The process-wide threads all work runs on. They have a large stack, since libhdf5 recurses by
// what stands in a file, and they are never joined: whoever posts work waits for it before its
// environment goes away. Thread-safe. Jobs must not throw.
class Pool {
 public:
  static void Post(Job job);
};

// A queue whose jobs run on the pool in order and one at a time. Thread-safe.
class Strand : public std::enable_shared_from_this<Strand> {
 public:
  void Post(Job job);

 private:
  void RunOne();

  std::mutex mutex_;
  std::deque<Job> queue_;
  bool active_ = false;
};

}  // namespace anndata
