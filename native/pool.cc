// SPDX-License-Identifier: BSD-3-Clause

#include "pool.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <thread>
#include <utility>

#ifdef _WIN32
#include <process.h>
#include <windows.h>
#else
#include <pthread.h>
#endif

namespace anndata {
namespace {

constexpr size_t kMinThreads = 2;
constexpr size_t kMaxThreads = 64;
constexpr size_t kStackBytes = 16u << 20;

struct State {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Job> queue;
  size_t threads = 0;
  size_t idle = 0;
};

// Never destroyed: threads may still sleep on it when the process exits.
State& Shared() {
  static State* state = new State;
  return *state;
}

void Loop() {
  State& state = Shared();
  std::unique_lock<std::mutex> lock(state.mutex);
  for (;;) {
    state.idle++;
    state.wake.wait(lock, [&] { return !state.queue.empty(); });
    state.idle--;
    Job job = std::move(state.queue.front());
    state.queue.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

#ifdef _WIN32
unsigned __stdcall Main(void*) {
  Loop();
  return 0;
}

bool StartThread() {
  const uintptr_t handle = _beginthreadex(nullptr, static_cast<unsigned>(kStackBytes), Main,
                                          nullptr, STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (handle != 0) CloseHandle(reinterpret_cast<HANDLE>(handle));
  return handle != 0;
}
#else
void* Main(void*) {
  Loop();
  return nullptr;
}

bool StartThread() {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  const bool started = pthread_create(&thread, &attributes, Main, nullptr) == 0;
  pthread_attr_destroy(&attributes);
  return started;
}
#endif

}  // namespace

void Pool::Post(Job job) {
  State& state = Shared();
  {
    std::lock_guard<std::mutex> lock(state.mutex);
    if (state.queue.size() >= state.idle && state.threads <= Pool::Width() && StartThread())
      state.threads++;
    if (state.threads > 0) {
      state.queue.push_back(std::move(job));
      state.wake.notify_one();
      return;
    }
  }
  job();  // the system gives us no thread at all: better late here than never
}

size_t Pool::Width() {
  static const size_t width = [] {
    const char* wanted = std::getenv("ANNDATA_THREADS");
    const long n = wanted != nullptr ? std::strtol(wanted, nullptr, 10) : 0;
    const size_t threads = n > 0
                               ? static_cast<size_t>(n)
                               : std::max<size_t>(kMinThreads, std::thread::hardware_concurrency());
    return std::min(threads, kMaxThreads);
  }();
  return width;
}

void Strand::Post(std::function<void(Turn)> job, bool shares) {
  std::unique_lock<std::mutex> lock(mutex_);
  queue_.push_back({std::move(job), shares});
  std::deque<Entry> entries = Next();
  lock.unlock();
  Start(std::move(entries));
}

std::deque<Strand::Entry> Strand::Next() {
  std::deque<Entry> entries;
  while (!queue_.empty() && (running_ == 0 || (shared_ && queue_.front().shares))) {
    running_++;
    shared_ = queue_.front().shares;
    entries.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return entries;
}

// Each by a post of its own, so that files take turns when the threads are few.
void Strand::Start(std::deque<Entry> entries) {
  for (Entry& entry : entries) {
    Pool::Post([self = shared_from_this(), job = std::move(entry.job)]() mutable {
      const Turn turn(self.get(), [self](void*) { self->Done(); });
      // What the job holds goes before the turn does.
      const auto mine = std::move(job);
      mine(turn);
    });
  }
}

void Strand::Done() {
  std::unique_lock<std::mutex> lock(mutex_);
  running_--;
  std::deque<Entry> entries = Next();
  lock.unlock();
  Start(std::move(entries));
}

}  // namespace anndata
