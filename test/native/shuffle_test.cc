// SPDX-License-Identifier: BSD-3-Clause
#include "codecs/shuffle.h"

#include <gtest/gtest.h>

#include "support.h"

namespace anndata::test {
namespace {

TEST(ShuffleTest, PutsEqualBytesTogether) {
  const Bytes in = {1, 2, 3, 4, 5, 6, 7};
  Bytes out(in.size());
  shuffle::Encode(in.data(), in.size(), out.data(), 2);
  EXPECT_EQ(out, (Bytes{1, 3, 5, 2, 4, 6, 7}));
}

TEST(ShuffleTest, RoundTripsEveryWidthAndSize) {
  for (size_t width = 0; width <= 33; ++width) {
    for (const size_t n : {0, 1, 2, 3, 5, 8, 31, 32, 33, 1000, 4099, 70001}) {
      const Bytes in = Noise(n);
      Bytes shuffled(n);
      Bytes back(n);
      shuffle::Encode(in.data(), n, shuffled.data(), width);
      shuffle::Decode(shuffled.data(), n, back.data(), width);
      ASSERT_EQ(back, in) << width << " bytes wide, " << n << " in all";
    }
  }
}

}  // namespace
}  // namespace anndata::test
