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
  // How many threads work for one request at most. There is one more, so that what one request has
  // to do alone, such as writing, needs not wait until the lanes of another are through.
  static size_t Width();
};

// A queue whose jobs run on the pool in order: one at a time, but for jobs that share, which run
// together with their neighbours that share too. Thread-safe.
class Strand : public std::enable_shared_from_this<Strand> {
 public:
  // A job's turn lasts until nobody has it any more, which may be after the job itself.
  using Turn = std::shared_ptr<void>;
  void Post(std::function<void(Turn)> job, bool shares = false);

 private:
  struct Entry {
    std::function<void(Turn)> job;
    bool shares;
  };

  // Takes from the queue what may run now.
  std::deque<Entry> Next();
  void Start(std::deque<Entry> entries);
  void Done();

  std::mutex mutex_;
  std::deque<Entry> queue_;
  size_t running_ = 0;
  bool shared_ = false;  // those that run share
};

}  // namespace anndata
