// SPDX-License-Identifier: BSD-3-Clause

#include "h5/lock.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "h5/library.h"

namespace anndata::h5 {
namespace {

struct Tickets {
  std::mutex mutex;
  std::condition_variable turn;
  uint64_t next = 0;
  uint64_t serving = 0;
};

// Never destroyed, as the pool's threads outlive static objects.
Tickets& Shared() {
  static Tickets* tickets = new Tickets;
  return *tickets;
}

void Acquire() {
  Tickets& t = Shared();
  std::unique_lock<std::mutex> lock(t.mutex);
  const uint64_t mine = t.next++;
  t.turn.wait(lock, [&] { return t.serving == mine; });
}

void Release() {
  Tickets& t = Shared();
  {
    std::lock_guard<std::mutex> lock(t.mutex);
    t.serving++;
  }
  t.turn.notify_all();
}

}  // namespace

LibraryLock::LibraryLock() {
  Acquire();
  try {
    PrepareLibrary();
  } catch (...) {
    Release();
    throw;
  }
}

LibraryLock::~LibraryLock() { Release(); }

void LibraryLock::Yield() {
  Tickets& t = Shared();
  std::unique_lock<std::mutex> lock(t.mutex);
  // A new ticket before the old one is given up, or whoever comes next could have two turns.
  const uint64_t mine = t.next++;
  t.serving++;
  t.turn.notify_all();
  t.turn.wait(lock, [&] { return t.serving == mine; });
}

}  // namespace anndata::h5
