// SPDX-License-Identifier: BSD-3-Clause
// The engine with many threads at once on one file: reads of every kind, some stopped, the file
// closed meanwhile, and files being written. Under TSan (build-native.mjs --threads) the proof that
// nothing is shared without a lock; elsewhere that results are right.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <string>
#include <thread>

#include "engine/copy_array.h"
#include "engine/gather.h"
#include "engine/numbers.h"
#include "engine/texts.h"
#include "engine/write_numbers.h"
#include "failure.h"
#include "file_session.h"
#include "h5/create.h"
#include "h5/dataset.h"
#include "on_threads.h"

namespace anndata::test {
namespace {

constexpr uint64_t kRows = 40'000;
constexpr uint64_t kTexts = 3000;
constexpr int32_t kMinor = 100;

template <class T>
h5::Span SpanOf(std::vector<T>& values, h5::ArrayKind kind) {
  return {kind, reinterpret_cast<unsigned char*>(values.data()), values.size() * sizeof(T)};
}

std::string TextOf(uint64_t i) { return "text " + std::to_string(i); }

engine::Picks All(uint64_t n) { return {{{0}}, {{n}}}; }

// A file of its own for each test, deleted behind it.
class TestFile {
 public:
  explicit TestFile(const std::string& name) : path(testing::TempDir() + "engine-" + name + ".h5") {
    std::remove(path.c_str());
  }
  ~TestFile() { std::remove(path.c_str()); }

  // `numbers` are their positions, `indices` repeat 0 … kMinor.
  void Write() const {
    const auto file = h5::File::Create(path);
    std::vector<double> numbers(kRows);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::vector<int32_t> indices(kRows);
    for (uint64_t i = 0; i < kRows; i++) indices[i] = static_cast<int32_t>(i % kMinor);
    h5::ArraySpec spec;
    spec.shape = {kRows};
    spec.chunks = {1000};
    spec.filters = {{H5Z_FILTER_SHUFFLE, {}}, {H5Z_FILTER_DEFLATE, {1}}};
    spec.fields = {{"", false, h5::DType::kFloat64, {}}};
    h5::CreateArray(*file, "numbers", spec);
    engine::WriteNumbers(*file, "numbers", "", {{0}, {kRows}},
                         SpanOf(numbers, h5::ArrayKind::kFloat64));
    spec.fields = {{"", false, h5::DType::kInt32, {}}};
    h5::CreateArray(*file, "indices", spec);
    engine::WriteNumbers(*file, "indices", "", {{0}, {kRows}},
                         SpanOf(indices, h5::ArrayKind::kInt32));
    h5::ArraySpec texts;
    texts.fields = {{"", true, h5::DType::kInt8, {}}};
    texts.shape = {kTexts};
    h5::CreateArray(*file, "texts", texts);
    h5::Text text;
    for (uint64_t i = 0; i < kTexts; i++) {
      const std::string one = TextOf(i);
      text.bytes.insert(text.bytes.end(), one.begin(), one.end());
      text.offsets.push_back(static_cast<int64_t>(text.bytes.size()));
    }
    h5::WriteTexts(*file, "texts", "", {{0}, {kTexts}}, text);
    file->Close();
  }

