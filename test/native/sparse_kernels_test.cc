// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/sparse_sort.h"
#include "kernels/sparse_stack.h"
#include "kernels/sparse_sums.h"
#include "kernels/sparse_take.h"
#include "kernels/sparse_transpose.h"

namespace anndata::test {
namespace {

using sparse::Rows;

// [[., 5, 6], [., ., .], [8, ., 7 + 1]], the last row unsorted and with a place that has two
// entries.
template <class Index>
struct Example {
  std::vector<double> starts{0, 2, 2};
  std::vector<double> ends{2, 2, 5};
  std::vector<Index> indices{1, 2, 2, 0, 2};
  std::vector<float> data{5, 6, 7, 8, 1};

  Rows<Index> rows() const { return {starts.data(), ends.data(), 3, indices.data(), 0}; }
};

template <class Index>
class SparseKernelsTest : public testing::Test {};
using IndexTypes = testing::Types<int32_t, double>;
TYPED_TEST_SUITE(SparseKernelsTest, IndexTypes);

TYPED_TEST(SparseKernelsTest, CountsAndScatters) {
  const Example<TypeParam> m;
  std::vector<int32_t> counts(3);
  sparse::CountMinor(m.rows(), counts.data(), 3);
  EXPECT_EQ(counts, (std::vector<int32_t>{1, 1, 3}));
  std::vector<int32_t> cursors{0, 1, 2};
  std::vector<int32_t> indices(5);
  std::vector<float> data(5);
  const sparse::ScatterTarget target{cursors.data(), 3, indices.data(), data.data(), 5, 0};
  sparse::Scatter(m.rows(), m.data.data(), target);
  EXPECT_EQ(indices, (std::vector<int32_t>{2, 0, 0, 2, 2}));
  EXPECT_EQ(data, (std::vector<float>{8, 5, 6, 7, 1}));
}

TYPED_TEST(SparseKernelsTest, RefusesIndicesOutsideAndFullResults) {
  Example<TypeParam> m;
  std::vector<int32_t> cursors{0, 1, 4};
  std::vector<int32_t> indices(5);
  std::vector<float> data(5);
  const auto scatter = [&] {
    sparse::Scatter(m.rows(), m.data.data(),
                    sparse::ScatterTarget{cursors.data(), 3, indices.data(), data.data(), 5, 0});
  };
  EXPECT_THROW(scatter(), Failure);  // no room behind 4
  cursors = {-1, -1, -1};
  EXPECT_THROW(scatter(), Failure);
  for (const int bad : {-1, 3, 1 << 30}) {
    m.indices[1] = static_cast<TypeParam>(bad);
    cursors = {0, 1, 2};
    EXPECT_THROW(scatter(), Failure);
    EXPECT_THROW(sparse::CountMinor(m.rows(), cursors.data(), 3), Failure);
    EXPECT_THROW(sparse::SumMinor(m.rows(), m.data.data(), 1, data.data(), 3), Failure);
  }
}

TYPED_TEST(SparseKernelsTest, TakesPlaces) {
  const Example<TypeParam> m;
  // Columns [2, 0, 2]: 2 goes to 0 and 2, 0 to 1.
  const std::vector<int32_t> first{1, -1, 0};
  const std::vector<int32_t> next{2, -1, -1};
  const sparse::Places places{first.data(), 3, next.data(), 3};
  std::vector<double> counts(3);
  sparse::CountPlaced(m.rows(), places, counts.data(), 3);
  EXPECT_EQ(counts, (std::vector<double>{2, 0, 5}));
  EXPECT_THROW(sparse::CountPlaced(m.rows(), places, counts.data(), 2), Failure);
  std::vector<int32_t> indices(7);
  std::vector<float> data(7);
  double cursor = 0;
  sparse::TakePlaced(m.rows(), m.data.data(), places, &cursor, indices.data(), data.data(), 7);
  EXPECT_EQ(cursor, 7);
  EXPECT_EQ(indices, (std::vector<int32_t>{0, 2, 0, 2, 1, 0, 2}));
  EXPECT_EQ(data, (std::vector<float>{6, 6, 7, 7, 8, 1, 1}));
  EXPECT_THROW(
      sparse::TakePlaced(m.rows(), m.data.data(), places, &cursor, indices.data(), data.data(), 7),
      Failure);
}

TYPED_TEST(SparseKernelsTest, TakesPlacesWithoutRepeats) {
  const Example<TypeParam> m;
  const std::vector<int32_t> first{1, -1, 0};
  const sparse::Places places{first.data(), 3, nullptr, 0};
  std::vector<int32_t> indices(4);
  std::vector<float> data(4);
  double cursor = 0;
  sparse::TakePlaced(m.rows(), m.data.data(), places, &cursor, indices.data(), data.data(), 4);
  EXPECT_EQ(indices, (std::vector<int32_t>{0, 0, 1, 0}));
  EXPECT_EQ(data, (std::vector<float>{6, 7, 8, 1}));
  cursor = 1;
  EXPECT_THROW(
      sparse::TakePlaced(m.rows(), m.data.data(), places, &cursor, indices.data(), data.data(), 4),
      Failure);
}

TYPED_TEST(SparseKernelsTest, WalksOfPlacesEnd) {
  const Example<TypeParam> m;
  const std::vector<int32_t> first{0, 0, 0};
  const std::vector<int32_t> next{0, 900};  // back to itself, and outside
  const sparse::Places places{first.data(), 3, next.data(), 2};
  std::vector<double> counts(3);
  sparse::CountPlaced(m.rows(), places, counts.data(), 3);
  EXPECT_EQ(counts, (std::vector<double>{2, 0, 3}));
}

TYPED_TEST(SparseKernelsTest, SortsAndMerges) {
  Example<TypeParam> m;
  sparse::SortRows(m.rows(), m.indices.data(), m.data.data());
  EXPECT_EQ(m.indices, (std::vector<TypeParam>{1, 2, 0, 2, 2}));
  EXPECT_EQ(m.data, (std::vector<float>{5, 6, 8, 7, 1}));
  m.data[4] = -7;
  std::vector<double> counts(3);
  const auto count = [&](bool dropZeros) {
    sparse::Merge<TypeParam, float>(m.rows(), m.data.data(), 1, false, dropZeros, counts.data(), 3,
                                    nullptr, nullptr, nullptr, 0);
    return counts;
  };
  EXPECT_EQ(count(false), (std::vector<double>{2, 0, 2}));
  EXPECT_EQ(count(true), (std::vector<double>{2, 0, 1}));
  std::vector<TypeParam> indices(3);
  std::vector<float> data(3);
  double cursor = 0;
  sparse::Merge<TypeParam, float>(m.rows(), m.data.data(), 1, false, true, nullptr, 0, &cursor,
                                  indices.data(), data.data(), 3);
  EXPECT_EQ(indices, (std::vector<TypeParam>{1, 2, 0}));
  EXPECT_EQ(data, (std::vector<float>{5, 6, 8}));
}

TYPED_TEST(SparseKernelsTest, PlacesRowsConverted) {
  const Example<TypeParam> m;
  std::vector<double> cursors{0, 3, 3};
  std::vector<int32_t> indices(6, -9);
  std::vector<double> data(12, -9);
  const sparse::Moves shifted{nullptr, 0, 10};
  sparse::PlaceRows(m.rows(), m.data.data(), 1, cursors.data(), 3, shifted, indices.data(),
                    data.data(), 2, 6);
  EXPECT_EQ(indices, (std::vector<int32_t>{11, 12, -9, 12, 10, 12}));
  EXPECT_EQ(data, (std::vector<double>{5, 0, 6, 0, -9, -9, 7, 0, 8, 0, 1, 0}));
  EXPECT_THROW(sparse::PlaceRows(m.rows(), m.data.data(), 1, cursors.data(), 3, shifted,
                                 indices.data(), data.data(), 2, 6),
               Failure);
}

TYPED_TEST(SparseKernelsTest, PlacesRowsMapped) {
  Example<TypeParam> m;
  const std::vector<int32_t> map{1, -1, 0};
  const sparse::Moves moves{map.data(), 3, 4};
  std::vector<double> cursors{0, 1, 1};
  std::vector<int32_t> indices(4);
  std::vector<double> data(4);
  const auto place = [&] {
    sparse::PlaceRows(m.rows(), m.data.data(), 1, cursors.data(), 3, moves, indices.data(),
                      data.data(), 1, 4);
  };
  place();
  EXPECT_EQ(cursors, (std::vector<double>{1, 1, 4}));
  EXPECT_EQ(indices, (std::vector<int32_t>{4, 4, 5, 4}));
  EXPECT_EQ(data, (std::vector<double>{6, 7, 8, 1}));
  EXPECT_THROW(place(), Failure);  // no room behind 4
  cursors = {0, 1, 1};
  m.indices[4] = 3;
  EXPECT_THROW(place(), Failure);
}

// More entries than wait in a queue, so that queues fill up and are written while others wait.
TEST(SparseScatterTest, QueuesKeepTheOrder) {
  constexpr size_t kRows = 300;
  constexpr size_t kMinor = 1000;
  std::vector<double> starts;
  std::vector<double> ends;
  std::vector<int32_t> indices;
  std::vector<float> data;
  for (size_t row = 0; row < kRows; ++row) {
    starts.push_back(static_cast<double>(indices.size()));
    // Unsorted, some places twice; the first positions get most.
    for (size_t k = 0; k < 700; ++k) {
      const size_t at = (k * 7919 + row * 31) % kMinor;
      indices.push_back(static_cast<int32_t>(k % 3 == 0 ? at % 5 : at));
      data.push_back(static_cast<float>(data.size()));
    }
    ends.push_back(static_cast<double>(indices.size()));
  }
  Rows<int32_t> rows{starts.data(), ends.data(), kRows, indices.data(), 7};
  std::vector<int32_t> cursors(kMinor);
  sparse::CountMinor(rows, cursors.data(), kMinor);
  int32_t at = 0;
  for (int32_t& cursor : cursors) cursor = std::exchange(at, at + cursor);
  const std::vector<int32_t> begin = cursors;
  std::vector<int32_t> expected(indices.size());
  std::vector<float> values(indices.size());
  for (size_t row = 0; row < kRows; ++row) {
    for (auto k = static_cast<size_t>(starts[row]); k < static_cast<size_t>(ends[row]); ++k) {
      const auto to = static_cast<size_t>(cursors[static_cast<size_t>(indices[k])]++);
      expected[to] = static_cast<int32_t>(row) + 7;
      values[to] = data[k];
    }
  }
  cursors = begin;
  std::vector<int32_t> outIndices(indices.size());
  std::vector<float> outData(indices.size());
  const sparse::ScatterTarget target{cursors.data(), kMinor,         outIndices.data(),
                                     outData.data(), indices.size(), 7};
  sparse::Scatter(rows, data.data(), target);
  EXPECT_EQ(outIndices, expected);
  EXPECT_EQ(outData, values);
  EXPECT_THROW(sparse::Scatter(rows, data.data(), target), Failure);  // all is full
}

TYPED_TEST(SparseKernelsTest, SumsRangesOfSortedRows) {
  Example<TypeParam> m;
  std::vector<double> sums(3);
  const auto part = [&](size_t low, size_t high) {
    return sparse::SumMinorPart(m.rows(), m.data.data(), 1, sums.data(), 3, low, high);
  };
  EXPECT_FALSE(part(0, 1) && part(1, 3));  // the last row is not sorted
  m.indices = {1, 2, 0, 2, 2};
  sums = {0, 0, 0};
  EXPECT_TRUE(part(0, 1) && part(1, 3));
  EXPECT_EQ(sums, (std::vector<double>{7, 5, 15}));
  for (const int bad : {-1, 3}) {
    m.indices[bad < 0 ? 2 : 4] = static_cast<TypeParam>(bad);
    EXPECT_FALSE(part(0, 1) && part(1, 3));
  }
  EXPECT_THROW(part(0, 4), Failure);
}

TEST(SparseSumsTest, RowsTogetherAreSummedInOrder) {
  const std::vector<double> starts{0, 1, 4, 4, 9, 10};
  const std::vector<double> ends{1, 4, 4, 9, 10, 12};
  std::vector<float> data;
  for (int k = 0; k < 12; ++k) data.push_back(static_cast<float>(std::exp(k * 3.7 - 20)));
  std::vector<double> expected(6);
  for (size_t i = 0; i < 6; ++i) {
    for (auto k = static_cast<size_t>(starts[i]); k < static_cast<size_t>(ends[i]); ++k)
      expected[i] += static_cast<double>(data[k]);
  }
  std::vector<double> sums(6);
  const Rows<int32_t> rows{starts.data(), ends.data(), 6, nullptr, 0};
  sparse::SumRows(rows, data.data(), 1, sums.data(), 6);
  EXPECT_EQ(sums, expected);
}

TYPED_TEST(SparseKernelsTest, AddsUp) {
  const Example<TypeParam> m;
  std::vector<double> columns(3);
  sparse::SumMinor(m.rows(), m.data.data(), 1, columns.data(), 3);
  EXPECT_EQ(columns, (std::vector<double>{8, 5, 14}));
  std::vector<float> dense(9);
  sparse::AddToDense(m.rows(), m.data.data(), 1, false, 3, 3, 1, dense.data(), 9);
  EXPECT_EQ(dense, (std::vector<float>{0, 5, 6, 0, 0, 0, 8, 0, 8}));
  EXPECT_THROW(sparse::AddToDense(m.rows(), m.data.data(), 1, false, 3, 3, 1, dense.data(), 8),
               Failure);
}

TEST(SparseSumsTest, IntegersWrapAndBooleansStay) {
  int8_t small = 127;
  sparse::Add(small, int8_t{1});
  EXPECT_EQ(small, -128);
  uint8_t flag = 1;
  sparse::Add(flag, uint8_t{1}, true);
  EXPECT_EQ(flag, 1);
  int64_t sum = std::numeric_limits<int64_t>::max();
  sparse::Add(sum, int64_t{1});
  EXPECT_EQ(sum, std::numeric_limits<int64_t>::min());
}

TEST(SparseRowsTest, SpansMustLieInside) {
  const auto check = [](double start, double end) { sparse::CheckSpans(&start, &end, 1, 5); };
  EXPECT_NO_THROW(check(0, 5));
  EXPECT_NO_THROW(check(5, 5));
  EXPECT_THROW(check(3, 2), Failure);
  EXPECT_THROW(check(-1, 2), Failure);
  EXPECT_THROW(check(0, 6), Failure);
  EXPECT_THROW(check(NAN, 2), Failure);
  EXPECT_THROW(check(0, NAN), Failure);
}

TEST(SparseRowsTest, DoublePositionsMustBeWhole) {
  const auto at = [](double value) { return sparse::Position(&value, 5); };
  EXPECT_EQ(at(4), 4U);
  for (const double bad : {-1.0, 0.5, 5.0, double{NAN}, double{INFINITY}, 1e300})
    EXPECT_EQ(at(bad), sparse::kNowhere);
}

}  // namespace
}  // namespace anndata::test
