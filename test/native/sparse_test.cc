// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/sparse.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support.h"

namespace anndata::test {
namespace {

using sparse::Fault;
using Kind = Fault::Kind;

template <typename Pointer>
Fault Check(const std::vector<Pointer>& indptr, double entries) {
  return sparse::CheckIndptr(indptr.data(), indptr.size(), entries);
}

void ExpectFault(const Fault& fault, Kind kind, size_t position, double value) {
  EXPECT_STREQ(sparse::Name(fault.kind), sparse::Name(kind));
  EXPECT_EQ(fault.position, position);
  EXPECT_EQ(fault.value, value);
}

template <typename T>
class SparseTest : public testing::Test {};
using IndexTypes = testing::Types<int32_t, double>;
TYPED_TEST_SUITE(SparseTest, IndexTypes);

TYPED_TEST(SparseTest, AcceptsGoodOnes) {
  using V = std::vector<TypeParam>;
  EXPECT_EQ(Check(V{0}, 0).kind, Kind::kNone);
  EXPECT_EQ(Check(V{0, 0, 0}, 0).kind, Kind::kNone);
  EXPECT_EQ(Check(V{0, 2, 2, 3}, 3).kind, Kind::kNone);
}

TYPED_TEST(SparseTest, NamesTheFirstFault) {
  using V = std::vector<TypeParam>;
  ExpectFault(Check(V{}, 0), Kind::kStart, 0, 0);
  ExpectFault(Check(V{1, 2}, 2), Kind::kStart, 0, 1);
  ExpectFault(Check(V{0, 2, 1, 3}, 3), Kind::kFalling, 2, 1);
  ExpectFault(Check(V{0, -1}, 0), Kind::kFalling, 1, -1);
  ExpectFault(Check(V{0, 2, 4}, 3), Kind::kEnd, 2, 4);
  ExpectFault(Check(V{0, 2, 2}, 3), Kind::kEnd, 2, 2);
}

// Faults at every place around the borders of the blocks the scan works in.
TYPED_TEST(SparseTest, FindsAFaultAnywhere) {
  for (const size_t n : {1, 511, 512, 513, 1024, 1500}) {
    for (size_t at = 0; at<n; at += at % 512> 500 || at % 512 < 5 ? 1 : 37) {
      std::vector<TypeParam> codes(n, 2);
      codes[at] = 3;
      EXPECT_EQ(sparse::CheckCodes(codes.data(), n, 3), at);
      codes[at] = -2;
      EXPECT_EQ(sparse::CheckCodes(codes.data(), n, 3), at);
      codes[at] = -1;
      EXPECT_EQ(sparse::CheckCodes(codes.data(), n, 3), n);
    }
  }
}

TEST(SparseDoubleTest, RefusesWhatIsNoWholeNumber) {
  using V = std::vector<double>;
  EXPECT_EQ(Check(V{0, NAN, 2}, 2).kind, Kind::kFalling);
  EXPECT_EQ(Check(V{0, 0.5, 2}, 2).kind, Kind::kFalling);
}

TEST(CodesTest, UnsignedAndNarrowTypes) {
  const std::vector<uint8_t> bytes = {0, 254, 255};
  EXPECT_EQ(sparse::CheckCodes(bytes.data(), bytes.size(), 256), 3U);
  EXPECT_EQ(sparse::CheckCodes(bytes.data(), bytes.size(), 255), 2U);
  const std::vector<int8_t> narrow = {-1, 127, -128};
  EXPECT_EQ(sparse::CheckCodes(narrow.data(), narrow.size(), 200), 2U);
  EXPECT_EQ(sparse::CheckCodes(narrow.data(), narrow.size(), 128), 2U);
  EXPECT_EQ(sparse::CheckCodes(narrow.data(), narrow.size(), 127), 1U);
  EXPECT_EQ(sparse::CheckCodes(narrow.data(), narrow.size(), 0), 1U);
  EXPECT_EQ(sparse::CheckCodes(narrow.data(), 1, 0), 1U);
  EXPECT_EQ(sparse::CheckCodes(bytes.data(), bytes.size(), 0), 0U);
  const std::vector<int64_t> wide = {0, int64_t{1} << 40};
  EXPECT_EQ(sparse::CheckCodes(wide.data(), wide.size(), 10), 1U);
  const std::vector<uint64_t> huge = {0, ~uint64_t{0}};
  EXPECT_EQ(sparse::CheckCodes(huge.data(), huge.size(), 10), 1U);
}

TEST(CodesTest, ExtremesOfEveryLength) {
  std::vector<int8_t> codes;
  for (int n = 1; n < 200; n++) {
    codes.push_back(static_cast<int8_t>(n * 37 % 256 - 128));
    const auto found = sparse::ExtremesOf(codes.data(), codes.size());
    EXPECT_EQ(found.least, *std::min_element(codes.begin(), codes.end()));
    EXPECT_EQ(found.greatest, *std::max_element(codes.begin(), codes.end()));
  }
  const auto none = sparse::ExtremesOf(codes.data(), 0);
  EXPECT_GT(none.least, none.greatest);
}

}  // namespace
}  // namespace anndata::test