  const std::string path;
};

void ReadAll(h5::File& file, const engine::Control& control) {
  std::vector<double> numbers(kRows, -1);
  engine::ReadNumbers(file, "numbers", "", All(kRows), SpanOf(numbers, h5::ArrayKind::kFloat64),
                      control);
  for (uint64_t i = 0; i < kRows; i++) ASSERT_EQ(numbers[i], static_cast<double>(i));
}

// Every 700th backwards, which cuts through chunks.
void ReadPicked(h5::File& file, const engine::Control& control) {
  engine::Picks picks{{{}}, {{}}};
  for (uint64_t at = kRows - 1; at > 700; at -= 700) {
    picks.starts[0].push_back(at);
    picks.counts[0].push_back(1);
  }
  std::vector<int32_t> found(picks.starts[0].size(), -1);
  ASSERT_TRUE(engine::ReadIndices(file, "indices", "", picks, {0, kMinor},
                                  SpanOf(found, h5::ArrayKind::kInt32), control));
  for (size_t i = 0; i < found.size(); i++)
    ASSERT_EQ(found[i], static_cast<int32_t>(picks.starts[0][i] % kMinor));
}

void ReadText(h5::File& file, const engine::Control& control) {
  engine::Texts texts = engine::ReadTexts(file, "texts", "", All(kTexts), 1 << 20, control);
  ASSERT_EQ(texts.count(), kTexts);
  std::vector<int32_t> offsets(kTexts + 1);
  std::string bytes(texts.bytes(), ' ');
  texts.MoveTo(offsets.data(), bytes.data());
  EXPECT_EQ(bytes.substr(static_cast<size_t>(offsets[kTexts - 1])), TextOf(kTexts - 1));
}

void GatherSome(h5::File& file, const engine::Control& control) {
  std::vector<int32_t> map(kMinor, -1);
  map[3] = 1;
  map[50] = 0;
  engine::GatherSpec spec;
  spec.indices = "indices";
  spec.data = "numbers";
  for (uint64_t row = 0; row < kRows; row += 500) {
    spec.starts.push_back(row);
    spec.counts.push_back(250);
  }
  spec.map = map.data();
  spec.minor = map.size();
  const auto gather = engine::Gather::Of(file, spec);
  ASSERT_TRUE(gather);
  gather->Scan(control);
  std::vector<int32_t> indices(gather->found());
  std::vector<double> data(gather->found());
  gather->Fill(indices.data(), reinterpret_cast<uint8_t*>(data.data()), control);
  for (size_t i = 0; i < data.size(); i++)
    ASSERT_EQ(static_cast<int>(data[i]) % kMinor, indices[i] == 1 ? 3 : 50);
}

// Runs backwards, of positions and values together.
void ReadRuns(h5::File& file, const engine::Control& control) {
  engine::RunsSpec spec;
  spec.indices = "indices";
  spec.data = "numbers";
  spec.picks = {{{}}, {{}}};
  spec.bounds = {0, kMinor};
  std::vector<uint64_t> expected;
  for (uint64_t at = kRows - 300; at > 1200; at -= 1100) {
    spec.picks.starts[0].push_back(at);
    spec.picks.counts[0].push_back(250);
    for (uint64_t i = 0; i < 250; i++) expected.push_back(at + i);
  }
  std::vector<int32_t> indices(expected.size(), -1);
  std::vector<double> data(expected.size(), -1);
  ASSERT_TRUE(engine::ReadRuns(file, spec, SpanOf(indices, h5::ArrayKind::kInt32),
                               SpanOf(data, h5::ArrayKind::kFloat64), control));
  for (size_t i = 0; i < expected.size(); i++) {
    ASSERT_EQ(indices[i], static_cast<int32_t>(expected[i] % kMinor));
    ASSERT_EQ(data[i], static_cast<double>(expected[i]));
  }
}

void ReadCodes(h5::File& file, const engine::Control& control) {
  std::vector<int32_t> codes(kRows, -1);
  const auto extremes =
      engine::ReadCodes(file, "indices", All(kRows), SpanOf(codes, h5::ArrayKind::kInt32), control);
  ASSERT_EQ(extremes.least, 0);
  ASSERT_EQ(extremes.greatest, kMinor - 1);
}

using Reading = void (*)(h5::File&, const engine::Control&);
constexpr Reading kReadings[] = {ReadAll, ReadPicked, ReadText, GatherSome, ReadRuns, ReadCodes};
constexpr int kKinds = std::size(kReadings);

TEST(EngineThreads, ReadOneFileTogether) {
  const TestFile made("together");
  made.Write();
  const auto file = h5::File::Open(made.path);
  OnThreads([&](int thread) {
    for (int round = 0; round < kKinds; round++) kReadings[(thread + round) % kKinds](*file, {});
  });
  file->Close();
}

TEST(EngineThreads, StopWhenTold) {
  const TestFile made("stop");
  made.Write();
  const auto file = h5::File::Open(made.path);
  std::atomic<int> stopped{0};
  OnThreads([&](int thread) {
    for (int round = 0; round < 8; round++) {
      // As JS does it: an atomic in memory both have.
      std::atomic<int32_t> shared[2] = {{0}, {0}};
      std::thread stop([&] {
        std::this_thread::sleep_for(std::chrono::microseconds(200 * round));
        shared[0] = 1;
      });
      try {
        kReadings[(thread + round) % kKinds](
            *file, engine::Control(reinterpret_cast<int32_t*>(&shared[0])));
      } catch (const Failure& failure) {
        EXPECT_STREQ(failure.code(), "ERR_ABORTED");
        stopped++;
      }
      stop.join();
    }
  });
  EXPECT_GT(stopped, 0);
  file->Close();
}

// As calls from JS come: what was asked for before the end is done, what comes after is refused.
TEST(EngineThreads, CloseBehindReads) {
  const TestFile made("close");
  made.Write();
  for (int round = 0; round < 6; round++) {
    const auto session = std::make_shared<FileSession>();
    session->file = h5::File::Open(made.path);
    std::atomic<int> done{0}, refused{0}, left{2 * kThreads};
    const auto read = [&](int i) {
      session->strand->Post(
          [&, i](const Strand::Turn&) {
            try {
              session->file->id();
              kReadings[i % kKinds](*session->file, {});
              done++;
            } catch (const Failure& failure) {
              EXPECT_STREQ(failure.code(), "ERR_CLOSED");
              refused++;
            }
            left--;
          },
          true);
    };
    for (int i = 0; i < kThreads; i++) read(i);
    if (round % 2 == 0) {
      session->strand->Post([&](const Strand::Turn&) { session->Close(); });
    } else {
      AbandonLater(session);
    }
    for (int i = 0; i < kThreads; i++) read(i);
    while (left > 0) std::this_thread::yield();
    EXPECT_EQ(done, kThreads);
    EXPECT_EQ(refused, kThreads);
  }
}

// Copies run on the strand of the file they go to; the one they come from is closed by another
// thread, at once or when some are done.
TEST(EngineThreads, CopyFromAFileThatIsClosed) {
  const TestFile made("source");
  made.Write();
  for (const int enough : {0, 3, 9}) {
    const auto source = std::make_shared<FileSession>();
    source->file = h5::File::Open(made.path);
    std::atomic<int> copied{0};
    OnThreads([&](int thread) {
      if (thread == 0) {
        while (copied < enough) std::this_thread::yield();
        return source->Close();
      }
      const TestFile target("target-" + std::to_string(thread));
      const auto file = h5::File::Create(target.path);
      for (const char* key : {"numbers", "indices", "texts"}) {
        const std::shared_lock<std::shared_mutex> open(source->lent);
        if (!source->file->open()) break;
        engine::CopyArray(*source->file, key, *file, key, {});
        copied++;
      }
      file->Close();
    });
    EXPECT_GE(copied, enough);
  }
}

TEST(EngineThreads, WriteFilesAtOnce) {
  OnThreads([](int thread) {
    const TestFile made("write-" + std::to_string(thread));
    made.Write();
    const auto file = h5::File::Open(made.path);
    for (const Reading reading : kReadings) reading(*file, {});
    file->Close();
  });
}

}  // namespace
}  // namespace anndata::test
