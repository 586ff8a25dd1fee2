// SPDX-License-Identifier: BSD-3-Clause
// The library's lock, strands and the pool, with many threads at once; under TSan (build-native.mjs
// --threads) this is the proof that nothing is shared without a lock.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

#include "engine/numbers.h"
#include "engine/texts.h"
#include "engine/write_numbers.h"
#include "h5/create.h"
#include "h5/dataset.h"
#include "h5/lock.h"
#include "h5/walk.h"
#include "on_threads.h"
#include "pool.h"

namespace anndata::test {
namespace {

class Countdown {
 public:
  explicit Countdown(int n) : left_(n) {}
  void Done() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--left_ == 0) zero_.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    zero_.wait(lock, [&] { return left_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable zero_;
  int left_;
};

TEST(Lock, LetsOneInAtATime) {
  long count = 0;  // on purpose not atomic
  OnThreads([&](int) {
    for (int i = 0; i < 500; i++) {
      h5::LibraryLock lock;
      count++;
      lock.Yield();
      count++;
    }
  });
  EXPECT_EQ(count, 2L * 500 * kThreads);
}

TEST(Lock, ServesInTheOrderOfComing) {
  int theirs = 0;  // guarded by the lock
  bool enough = false;
  std::thread other([&] {
    h5::LibraryLock lock;
    while (!enough) {
      theirs++;
      lock.Yield();
    }
  });
  {
    h5::LibraryLock lock;
    while (theirs == 0) lock.Yield();
    // The other one is always queued by the time it is our turn: it takes every second turn.
    for (int i = 0; i < 100; i++) {
      const int before = theirs;
      lock.Yield();
      EXPECT_EQ(theirs, before + 1);
    }
    enough = true;
  }
  other.join();
}

TEST(Strand, RunsInOrderAndOneAtATime) {
  constexpr int kJobs = 300;
  std::vector<std::shared_ptr<Strand>> strands;
  std::vector<std::vector<int>> order(kThreads);
  for (int i = 0; i < kThreads; i++) strands.push_back(std::make_shared<Strand>());
  Countdown left(kThreads * kJobs);
  OnThreads([&](int thread) {
    for (int job = 0; job < kJobs; job++) {
      strands[static_cast<size_t>(thread)]->Post([&, thread, job](const Strand::Turn&) {
        order[static_cast<size_t>(thread)].push_back(job);
        left.Done();
      });
    }
  });
  left.Wait();
  for (const std::vector<int>& jobs : order) {
    ASSERT_EQ(jobs.size(), static_cast<size_t>(kJobs));
    for (int job = 0; job < kJobs; job++) EXPECT_EQ(jobs[static_cast<size_t>(job)], job);
  }
}

// Jobs that share wait for each other here, so they must run together; the others must be alone.
TEST(Strand, RunsSharedJobsTogetherAndOthersAlone) {
  auto strand = std::make_shared<Strand>();
  std::atomic<int> inside{0};
  for (int round = 0; round < 50; round++) {
    Countdown both(2), left(4);
    for (int i = 0; i < 2; i++) {
      strand->Post(
          [&](const Strand::Turn&) {
            inside++;
            both.Done();
            both.Wait();
            inside--;
            left.Done();
          },
          true);
    }
    for (int i = 0; i < 2; i++) {
      strand->Post([&](const Strand::Turn&) {
        EXPECT_EQ(inside.fetch_add(1), 0);
        inside--;
        left.Done();
      });
    }
    left.Wait();
  }
}

TEST(Strand, WaitsForATurnThatIsKept) {
  auto strand = std::make_shared<Strand>();
  Strand::Turn kept;
  Countdown taken(1), left(1);
  std::atomic<bool> given{false};
  strand->Post([&](Strand::Turn turn) {
    EXPECT_TRUE(turn);
    kept = std::move(turn);
    taken.Done();
  });
  strand->Post([&](const Strand::Turn&) {
    EXPECT_TRUE(given);
    left.Done();
  });
  taken.Wait();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  given = true;
  kept.reset();
  left.Wait();
}

TEST(Strand, OutlivesItsLastOwner) {
  Countdown left(100);
  for (int i = 0; i < 100; i++)
    std::make_shared<Strand>()->Post([&](const Strand::Turn&) { left.Done(); });
  left.Wait();
}

// Files of their own, written and read by threads at once through one library.
TEST(Files, AreWrittenAndReadByThreadsAtOnce) {
  OnThreads([](int thread) {
    const std::string path = testing::TempDir() + "threads-" + std::to_string(thread) + ".h5";
    std::remove(path.c_str());
    const h5::Box box{{0}, {1000}};
    std::vector<int32_t> values(1000, thread);
    const auto span = [&] {
      return h5::Span{h5::ArrayKind::kInt32, reinterpret_cast<unsigned char*>(values.data()), 4000};
    };
    h5::ArraySpec spec;
    spec.fields = {{"", false, h5::DType::kInt32, {}}};
    spec.shape = {1000};
    spec.chunks = {100};
    spec.filters = {{H5Z_FILTER_DEFLATE, {1}}};
    h5::ArraySpec texts;
    texts.fields = {{"", true, h5::DType::kInt8, {}}};
    texts.shape = {2};
    const h5::Text text{{0, 1, 3}, {'a', 'b', 'c'}};
    for (int round = 0; round < 5; round++) {
      auto out = h5::File::Create(path);
      h5::CreateArray(*out, "x", spec);
      h5::CreateArray(*out, "names", texts);
      engine::WriteNumbers(*out, "x", "", box, span());
      h5::WriteTexts(*out, "names", "", {{0}, {2}}, text);
      out->Close();
      auto in = h5::File::Open(path);
      values.assign(1000, -1);
      engine::ReadNumbers(*in, "x", "", {{{0}}, {{1000}}}, span(), {});
      EXPECT_EQ(values, std::vector<int32_t>(1000, thread));
      auto read = engine::ReadTexts(*in, "names", "", {{{0}}, {{2}}}, 1 << 20, {});
      std::vector<int64_t> offsets(read.count() + 1);
      std::vector<char> bytes(read.bytes());
      read.MoveTo(offsets.data(), bytes.data());
      EXPECT_EQ(bytes, text.bytes);
      EXPECT_EQ(offsets, text.offsets);
      EXPECT_EQ(h5::Walk(*in, "", 64, 100).children.size(), 2u);
      in->Close();
      std::remove(path.c_str());
    }
  });
}

}  // namespace
}  // namespace anndata::test
