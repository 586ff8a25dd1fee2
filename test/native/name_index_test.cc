// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/name_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <unordered_map>

namespace anndata::test {
namespace {

// Owns what TextRows shows.
template <class Offset>
struct Text {
  explicit Text(const std::vector<std::string>& rows) {
    for (const std::string& row : rows) {
      bytes += row;
      offsets.push_back(static_cast<Offset>(bytes.size()));
    }
  }
  TextRows<Offset> Rows() const {
    return {offsets.data(), offsets.size() - 1, bytes.data(), bytes.size()};
  }
  std::vector<Offset> offsets = {0};
  std::string bytes;
};

template <class Offset>
class NameIndexTest : public testing::Test {};
using Offsets = testing::Types<int32_t, int64_t>;
TYPED_TEST_SUITE(NameIndexTest, Offsets);

TYPED_TEST(NameIndexTest, FindsTheFirstRowOfEachName) {
  const Text<TypeParam> text({"b", "", "a", "b", "exactly8", "longer than 8", "b"});
  const NameIndex index(text.Rows(), nullptr, 7);
  EXPECT_EQ(index.Find(text.Rows(), "b"), 0u);
  EXPECT_EQ(index.Find(text.Rows(), ""), 1u);
  EXPECT_EQ(index.Find(text.Rows(), "exactly8"), 4u);
  EXPECT_EQ(index.Find(text.Rows(), "longer than 8"), 5u);
  EXPECT_EQ(index.Find(text.Rows(), "longer than 9"), NameIndex::kNone);
  EXPECT_EQ(index.Find(text.Rows(), std::string_view("a\0", 2)), NameIndex::kNone);
  EXPECT_EQ(index.Next(0), 3u);
  EXPECT_EQ(index.Next(3), 6u);
  EXPECT_EQ(index.Next(6), NameIndex::kNone);
  EXPECT_EQ(index.repeats(), 2u);
  EXPECT_EQ(index.firstRepeat(), 3u);
}

TYPED_TEST(NameIndexTest, MissingNamesAreNotThere) {
  const Text<TypeParam> text({"", "a", "a"});
  const uint8_t valid[] = {0, 1, 0};
  const NameIndex index(text.Rows(), valid, 7);
  EXPECT_EQ(index.Find(text.Rows(), ""), NameIndex::kNone);
  EXPECT_EQ(index.Find(text.Rows(), "a"), 1u);
  EXPECT_EQ(index.repeats(), 0u);
  EXPECT_EQ(index.Next(1), NameIndex::kNone);
}

TYPED_TEST(NameIndexTest, NoNames) {
  const Text<TypeParam> text({});
  const NameIndex index(text.Rows(), nullptr, 7);
  EXPECT_EQ(index.Find(text.Rows(), ""), NameIndex::kNone);
  EXPECT_EQ(index.firstRepeat(), NameIndex::kNone);
}

TYPED_TEST(NameIndexTest, OffsetsFromElsewhereReadNothingOutside) {
  Text<TypeParam> text({"abc", "def", "ghi"});
  const NameIndex index(text.Rows(), nullptr, 7);
  text.offsets = {-5, 1 << 30, 2, 900};
  for (const char* name : {"abc", "def", "ghi", ""}) index.Find(text.Rows(), name);
  const NameIndex second(text.Rows(), nullptr, 7);
  EXPECT_EQ(second.Find(text.Rows(), "abc"), NameIndex::kNone);
  text.offsets = {0};
  EXPECT_EQ(index.Find(text.Rows(), "abc"), NameIndex::kNone);
}

TYPED_TEST(NameIndexTest, AgreesWithAMap) {
  std::mt19937 random(11);
  for (const size_t count : {1, 7, 33, 1000, 5000}) {
    std::vector<std::string> names;
    std::unordered_map<std::string, std::vector<uint32_t>> expected;
    for (uint32_t row = 0; row < count; row++) {
      names.push_back(std::string(random() % 40, 'x') + std::to_string(random() % count));
      expected[names.back()].push_back(row);
    }
    const Text<TypeParam> text(names);
    const NameIndex index(text.Rows(), nullptr, random());
    for (const auto& [name, rows] : expected) {
      uint32_t row = index.Find(text.Rows(), name);
      for (const uint32_t want : rows) {
        ASSERT_EQ(row, want);
        row = index.Next(row);
      }
      ASSERT_EQ(row, NameIndex::kNone);
    }
    EXPECT_EQ(index.repeats(), count - expected.size());

    names.push_back("not there");
    const Text<int64_t> wanted(names);
    std::vector<int32_t> found(names.size());
    EXPECT_EQ(index.FindAll(text.Rows(), wanted.Rows(), found.data()), 1u);
    for (size_t i = 0; i < count; i++)
      ASSERT_EQ(static_cast<uint32_t>(found[i]), expected[names[i]].front());
    EXPECT_EQ(found.back(), -1);
  }
}

// Enough for several blocks of slots, which several threads fill.
TYPED_TEST(NameIndexTest, ManyNamesOfSeveralBlocks) {
  constexpr uint32_t kCount = 70'000;
  std::mt19937 random(5);
  std::vector<std::string> names;
  std::vector<uint8_t> valid;
  std::unordered_map<std::string, std::vector<uint32_t>> expected;
  uint64_t repeats = 0;
  uint32_t first = NameIndex::kNone;
  for (uint32_t row = 0; row < kCount; row++) {
    // One of them stands at a thousandth of all rows, most others at one or two.
    names.push_back(row % 1000 == 7 ? "often" : std::to_string(random() % kCount));
    valid.push_back(random() % 50 == 0 ? 0 : 1);
    if (valid[row] == 0) continue;
    std::vector<uint32_t>& rows = expected[names[row]];
    if (!rows.empty()) {
      repeats++;
      first = std::min(first, row);
    }
    rows.push_back(row);
  }
  const Text<TypeParam> text(names);
  const NameIndex index(text.Rows(), valid.data(), 3);
  EXPECT_EQ(index.repeats(), repeats);
  EXPECT_EQ(index.firstRepeat(), first);
  for (const std::string& name : names) {
    const auto found = expected.find(name);
    uint32_t row = index.Find(text.Rows(), name);
    if (found != expected.end()) {
      for (const uint32_t want : found->second) {
        ASSERT_EQ(row, want);
        row = index.Next(row);
      }
      expected.erase(found);
      ASSERT_EQ(row, NameIndex::kNone);
    }
  }
  EXPECT_TRUE(expected.empty());
}

}  // namespace
}  // namespace anndata::test
