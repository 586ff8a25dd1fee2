// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/moments.h"

namespace anndata::test {
namespace {

using moments::Groups;
using moments::Place;

// Lines with memory of their own.
template <class T>
struct Kept {
  std::vector<moments::Open<T>> open;
  std::vector<moments::Total<moments::SumOf<T>>> total;

  explicit Kept(size_t size) : open(size), total(size) {}
  moments::Lines<T> lines() { return {open.data(), total.data(), nullptr, nullptr, open.size()}; }
};

struct Found {
  std::vector<double> sums, means, variances, counts;
};

Found FinishOf(Kept<double>& kept, double length) {
  const size_t n = kept.open.size();
  Found found = {std::vector<double>(n), std::vector<double>(n), std::vector<double>(n),
                 std::vector<double>(n)};
  moments::Finish(kept.lines(), 0, n, length, 1,
                  moments::Results<double>{found.sums.data(), found.means.data(),
                                           found.variances.data(), found.counts.data()});
  return found;
}

// Rows of two positions each, all stored.
struct Pairs {
  std::vector<double> starts, ends, data;
  std::vector<int32_t> indices;

  explicit Pairs(size_t rows) {
    for (size_t i = 0; i < rows; i++) {
      starts.push_back(2.0 * static_cast<double>(i));
      ends.push_back(starts.back() + 2);
      data.push_back(1e8 + static_cast<double>(i % 3));
      data.push_back(i % 5 == 0 ? 0 : 0.5);
      indices.push_back(0);
      indices.push_back(1);
    }
  }
  sparse::Rows<int32_t> rows(size_t from, size_t count) const {
    return {starts.data() + from, ends.data() + from, count, indices.data(),
            static_cast<double>(from)};
  }
};

Place PlaceOf(size_t low = 0, size_t high = 2) {
  Place place;
  place.length = 2;
  place.low = low;
  place.high = high;
  return place;
}

TEST(MomentsTest, PiecesAndRangesChangeNothing) {
  const Pairs pairs(6000);
  Kept<double> whole(2), parts(2);
  EXPECT_TRUE(
      moments::Across(pairs.rows(0, 6000), pairs.data.data(), PlaceOf(), Groups{}, whole.lines()));
  for (size_t from = 0; from < 6000; from += 7) {
    const size_t count = std::min<size_t>(7, 6000 - from);
    for (const Place& place : {PlaceOf(0, 1), PlaceOf(1, 2)})
      EXPECT_TRUE(moments::Across(pairs.rows(from, count), pairs.data.data(), place, Groups{},
                                  parts.lines()));
  }
  const Found a = FinishOf(whole, 6000), b = FinishOf(parts, 6000);
  EXPECT_EQ(a.sums, b.sums);
  EXPECT_EQ(a.variances, b.variances);
  EXPECT_NEAR(a.variances[0], 2.0 / 3 * 6000 / 5999, 1e-12);
  EXPECT_EQ(a.counts[1], 4800);
}

TEST(MomentsTest, WhatDoesNotRiseIsToldAndWhatIsOutsideRefused) {
  Pairs pairs(2);
  Kept<double> kept(2);
  pairs.indices[3] = 0;
  EXPECT_FALSE(
      moments::Across(pairs.rows(0, 2), pairs.data.data(), PlaceOf(), Groups{}, kept.lines()));
  EXPECT_FALSE(
      moments::Along(pairs.rows(0, 2), pairs.data.data(), PlaceOf(), Groups{}, kept.lines()));
  for (const int32_t outside : {-1, 2, std::numeric_limits<int32_t>::max()}) {
    pairs.indices[3] = outside;
    EXPECT_THROW(
        moments::Across(pairs.rows(0, 2), pairs.data.data(), PlaceOf(), Groups{}, kept.lines()),
        Failure);
  }
  Kept<double> few(1);
  EXPECT_THROW(
      moments::Across(pairs.rows(0, 2), pairs.data.data(), PlaceOf(), Groups{}, few.lines()),
      Failure);
  const std::vector<int32_t> group = {9, 0};
  EXPECT_THROW(moments::Across(pairs.rows(0, 2), pairs.data.data(), PlaceOf(),
                               Groups{group.data(), 2, 2}, kept.lines()),
               Failure);
}

TEST(MomentsTest, InfinitiesAndNan) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> starts = {0, 2, 4}, ends = {2, 4, 6};
  const std::vector<double> data = {inf, nan, 1, 2, 3, 4};
  const sparse::Rows<int32_t> rows = {starts.data(), ends.data(), 3, nullptr, 0};
  Kept<double> kept(2);
  EXPECT_TRUE(moments::Across(rows, data.data(), PlaceOf(), Groups{}, kept.lines()));
  const Found found = FinishOf(kept, 3);
  EXPECT_EQ(found.sums[0], inf);
  EXPECT_TRUE(std::isnan(found.sums[1]));
  EXPECT_TRUE(std::isnan(found.variances[0]));
  EXPECT_EQ(found.counts, (std::vector<double>{3, 3}));
}

}  // namespace
}  // namespace anndata::test
