// SPDX-License-Identifier: BSD-3-Clause

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/control.h"
#include "engine/element_copy.h"
#include "engine/read.h"
#include "engine/selection.h"
#include "failure.h"

namespace anndata::test {
namespace {

using engine::AxisChunks;
using engine::AxisRuns;
using engine::ElementCopy;
using Fault = ElementCopy::Fault;

// Positions of the result and of the axis, as pairs, chunk by chunk.
std::vector<std::pair<uint64_t, uint64_t>> Taken(const AxisRuns& runs, uint64_t chunk) {
  const AxisChunks chunks(runs, chunk);
  std::vector<std::pair<uint64_t, uint64_t>> taken;
  for (size_t i = 0; i < chunks.size(); i++) {
    if (i > 0) {
      EXPECT_LT(chunks.start(i - 1), chunks.start(i));
    }
    for (const auto* p = chunks.begin(i); p != chunks.end(i); p++) {
      EXPECT_LE(p->from + p->count, chunk);
      for (uint64_t k = 0; k < p->count; k++)
        taken.emplace_back(p->to + k, chunks.start(i) + p->from + k);
    }
  }
  std::sort(taken.begin(), taken.end());
  return taken;
}

TEST(Selection, TakesEveryPositionOnceInTheOrderAsked) {
  const std::vector<uint64_t> starts = {9, 0, 3, 3, 20, 5, 1}, counts = {4, 3, 2, 6, 0, 1, 8};
  std::vector<std::pair<uint64_t, uint64_t>> expected;
  for (size_t i = 0; i < starts.size(); i++) {
    for (uint64_t k = 0; k < counts[i]; k++) expected.emplace_back(expected.size(), starts[i] + k);
  }
  for (const uint64_t chunk : {1, 2, 3, 7, 20, 100}) {
    for (const auto neighbours : {AxisRuns::Neighbours::kJoined, AxisRuns::Neighbours::kApart}) {
      const AxisRuns runs(starts, counts, 20, neighbours);
      EXPECT_EQ(runs.size(), expected.size());
      EXPECT_EQ(Taken(runs, chunk), expected);
    }
  }
}

TEST(Selection, RefusesWhatLeavesTheAxis) {
  const uint64_t most = std::numeric_limits<uint64_t>::max();
  for (const auto& [start, count] :
       std::vector<std::pair<uint64_t, uint64_t>>{{21, 0}, {20, 1}, {0, 21}, {most, 2}, {2, most}})
    EXPECT_THROW(AxisRuns({start}, {count}, 20), Failure);
  EXPECT_THROW(AxisRuns({1, 2}, {1}, 20), Failure);
  EXPECT_THROW(AxisRuns({0, 0}, {most, 1}, most), Failure);
}

TEST(Selection, CountsRepeats) {
  EXPECT_EQ(AxisRuns({}, {}, 20).repeats(), 0u);
  EXPECT_EQ(AxisRuns({4, 0, 2}, {3, 2, 2}, 20).repeats(), 1u);
  EXPECT_EQ(AxisRuns({4, 0, 2}, {3, 3, 2}, 20).repeats(), 2u);
  EXPECT_EQ(AxisRuns({0, 5, 5, 9, 5}, {20, 1, 4, 2, 5}, 20).repeats(), 4u);
}

template <class T, class To>
void ExpectIndices(const std::vector<T>& values, ElementCopy::Bounds bounds, Fault fault,
                   size_t stop) {
  for (const bool bigEndian : {false, true}) {
    std::vector<uint8_t> stored(values.size() * sizeof(T));
    if (!stored.empty()) std::memcpy(stored.data(), values.data(), stored.size());
    for (size_t i = 0; bigEndian && i < values.size(); i++)
      std::reverse(stored.begin() + i * sizeof(T), stored.begin() + (i + 1) * sizeof(T));
    const auto copy = ElementCopy::Index({sizeof(T), std::is_signed<T>::value, bigEndian},
                                         std::is_same<To, double>::value, bounds);
    std::vector<To> result(values.size(), To{77});
    size_t n = values.size();
    if (copy.in_place() && fault == Fault::kNone) {
      std::vector<uint8_t> same = stored;
      copy.Copy(same.data(), n, same.data());
      for (size_t i = 0; i < n; i++) {
        To value;
        std::memcpy(&value, same.data() + i * sizeof value, sizeof value);
        EXPECT_EQ(value, static_cast<To>(values[i]));
      }
    }
    EXPECT_EQ(copy.Copy(stored.data(), n, reinterpret_cast<uint8_t*>(result.data())), fault);
    EXPECT_EQ(n, stop);
    if (fault != Fault::kNone) continue;
    for (size_t i = 0; i < values.size(); i++) EXPECT_EQ(result[i], static_cast<To>(values[i]));
  }
}

template <class T>
class IndexTest : public testing::Test {};
using StoredTypes =
    testing::Types<int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t, int64_t, uint64_t>;
TYPED_TEST_SUITE(IndexTest, StoredTypes);

// Around the borders of the blocks they are looked at in.
TYPED_TEST(IndexTest, AreTakenWithinTheirBounds) {
  for (const size_t n : {0, 1, 1023, 1024, 1025, 3000}) {
    std::vector<TypeParam> values(n);
    for (size_t i = 0; i < n; i++) values[i] = static_cast<TypeParam>(i % 100);
    ExpectIndices<TypeParam, int32_t>(values, {0, 100}, Fault::kNone, n);
    ExpectIndices<TypeParam, double>(values, {}, Fault::kNone, n);
    for (const size_t at : {n / 2, n - 1}) {
      if (at >= n) continue;
      std::vector<TypeParam> wrong = values;
      wrong[at] = 100;
      ExpectIndices<TypeParam, int32_t>(wrong, {0, 100}, Fault::kOutside, at);
      ExpectIndices<TypeParam, double>(wrong, {0, 100}, Fault::kOutside, at);
      if (!std::is_signed<TypeParam>::value) continue;
      wrong[at] = static_cast<TypeParam>(-2);
      ExpectIndices<TypeParam, int32_t>(wrong, {-1, 100}, Fault::kOutside, at);
      wrong[at] = static_cast<TypeParam>(-1);
      ExpectIndices<TypeParam, int32_t>(wrong, {-1, 100}, Fault::kNone, n);
    }
  }
}

TEST(Index, AsksForWiderArraysAndRefusesWhatNoneHolds) {
  const int64_t past = int64_t{1} << 31, most = int64_t{1} << 53;
  ExpectIndices<int64_t, int32_t>({1, past}, {}, Fault::kNarrow, 1);
  ExpectIndices<uint32_t, int32_t>({1, 2, static_cast<uint32_t>(past)}, {}, Fault::kNarrow, 2);
  ExpectIndices<int64_t, double>({past, most}, {}, Fault::kNone, 2);
  ExpectIndices<int64_t, double>({past, most + 1}, {}, Fault::kOutside, 1);
  ExpectIndices<uint64_t, double>({~uint64_t{0}}, {}, Fault::kOutside, 0);
  ExpectIndices<int32_t, int32_t>({0}, {0, 0}, Fault::kOutside, 0);
  ExpectIndices<uint16_t, int32_t>({7, 4}, {5, 9}, Fault::kOutside, 1);
}

TEST(ElementCopy, TakesFieldsOutOfRecords) {
  // Records of 5 bytes: one, then a float16, then two of a big-endian int16.
  const std::vector<uint8_t> records = {9, 0x00, 0x3c, 0x01, 0x02, 8, 0x00, 0xc0, 0x03, 0x04};
  size_t n = 2;
  float halves[2] = {};
  ElementCopy::Half(5, 1, 1, false).Copy(records.data(), n, reinterpret_cast<uint8_t*>(halves));
  EXPECT_EQ(halves[0], 1.0f);
  EXPECT_EQ(halves[1], -2.0f);
  int16_t swapped[2] = {};
  ElementCopy::Swap(5, 3, 2, 2).Copy(records.data(), n, reinterpret_cast<uint8_t*>(swapped));
  EXPECT_EQ(swapped[0], 0x0102);
  EXPECT_EQ(swapped[1], 0x0304);
  uint8_t flags[2] = {};
  ElementCopy::Bool(5, 0, 1).Copy(records.data(), n, flags);
  EXPECT_EQ(flags[0] + flags[1], 2);
}

TEST(ForEach, VisitsAllStopsAtTheFirstFailureAndWhenTold) {
  std::vector<std::atomic<int>> seen(1000);
  engine::ForEach(seen.size(), {}, [&](size_t i) { seen[i]++; });
  for (const auto& n : seen) EXPECT_EQ(n, 1);

  std::atomic<int> calls{0};
  const auto fail = [&](size_t) {
    calls++;
    throw Failure("ERR_IO", "no");
  };
  EXPECT_THROW(engine::ForEach(1000, {}, fail), Failure);
  EXPECT_LT(calls, 100);

  int32_t shared[2] = {1, 0};
  EXPECT_THROW(engine::ForEach(10, engine::Control(shared), [](size_t) { FAIL(); }), Failure);
}

}  // namespace
}  // namespace anndata::test
