// SPDX-License-Identifier: BSD-3-Clause

#include "parallel.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include "pool.h"

namespace anndata {
namespace {

struct Shared {
  std::vector<std::function<void()>> work;
  std::vector<std::exception_ptr> failures;
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::condition_variable finished;
  size_t done = 0;

  // Takes pieces until none is left.
  void Help() {
    for (;;) {
      const size_t i = next++;
      if (i >= work.size()) return;
      std::exception_ptr failure;
      try {
        work[i]();
      } catch (...) {
        failure = std::current_exception();
      }
      std::lock_guard<std::mutex> lock(mutex);
      failures[i] = std::move(failure);
      if (++done == work.size()) finished.notify_all();
    }
  }
};

}  // namespace

size_t ParallelWidth() { return Pool::Width(); }

void RunTogether(std::vector<std::function<void()>> work) {
  const auto shared = std::make_shared<Shared>();
  shared->failures.resize(work.size());
  shared->work = std::move(work);
  try {
    for (size_t i = 1; i < shared->work.size(); ++i) Pool::Post([shared] { shared->Help(); });
  } catch (const std::bad_alloc&) {
    // Without help; those who do help must not be left alone with what is on our stack.
  }
  shared->Help();
  std::unique_lock<std::mutex> lock(shared->mutex);
  shared->finished.wait(lock, [&] { return shared->done == shared->work.size(); });
  // Whoever comes late and lets go of the rest last has nothing to do with what the caller looks
  // at.
  const std::vector<std::exception_ptr> failures = std::move(shared->failures);
  lock.unlock();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace anndata
